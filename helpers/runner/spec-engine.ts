import { resolve } from 'node:path';
import { CALLERS_CONTENTS } from '../archive/limits.ts';
import type { Archive } from '../archive/model.ts';
import { readArchive } from '../archive/read-archive.ts';
import { printNote } from '../common/terminal.ts';
import { loadBuilder } from '../engines/builders/builders.ts';
import { connect, connectThroughTestcontainers, setClientEnvironment, within } from '../engines/client.ts';
import { copyContext } from '../engines/copy-context.ts';
import type { EngineHandle, RunningEngine } from '../engines/engine-model.ts';
import { resolveEngine } from '../engines/resolve.ts';
import { outputOfStarted, runForms, runImage } from '../engines/run-image.ts';
import { SAVE_WITH } from '../engines/savers/save-images.ts';
import { STORE_SAVERS } from '../engines/savers/savers.ts';
import { runAgainIfSilent } from '../engines/silent-run.ts';
import { endOnSignals } from '../engines/start/stop-at-end.ts';
import { FlowError } from '../engines/step-error.ts';
import { judgedRuns } from '../requirements/procedure/command-results.ts';
import {
  type BuildOptions,
  type ContainerRun,
  type ContainerRunOptions,
  type SaveOptions,
  SPEC_BUILDERS,
  type StartContainer,
} from './spec-types.ts';

/** What the fixtures do on an engine. Loaded when a test first asks for one: matchers alone need none of it. */

export async function startSpecEngine(recipe: string | undefined): Promise<RunningEngine> {
  endOnSignals();
  return resolveEngine({
    ...(recipe !== undefined && { engine: recipe }),
    onProgress: (line) => printNote(line),
  });
}

/** testcontainers, where it is installed, is asserted to talk to this engine. */
export async function directClients(handle: EngineHandle): Promise<void> {
  if (handle.dockerHost === undefined) return;
  setClientEnvironment(handle);
  try {
    await import('testcontainers');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return;
    throw error;
  }
  await connectThroughTestcontainers(handle);
}

/** Where a build of a test takes place. */
export interface BuildPlace {
  readonly handle: EngineHandle;
  /** Visible to the engine's own tools. */
  readonly folder: string;
  readonly tag: string;
}

export async function buildForSpec(
  { handle, folder, tag }: BuildPlace,
  context: string,
  { builder, cache = true }: BuildOptions,
): Promise<void> {
  const chosen = builder ?? SPEC_BUILDERS.find((name) => handle.builders.includes(name));
  if (chosen === undefined || !handle.builders.includes(chosen))
    throw new FlowError('build', lackOf(handle, chosen, 'builder that takes a folder'));
  const copied = await copyContext(resolve(context), folder);
  if (chosen === 'testcontainers') return buildByClient(handle, folder, tag, cache);
  const build = await loadBuilder(chosen);
  await build({ handle, context: copied, tag, useCache: cache });
}

/** It settles although the build failed, so the engine is asked for the image. */
async function buildByClient(
  handle: EngineHandle,
  folder: string,
  tag: string,
  cache: boolean,
): Promise<void> {
  const { GenericContainer } = await import('testcontainers');
  const build = GenericContainer.fromDockerfile(folder).withCache(cache).build(tag, { deleteOnExit: false });
  await within('build', 'GenericContainer.fromDockerfile', build);
  const docker = await connect(handle);
  await within(
    'build',
    `the image ${tag} after GenericContainer.fromDockerfile`,
    docker.getImage(tag).inspect(),
  );
}

export async function runForSpec(
  handle: EngineHandle,
  image: string,
  { tty = false }: ContainerRunOptions,
): Promise<ContainerRun> {
  const forms = runForms(handle).filter((form) => form.endsWith('-tty') === tty);
  // Through the API where there is one: it has the engine's own log as second witness.
  const form = forms.at(-1);
  if (form === undefined) throw new FlowError('run', `${handle.name} offers no way to run an image.`);
  const run = await runAgainIfSilent(() => runImage(handle, 'run', image, form));
  const [{ exitCode, stdout, stderr, logged } = run] = judgedRuns(run);
  return { exitCode, ...(logged ?? { stdout, stderr }) };
}

/** The same with containers of testcontainers, which goes about the start in its own way. */
export async function runStartedForSpec(handle: EngineHandle, start: StartContainer): Promise<ContainerRun> {
  const run = await runAgainIfSilent(async () => {
    const container = await start();
    try {
      return await outputOfStarted(handle, 'run', container.getId());
    } finally {
      await container.stop();
    }
  });
  const [{ exitCode, stdout, stderr } = run] = judgedRuns(run);
  return { exitCode, stdout, stderr };
}

export async function saveForSpec(
  handle: EngineHandle,
  image: string,
  file: string,
  { saver }: SaveOptions,
): Promise<Archive> {
  const chosen = saver ?? STORE_SAVERS.find((name) => handle.savers.includes(name));
  if (chosen === undefined || !handle.savers.includes(chosen))
    throw new FlowError('save', lackOf(handle, chosen, 'saver'));
  const { command, exitCode, stderr } = await SAVE_WITH[chosen](
    handle,
    [{ reference: image, folder: '' }],
    file,
  );
  if (exitCode !== 0) throw new FlowError('save', `${command} failed with exit code ${exitCode}: ${stderr}`);
  return readArchive(file, { contents: CALLERS_CONTENTS });
}

function lackOf({ name, lacking }: EngineHandle, chosen: string | undefined, what: string): string {
  return `${name} has no ${chosen ?? what}: ${lacking[chosen ?? ''] ?? 'its recipe names none'}`;
}
