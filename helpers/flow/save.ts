import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BuilderName, EngineHandle, SaverName } from '../engine/model.ts';
import { connect, within } from './client.ts';
import { runTool } from './command.ts';
import { FlowError } from './error.ts';
import type { BuildEvidence, CommandResult, SavedArchive } from './evidence.ts';
import type { FlowSaver } from './savers.ts';

/** Saves an image of the store into a file. */
type Saver = (handle: EngineHandle, tag: string, file: string) => Promise<CommandResult>;

const SAVERS: Readonly<Record<FlowSaver, Saver>> = {
  'docker-save': (handle, tag, file) => runTool(handle, 'docker', ['save', '-o', file, tag]),
  'api-save': saveThroughApi,
  'podman-docker-archive': (handle, tag, file) =>
    runTool(handle, 'podman', ['save', '--quiet', '--format', 'docker-archive', '-o', file, tag]),
  'podman-oci-archive': (handle, tag, file) =>
    runTool(handle, 'podman', ['save', '--quiet', '--format', 'oci-archive', '-o', file, tag]),
};

export function archivePath({ workDir }: EngineHandle, builder: BuilderName, saver: SaverName): string {
  return join(workDir, 'archives', `${builder}-${saver}.tar`);
}

/** Saves the image that a builder made. The archive is read by whoever judges it. */
export async function gatherSave(
  handle: EngineHandle,
  saver: FlowSaver,
  built: BuildEvidence,
): Promise<SavedArchive> {
  const file = archivePath(handle, built.builder, saver);
  await mkdir(join(handle.workDir, 'archives'), { recursive: true });
  const command = await SAVERS[saver](handle, built.tag, file);
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
