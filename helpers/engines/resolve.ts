import { existsSync } from 'node:fs';
import { addressInForce, DEFAULT_SOCKET, type EngineAddress } from './address.ts';
import { connectEngine } from './connect.ts';
import type { RunningEngine } from './engine-model.ts';
import { EngineError, NoAnswerError } from './error.ts';
import { podmanAskedFor, podmanByDefault } from './podman-connection.ts';
import { loadRecipe } from './recipe.ts';
import { newRunId } from './start/options.ts';
import type { TellProgress } from './start/rootfs.ts';
import { startEngine } from './start/start.ts';

export interface ResolveOptions {
  /** Name of a recipe: that engine and no other. Default: the variable `SCRATCH_ENGINE`. */
  readonly engine?: string;
  readonly runId?: string;
  readonly onProgress?: TellProgress;
  readonly environment?: NodeJS.ProcessEnv;
  /** Default: this host's. */
  readonly system?: string;
  /** The route by which each kind of engine is reached; replaced in tests. */
  readonly routes?: Partial<Routes>;
}

export interface Routes {
  readonly defaultSocket: string;
  readonly connect: (address: EngineAddress, runId: string) => Promise<RunningEngine>;
  /** Starts a recipe's engine; `origin` is what reports show. */
  readonly start: (
    name: string,
    origin: string,
    runId: string,
    onProgress: TellProgress,
  ) => Promise<RunningEngine>;
}

/** Recipes tried when no engine runs, in this order, and the word for each in a report. */
const OWN_ENGINES = [
  { recipe: 'docker-26', origin: 'embedded' },
  { recipe: 'podman-rootless', origin: 'rootless' },
] as const;

/**
 * Finds or makes the engine of a run: the one asked for by name, by `DOCKER_HOST`, by the docker context in force or by
 * podman's variables; else the default socket; else podman's machine; else one of the suite's own. An engine that was asked for and does not answer ends the search.
 * Throws EngineError with one sentence.
 */
export async function resolveEngine(options: ResolveOptions = {}): Promise<RunningEngine> {
  const { environment = process.env, system = process.platform, onProgress = () => {} } = options;
  const { runId = newRunId() } = options;
  const routes: Routes = {
    defaultSocket: DEFAULT_SOCKET,
    connect: connectEngine,
    start,
    ...options.routes,
  };
  const name = options.engine ?? (environment['SCRATCH_ENGINE'] || undefined);
  if (name !== undefined && name !== 'host') return routes.start(name, 'rootfs', runId, onProgress);

  const podman = { environment, system };
  const asked = (await addressInForce(environment)) ?? (await podmanAskedFor(podman));
  if (asked !== undefined) return connectTo(asked, routes, runId);

  const found = await tryDefaultSocket(routes, runId);
  if (typeof found !== 'string') return found;
  const machine = await podmanByDefault(podman);
  if (machine !== undefined) return connectTo(machine, routes, runId);
  if (name === 'host') throw new EngineError(`${found} Start one, or set DOCKER_HOST.`);
  onProgress(`${found} Starting one of the suite’s own.`);

  const reasons: string[] = [found];
  for (const { recipe, origin } of OWN_ENGINES) {
    try {
      return await routes.start(recipe, origin, runId, onProgress);
    } catch (error) {
      if (!(error instanceof EngineError) || error instanceof NoAnswerError) throw error;
      reasons.push(error.message);
      onProgress(error.message);
    }
  }
  throw new EngineError(
    `There is no engine to test. ${[...new Set(reasons)].join(' ')} Start Docker, set DOCKER_HOST, or run as root on Debian; saved archives can be judged without an engine by the command check.`,
  );
}

/** One that was asked for ends the search. */
function connectTo(asked: EngineAddress, routes: Routes, runId: string): Promise<RunningEngine> {
  return routes.connect(asked, runId).catch((error) => refuse(asked, error));
}

async function start(
  name: string,
  origin: string,
  runId: string,
  onProgress: TellProgress,
): Promise<RunningEngine> {
  const recipe = await loadRecipe(name);
  return startEngine(recipe, {
    runId,
    onProgress,
    origin: origin === 'rootfs' ? recipe.source.type : origin,
  });
}

/** The engine behind the default socket, or why there is none. */
async function tryDefaultSocket(
  { defaultSocket, connect }: Routes,
  runId: string,
): Promise<RunningEngine | string> {
  if (!existsSync(defaultSocket)) return `No engine runs on this host (no ${defaultSocket}).`;
  try {
    return await connect(
      { origin: 'default socket', dockerHost: `unix://${defaultSocket}`, environment: {} },
      runId,
    );
  } catch (error) {
    // An engine that is silent is there: to judge another one in its place would say nothing of it.
    if (!(error instanceof EngineError) || error instanceof NoAnswerError) throw error;
    return `The default socket is there but unusable: ${error.message}`;
  }
}

function refuse({ origin, dockerHost }: EngineAddress, error: unknown): never {
  if (!(error instanceof EngineError)) throw error;
  const [kind = ''] = /context|connection/.exec(origin) ?? [];
  const remedy = kind === '' ? `unset ${origin}` : `choose another ${kind}`;
  throw new EngineError(
    `${origin} names ${dockerHost}, and that engine cannot be used: ${error.message} Start it, or ${remedy}.`,
    { cause: error },
  );
}
