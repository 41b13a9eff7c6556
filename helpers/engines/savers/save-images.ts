import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { CommandResult } from '../answers.ts';
import { limitStream, SAVE_BYTES } from '../byte-budgets.ts';
import { connect, within } from '../client.ts';
import { runTool } from '../command.ts';
import type { EngineHandle } from '../engine-model.ts';
import { type BuildTimes, exportBuild } from './export.ts';
import type { Exporter, FlowSaver } from './savers.ts';

/** An image to save. */
export interface Saveable {
  /** As it is named in the store: tag, ID or digest. */
  readonly reference: string;
  /** Absolute path of the build context, for exporters. */
  readonly folder: string;
  /** What an exporter builds it for; of an image in the store, which of its platforms are saved. */
  readonly platforms?: readonly string[];
}

/** Saves images into one file; `times` are for exporters. Rejects when a request of the API fails. */
export type SaveImages = (
  handle: EngineHandle,
  images: readonly Saveable[],
  file: string,
  times?: BuildTimes,
) => Promise<CommandResult>;

export const SAVE_WITH: Readonly<Record<FlowSaver, SaveImages>> = {
  'docker-save': (handle, images, file) =>
    runTool(handle, 'docker', ['save', ...platformFlags(images[0]), '-o', file, ...referencesOf(images)]),
  'api-save': (handle, [image], file) => saveThroughApi(handle, image?.reference ?? '', file),
  'podman-docker-archive': savePodman('docker-archive'),
  'podman-oci-archive': savePodman('oci-archive'),
  'buildx-docker': exportWith('buildx-docker'),
  'buildx-oci': exportWith('buildx-oci'),
};

function platformFlags(image: Saveable | undefined): readonly string[] {
  return image?.platforms === undefined ? [] : ['--platform', image.platforms.join(',')];
}

export function referencesOf(images: readonly Saveable[]): readonly string[] {
  return images.map(({ reference }) => reference);
}

async function saveThroughApi(handle: EngineHandle, reference: string, file: string): Promise<CommandResult> {
  const docker = await connect(handle, SAVE_BYTES * 2);
  const work = docker
    .getImage(reference)
    .get()
    .then((stream) => pipeline(stream, limitStream('the engine', SAVE_BYTES), createWriteStream(file)));
  const command = `GET /images/${reference}/get`;
  await within('save', command, work);
  return { command, exitCode: 0, stdout: '', stderr: '' };
}

function savePodman(format: string): SaveImages {
  return (handle, images, file) => {
    const several = images.length > 1 ? ['--multi-image-archive'] : [];
    const args = ['save', '--quiet', ...several, '--format', format, '-o', file, ...referencesOf(images)];
    return runTool(handle, 'podman', args);
  };
}

/** Takes the layers from the cache of the build before it, unless times ask for new ones. */
function exportWith(exporter: Exporter): SaveImages {
  return (handle, [image], file, times) => {
    const { reference: tag = '', folder = '', platforms } = image ?? {};
    return exportBuild(handle, {
      exporter,
      folder,
      tag,
      file,
      ...(platforms && { platforms }),
      ...(times && { times }),
    });
  };
}
