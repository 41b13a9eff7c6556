import type Docker from 'dockerode';
import type { CommandResult } from '../engines/answers.ts';
import { connect, within } from '../engines/client.ts';
import { clientOf, runTool, toolWords } from '../engines/command.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { inspectImage } from '../engines/inspect-image.ts';
import { readEvents } from '../engines/read-events.ts';
import { runForms } from '../engines/run-image.ts';
import { FlowError } from '../engines/step-error.ts';
import { upload } from '../engines/upload.ts';
import type { BuildEvidence, LoadEvidence, SavedArchive } from '../requirements/procedure/evidence.ts';
import { runBuilt, whyNoRun } from './run.ts';

/** Takes the image out of the store, brings it back from its archive, and runs it again. */
export async function gatherLoad(
  handle: EngineHandle,
  { file }: SavedArchive,
  built: BuildEvidence,
): Promise<LoadEvidence> {
  const { builder, expectedImage, tag, store } = built;
  const remove = await removeImage(handle, built);
  if (remove.exitCode !== 0) throw new FlowError('load', `${remove.command} failed: ${remove.stderr}`);
  const load = await loadArchive(handle, file);
  if (load.exitCode !== 0)
    throw new FlowError('load', `${load.command} failed: ${load.stderr || load.stdout}`);
  const [form = 'cli'] = runForms(handle)
    .filter((name) => !name.endsWith('-tty'))
    .reverse();
  const [after, run] = await Promise.all([
    inspectImage(handle, 'load', tag),
    isWorthRunning(built) ? runBuilt(handle, 'load', built, form) : undefined,
  ]);
  const facts = { builder, expectedImage, remove, load, tag, store, before: built.image, after };
  return { ...facts, ...(run && { run }) };
}

/** Of a given image whose expectation states no output, a second run would show nothing. */
function isWorthRunning(built: BuildEvidence): boolean {
  return whyNoRun(built) === undefined && built.expectedImage.output !== null;
}

async function removeImage(handle: EngineHandle, { tag, ancestors }: BuildEvidence): Promise<CommandResult> {
  if (handle.dockerHost === undefined) return runTool(handle, clientOf(handle), ['rmi', tag]);
  const docker = await connect(handle);
  const command = `DELETE /images/${tag}`;
  // Both names of the image go, so that the load has to bring the content back.
  await within('load', command, docker.getImage(`${tag}-again`).remove());
  await within('load', command, docker.getImage(tag).remove());
  const steps = ancestors.filter(({ tags }) => tags.length === 0);
  for (const { id } of steps) await within('load', `DELETE /images/${id}`, removeUnused(docker, id));
  return { command, exitCode: 0, stdout: '', stderr: '' };
}

/**
 * The steps of a build that used no cache are the run's own, and go with its image. Podman keeps them when images that
 * share them go at the same time. Without force the engine refuses what anybody else has built on.
 */
async function removeUnused(docker: Docker, id: string): Promise<void> {
  await docker
    .getImage(id)
    .remove()
    .catch(({ statusCode, message }: { readonly statusCode?: number; readonly message?: string }) => {
      if (statusCode !== 404 && statusCode !== 409) throw new Error(message);
    });
}

export async function loadArchive(handle: EngineHandle, file: string): Promise<CommandResult> {
  const client = clientOf(handle);
  if (toolWords(handle, client)) {
    // Podman tells its progress on standard error, where a person would look for what went wrong.
    return runTool(handle, client, ['load', ...(client === 'podman' ? ['--quiet'] : []), '-i', file]);
  }
  const { createReadStream } = await import('node:fs');
  const docker = await connect(handle);
  const send = () => {
    const body = createReadStream(file);
    return docker.loadImage(body).catch((error: unknown) => {
      body.destroy();
      throw error;
    });
  };
  const work = upload(docker, send).then((stream) => readEvents<LoadEvent>(stream));
  const events = await within('load', 'POST /images/load', work);
  const failed = events.find(({ error }) => error !== undefined);
  if (failed?.error !== undefined) throw new FlowError('load', `the engine refused: ${failed.error}`);
  return { command: 'POST /images/load', exitCode: 0, stdout: '', stderr: '' };
}

interface LoadEvent {
  readonly error?: string;
}
