import type { EngineHandle, SaverName } from '../engine/model.ts';
import { runTool } from '../flow/command.ts';
import type { CommandResult } from '../flow/evidence.ts';
import { saveThroughApi } from '../flow/save.ts';
import type { Scenario } from './model.ts';
import type { SCENARIO_SAVERS } from './savers.ts';

type SaveImages = (
  handle: EngineHandle,
  references: readonly string[],
  file: string,
) => Promise<CommandResult>;

const SAVERS: Readonly<Record<(typeof SCENARIO_SAVERS)[number], SaveImages>> = {
  'docker-save': (handle, references, file) => runTool(handle, 'docker', ['save', '-o', file, ...references]),
  'api-save': (handle, references, file) => saveThroughApi(handle, references[0] ?? '', file),
  'podman-docker-archive': (handle, references, file) =>
    savePodman(handle, 'docker-archive', references, file),
  'podman-oci-archive': (handle, references, file) => savePodman(handle, 'oci-archive', references, file),
};

const ONE_IMAGE: Readonly<Partial<Record<SaverName, string>>> = {
  'api-save': 'The client library has no request for several images.',
  'podman-oci-archive': 'podman saves one image only into an oci-archive.',
};

/** Why a saver cannot play a scenario on this engine; `undefined` when it can. */
export function whyNotSaved(
  { savers, lacking }: EngineHandle,
  saver: SaverName,
  { contexts }: Scenario,
): string | undefined {
  if (!savers.includes(saver)) return lacking[saver] ?? 'This engine lacks the saver.';
  return contexts.length > 1 ? ONE_IMAGE[saver] : undefined;
}

/** Saves images into one file. Never throws for an engine that refuses: the answer has its exit code and words. */
export async function saveImages(
  handle: EngineHandle,
  saver: SaverName,
  references: readonly string[],
  file: string,
): Promise<CommandResult> {
  const save = (SAVERS as Readonly<Partial<Record<SaverName, SaveImages>>>)[saver];
  if (save === undefined) throw new Error(`Suite bug: ${saver} plays no scenarios.`);
  try {
    return await save(handle, references, file);
  } catch (error) {
    const command = `${saver} of ${references.join(' ')}`;
    return { command, exitCode: 1, stdout: '', stderr: (error as Error).message };
  }
}

function savePodman(
  handle: EngineHandle,
  format: string,
  references: readonly string[],
  file: string,
): Promise<CommandResult> {
  const several = references.length > 1 ? ['--multi-image-archive'] : [];
  const args = ['save', '--quiet', ...several, '--format', format, '-o', file, ...references];
  return runTool(handle, 'podman', args);
}
