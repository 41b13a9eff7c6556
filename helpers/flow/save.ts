import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BuilderName, EngineHandle, SaverName } from '../engine/model.ts';
import { connect, within } from './client.ts';
import { runTool } from './command.ts';
import type { BuildContext } from './context.ts';
import { FlowError } from './error.ts';
import type { BuildEvidence, CommandResult, SavedArchive } from './evidence.ts';
import { exportBuild } from './export.ts';
import type { Exporter, FlowSaver } from './savers.ts';

/** What is saved: by its name in the store, or by the context that it was built from. */
interface Saved {
  readonly tag: string;
  /** Absolute path of the build context. */
  readonly folder: string;
}

/** Saves an image into a file. */
type Saver = (handle: EngineHandle, image: Saved, file: string) => Promise<CommandResult>;

const SAVERS: Readonly<Record<FlowSaver, Saver>> = {
  'docker-save': (handle, { tag }, file) => runTool(handle, 'docker', ['save', '-o', file, tag]),
  'api-save': (handle, { tag }, file) => saveThroughApi(handle, tag, file),
  'podman-docker-archive': (handle, { tag }, file) =>
    runTool(handle, 'podman', ['save', '--quiet', '--format', 'docker-archive', '-o', file, tag]),
  'podman-oci-archive': (handle, { tag }, file) =>
    runTool(handle, 'podman', ['save', '--quiet', '--format', 'oci-archive', '-o', file, tag]),
  'buildx-docker': exportWith('buildx-docker'),
  'buildx-oci': exportWith('buildx-oci'),
};

/** Takes the layers from the cache of the build before it. */
function exportWith(exporter: Exporter): Saver {
  return (handle, image, file) => exportBuild(handle, { exporter, ...image, file });
}

export function archivePath({ workDir }: EngineHandle, builder: BuilderName, saver: SaverName): string {
  return join(workDir, 'archives', `${builder}-${saver}.tar`);
}

/** Saves the image that a builder made. The archive is read by whoever judges it. */
export async function gatherSave(
  handle: EngineHandle,
  saver: FlowSaver,
  built: BuildEvidence,
  context: BuildContext,
): Promise<SavedArchive> {
  const file = archivePath(handle, built.builder, saver);
  await mkdir(join(handle.workDir, 'archives'), { recursive: true });
  const command = await SAVERS[saver](handle, { tag: built.tag, folder: context.folder }, file);
  if (command.exitCode !== 0) {
    throw new FlowError(
      'save',
      `${command.command} failed with exit code ${command.exitCode}: ${command.stderr}`,
    );
  }
  const { builder, promised, tag, image } = built;
  return { builder, saver, command, promised, tag, diffIds: image.diffIds, file };
}

export async function saveThroughApi(
  handle: EngineHandle,
  tag: string,
  file: string,
): Promise<CommandResult> {
  const docker = await connect(handle);
  const work = docker
    .getImage(tag)
    .get()
    .then((stream) => pipeline(stream, createWriteStream(file)));
  const command = `GET /images/${tag}/get`;
  await within('save', command, work);
  return { command, exitCode: 0, stdout: '', stderr: '' };
}
