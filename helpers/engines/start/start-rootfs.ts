import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import type { EngineHandle, RunningEngine } from '../engine-model.ts';
import { EngineError } from '../error.ts';
import { makeHandle } from '../handle.ts';
import type { EngineRecipe, RootfsSource } from '../recipe.ts';
import { START_MS, untilAnswering } from './first-answer.ts';
import { newRunId, type StartOptions } from './options.ts';
import { provideRootfs } from './rootfs.ts';
import { fill, fillRunFolder, nameRunFolder, type RunFolder, writeFiles } from './run-folder.ts';
import { type Supervised, scriptPath, supervise } from './supervise.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Variables of the host's own client that must not reach the engine's. */
const FOREIGN = [
  ...[
    'DOCKER_CONTEXT',
    'DOCKER_CONFIG',
    'DOCKER_TLS_VERIFY',
    'DOCKER_TLS',
    'DOCKER_CERT_PATH',
    'DOCKER_API_VERSION',
  ],
  ...['BUILDX_BUILDER', 'BUILDX_CONFIG', 'DOCKER_DEFAULT_PLATFORM', 'CONTAINER_HOST', 'XDG_RUNTIME_DIR'],
];

/** Starts the engine of a recipe in private namespaces over a root file system of Debian packages. */
export async function startRootfsEngine(
  stated: EngineRecipe,
  source: RootfsSource,
  options: StartOptions,
): Promise<RunningEngine> {
  assertPossible(stated);
  const recipe = withinOneUser(stated);
  const { userNamespace = false } = recipe.start;
  const rootfs = await provideRootfs(source, options.onProgress, userNamespace ? { userNamespace } : {});
  const { runId = newRunId(), origin = 'rootfs', timeoutMs = START_MS } = options;
  const run = await nameRunFolder();
  const supervised = enter(recipe, rootfs, run, `scratch-conformance-${runId}-${recipe.name}`);
  try {
    await supervised.begun;
    await untilAnswering({
      name: recipe.name,
      run: run.path,
      socket: run.socket,
      ended: supervised.ended,
      timeoutMs,
    });
    const dockerHost = `unix://${run.socket}`;
    const pid = (await readFile(join(run.path, 'pid'), 'utf8')).trim();
    const handle = await makeHandle(recipe, {
      origin,
      runId,
      dockerHost,
      tools: toolsOf(recipe, pid, dockerHost),
      toolEnvironment: { DOCKER_HOST: dockerHost },
      workDir: run.work,
    });
    for (const notice of handle.notices ?? []) options.onProgress?.(notice);
    return { handle, stop: supervised.stop };
  } catch (error) {
    await supervised.stop();
    throw error;
  }
}

function assertPossible({ name, start }: EngineRecipe): void {
  if (platform() !== 'linux') throw new EngineError('An engine of the suite’s own needs Linux.');
  if (process.getuid?.() === 0 || start.userNamespace) return;
  throw new EngineError(`The engine ${name} needs root for its private namespaces.`);
}

/** What an engine in a user namespace with one user cannot do for anybody but root. */
function withinOneUser(recipe: EngineRecipe): EngineRecipe {
  const uid = process.getuid?.() ?? 0;
  if (!recipe.start.userNamespace || uid === 0) return recipe;
  const testcontainers = `Without root this engine has one user and one group, and testcontainers sends the build context with the owner that it has on this host (uid ${uid}), so it cannot be unpacked.`;
  return {
    ...recipe,
    builders: recipe.builders.filter((name) => name !== 'testcontainers'),
    lacking: { ...recipe.lacking, testcontainers },
  };
}

/** Starts the engine's command; the supervisor makes and removes the folder, and removes the control group. */
function enter(recipe: EngineRecipe, rootfs: string, run: RunFolder, cgroup: string): Supervised {
  const { command, environment = {}, files = {}, cgroup2 = 'host', userNamespace = false } = recipe.start;
  const values = { socket: run.socket, cgroup };
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const size = process.env['SCRATCH_ENGINE_MEMORY'] || '50%';
  return supervise({
    run: run.path,
    prepare: async () => {
      await fillRunFolder(run);
      await writeFiles(join(run.path, 'files'), files, values);
    },
    cgroup,
    userNamespace,
    namespaces: ['--net', '--ipc', '--uts', ...(userNamespace ? ['--cgroup'] : [])],
    command: [
      ...['sh', scriptPath('enter.sh'), run.path, rootfs, size, cgroup2, ...assignments],
      ...['chroot', '.', ...command.map((word) => fill(word, values))],
    ],
  });
}

/** A tool of the engine's own root as an argument list that works from the host, free of the host's own settings. */
function toolsOf(recipe: EngineRecipe, pid: string, dockerHost: string): EngineHandle['tools'] {
  const user = recipe.start.userNamespace ? ['--user', '--preserve-credentials', '--cgroup'] : [];
  const prefix = [
    ...[
      'env',
      ...FOREIGN.flatMap((name) => ['-u', name]),
      `PATH=${PATH}`,
      'HOME=/root',
      `DOCKER_HOST=${dockerHost}`,
    ],
    ...Object.entries(recipe.start.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    ...['nsenter', `--target=${pid}`, ...user, '--mount', '--pid', '--net', '--ipc', '--uts'],
  ];
  return Object.fromEntries(
    Object.entries(recipe.tools).map(([name, argv]) => [name, [...prefix, ...(argv ?? [])]]),
  );
}
