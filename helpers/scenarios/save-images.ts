import type { EngineHandle, SaverName } from '../engine/model.ts';
import { runTool } from '../flow/command.ts';
import type { CommandResult } from '../flow/evidence.ts';
import { exportBuild } from '../flow/export.ts';
import { saveThroughApi } from '../flow/save.ts';
import { type Exporter, type FlowSaver, isExporter } from '../flow/savers.ts';
import type { Scenario } from './model.ts';

/** An image to save. */
export interface Saveable {
  /** As it is named in the store: tag, ID or digest. */
  readonly reference: string;
  /** Absolute path of the build context, for exporters. */
  readonly folder: string;
}

type SaveImages = (
  handle: EngineHandle,
  images: readonly Saveable[],
  file: string,
  epoch: number | undefined,
) => Promise<CommandResult>;

const SAVERS: Readonly<Record<FlowSaver, SaveImages>> = {
  'docker-save': (handle, images, file) =>
    runTool(handle, 'docker', ['save', '-o', file, ...referencesOf(images)]),
  'api-save': (handle, [image], file) => saveThroughApi(handle, image?.reference ?? '', file),
  'podman-docker-archive': savePodman('docker-archive'),
  'podman-oci-archive': savePodman('oci-archive'),
  'buildx-docker': exportWith('buildx-docker'),
  'buildx-oci': exportWith('buildx-oci'),
};

const ONE_IMAGE: Readonly<Partial<Record<SaverName, string>>> = {
  'api-save': 'The client library has no request for several images.',
  'podman-oci-archive': 'podman saves one image only into an oci-archive.',
};

/** Why a saver cannot play a scenario on this engine; `undefined` when it can. */
export function whyNotSaved(
  { savers, lacking, features }: EngineHandle,
  saver: SaverName,
  { contexts, saves, needs, evenIfRefused }: Scenario,
): string | undefined {
  const mayTry = evenIfRefused === true && features.includes('buildx');
  if (!savers.includes(saver) && !mayTry) return lacking[saver] ?? 'This engine lacks the saver.';
  if (needs !== undefined && !features.includes(needs)) return `This engine lacks the feature ${needs}.`;
  const fromStore = contexts.length > 1 || saves.some(({ by, after }) => by !== 'tag' || after === 'reload');
  if (isExporter(saver) && fromStore)
    return 'An exporter takes an image out of a build, not out of the store.';
  return contexts.length > 1 ? ONE_IMAGE[saver] : undefined;
}

/** Saves images into one file. Never throws for an engine that refuses: the answer has its exit code and words. */
export async function saveImages(
  handle: EngineHandle,
  saver: SaverName,
  images: readonly Saveable[],
  file: string,
  epoch?: number,
): Promise<CommandResult> {
  try {
    return await SAVERS[saver](handle, images, file, epoch);
  } catch (error) {
    const command = `${saver} of ${referencesOf(images).join(' ')}`;
    return { command, exitCode: 1, stdout: '', stderr: (error as Error).message };
  }
}

function savePodman(format: string): SaveImages {
  return (handle, images, file) => {
    const several = images.length > 1 ? ['--multi-image-archive'] : [];
    const args = ['save', '--quiet', ...several, '--format', format, '-o', file, ...referencesOf(images)];
    return runTool(handle, 'podman', args);
  };
}

function exportWith(exporter: Exporter): SaveImages {
  return (handle, [image], file, epoch) => {
    const { reference: tag = '', folder = '' } = image ?? {};
    return exportBuild(handle, { exporter, folder, tag, file, ...(epoch !== undefined && { epoch }) });
  };
}

function referencesOf(images: readonly Saveable[]): readonly string[] {
  return images.map(({ reference }) => reference);
}
