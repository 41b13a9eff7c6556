import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readArchive } from '../archive/read.ts';
import type { BuilderName, EngineHandle, SaverName } from '../engine/model.ts';
import { connect, within } from './client.ts';
import { runTool } from './command.ts';
import { FlowError } from './error.ts';
import type { BuildEvidence, CommandResult, SaveEvidence } from './evidence.ts';

/** Saves an image of the store into a file. */
type Saver = (handle: EngineHandle, tag: string, file: string) => Promise<CommandResult>;

/** Savers that take an image out of the engine's store; the exporters of buildx take it out of a build. */
export const STORE_SAVERS: Readonly<Partial<Record<SaverName, Saver>>> = {
  'docker-save': (handle, tag, file) => runTool(handle, 'docker', ['save', '-o', file, tag]),
  'api-save': saveThroughApi,
  'podman-docker-archive': (handle, tag, file) =>
    runTool(handle, 'podman', ['save', '--quiet', '--format', 'docker-archive', '-o', file, tag]),
  'podman-oci-archive': (handle, tag, file) =>
    runTool(handle, 'podman', ['save', '--quiet', '--format', 'oci-archive', '-o', file, tag]),
};

/** Savers of the flow, in the order of the reports. */
export const FLOW_SAVERS = Object.keys(STORE_SAVERS) as readonly SaverName[];

export function archivePath({ workDir }: EngineHandle, builder: BuilderName, saver: SaverName): string {
  return join(workDir, 'archives', `${builder}-${saver}.tar`);
}

/** Contents are kept up to this size: all but the program are texts of a few bytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Saves the image that a builder made, and reads the archive. */
export async function gatherSave(
  handle: EngineHandle,
  saver: SaverName,
  built: BuildEvidence,
): Promise<SaveEvidence> {
  const save = STORE_SAVERS[saver];
  if (save === undefined) throw new FlowError('save', `Suite bug: ${saver} is no saver of the flow.`);
  const file = archivePath(handle, built.builder, saver);
  await mkdir(join(handle.workDir, 'archives'), { recursive: true });
  const command = await save(handle, built.tag, file);
  if (command.exitCode !== 0) {
    throw new FlowError(
      'save',
      `${command.command} failed with exit code ${command.exitCode}: ${command.stderr}`,
    );
  }
  const archive = await readArchive(file, { contents: { paths: 'all', maxFileBytes: MAX_FILE_BYTES } });
  const { builder, promised, tag, image } = built;
  return { builder, saver, command, promised, tag, diffIds: image.diffIds, archive };
}

async function saveThroughApi(handle: EngineHandle, tag: string, file: string): Promise<CommandResult> {
  const docker = await connect(handle);
  const work = docker
    .getImage(tag)
    .get()
    .then((stream) => pipeline(stream, createWriteStream(file)));
  const command = `GET /images/${tag}/get`;
  await within('save', command, work);
  return { command, exitCode: 0, stdout: '', stderr: '' };
}
