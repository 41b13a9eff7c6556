import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from '../../common/once.ts';
import { addressInForce, DEFAULT_SOCKET } from '../address.ts';
import { connectEngine } from '../connect.ts';
import type { EngineHandle, RunningEngine } from '../engine-model.ts';
import { EngineError } from '../error.ts';
import { makeHandle } from '../handle.ts';
import type { EngineRecipe, ImageSource } from '../recipe.ts';
import { removeCgroup } from './cgroup.ts';
import { START_MS, untilAnswering } from './first-answer.ts';
import { newRunId, type StartOptions } from './options.ts';
import { type OuterContainer, runInContainer } from './outer-container.ts';
import { fill, makeFolder } from './run-folder.ts';
import { stopAtEnd } from './stop-at-end.ts';

/** Variables that a caller may give a tool, handed on into the container. */
const HANDED_ON = [
  'DOCKER_BUILDKIT',
  'SOURCE_DATE_EPOCH',
  'BUILDX_NO_DEFAULT_ATTESTATIONS',
  'BUILDKIT_PROGRESS',
];

/**
 * Starts the engine of an image as a container of the host's own engine, or of `options.outer`. The socket comes out
 * through a folder that both share, so the outer engine must run on this machine.
 */
export async function startImageEngine(
  recipe: EngineRecipe,
  source: ImageSource,
  options: StartOptions,
): Promise<RunningEngine> {
  const { runId = newRunId(), origin = 'image', timeoutMs = START_MS, onProgress = () => {} } = options;
  const own = options.outer === undefined ? await connectHost(recipe, source, runId) : undefined;
  const outer = options.outer ?? (own as RunningEngine).handle;
  const run = await makeFolder(join(outer.workDir, recipe.name));
  const cgroup = `scratch-conformance-${outer.runId}-${outer.name}.${recipe.name}`;
  const values = { socket: run.socket, cgroup };
  const { command, environment = {}, files = {} } = recipe.start;
  let container: OuterContainer | undefined;
  const stop = once(async () => {
    await container?.stop();
    await removeCgroup(cgroup);
    await rm(run.path, { recursive: true, force: true, maxRetries: 20 });
    await own?.stop();
    forget();
  });
  const forget = stopAtEnd(stop);
  try {
    container = await runInContainer({
      outer,
      source,
      name: `${runId}-${recipe.name}`,
      folder: run.path,
      command: command.map((word) => fill(word, values)),
      environment,
      files: Object.entries(files).map(([path, text]) => ({ path, text: fill(text, values) })),
      onProgress,
    });
    await untilAnswering({
      name: recipe.name,
      run: run.path,
      socket: run.socket,
      ended: container.ended,
      timeoutMs,
    });
    const dockerHost = `unix://${run.socket}`;
    const tools = toolsOf(recipe, outer, container.id, dockerHost);
    const toolEnvironment = { DOCKER_HOST: dockerHost };
    const made = await makeHandle(recipe, {
      origin,
      runId,
      dockerHost,
      tools,
      toolEnvironment,
      workDir: run.work,
    });
    const notices = [...(made.notices ?? []), ...container.notices];
    for (const notice of notices) onProgress(notice);
    return { handle: { ...made, ...(notices.length > 0 ? { notices } : {}) }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connectHost(recipe: EngineRecipe, source: ImageSource, runId: string): Promise<RunningEngine> {
  const address = (await addressInForce(process.env)) ?? {
    origin: 'default socket',
    dockerHost: `unix://${DEFAULT_SOCKET}`,
    environment: {},
  };
  return connectEngine(address, runId).catch((error) => {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(
      `The engine ${recipe.name} comes from the image ${source.reference} and needs an engine on this host to run in: ${error.message} Start Docker, or set DOCKER_HOST.`,
      { cause: error },
    );
  });
}

/** A tool inside the container, through the client of the outer engine. Without that client there is none. */
function toolsOf(
  recipe: EngineRecipe,
  outer: EngineHandle,
  id: string,
  dockerHost: string,
): EngineHandle['tools'] {
  const client = outer.tools.docker ?? outer.tools.podman;
  if (client === undefined) return {};
  // The caller's DOCKER_HOST is the inner engine's; the outer client must not use it.
  const address = outer.dockerHost === undefined ? [] : ['--host', outer.dockerHost];
  const variables = [...HANDED_ON, `DOCKER_HOST=${dockerHost}`].flatMap((name) => ['--env', name]);
  const prefix = [
    ...client,
    ...(outer.tools.docker ? address : []),
    'exec',
    '--interactive',
    ...variables,
    id,
  ];
  return Object.fromEntries(
    Object.entries(recipe.tools).map(([name, argv]) => [name, [...prefix, ...(argv ?? [])]]),
  );
}
