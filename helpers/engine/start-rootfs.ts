import { existsSync, watch } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { askEngine } from './api.ts';
import { EngineError } from './error.ts';
import { readFacts } from './facts.ts';
import type { EngineHandle, RunningEngine } from './model.ts';
import type { EngineRecipe, RootfsSource } from './recipe.ts';
import { explainFailure, provideRootfs } from './rootfs.ts';
import { newRunId, type StartOptions } from './start.ts';
import { type Supervised, scriptPath, supervise } from './supervise.ts';

/** A Unix socket's path has at most 107 bytes. */
const MAX_SOCKET = 107;
const START_MS = 30_000;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Variables of the host's own client that must not reach the engine's. */
const FOREIGN = [
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_TLS_VERIFY',
  'DOCKER_TLS',
  'DOCKER_CERT_PATH',
  'DOCKER_API_VERSION',
].concat(['BUILDX_BUILDER', 'BUILDX_CONFIG', 'DOCKER_DEFAULT_PLATFORM', 'CONTAINER_HOST', 'XDG_RUNTIME_DIR']);

/** Starts the engine of a recipe in private namespaces over a root file system of Debian packages. */
export async function startRootfsEngine(
  recipe: EngineRecipe,
  source: RootfsSource,
  options: StartOptions,
): Promise<RunningEngine> {
  assertPossible();
  const rootfs = await provideRootfs(source, options.onProgress);
  const runId = options.runId ?? newRunId();
  const run = await makeRunFolder();
  const socket = join(run, 'engine.sock');
  const cgroup = `scratch-conformance-${runId}-${recipe.name}`;
  const values = { socket, cgroup };
  await writeFiles(run, recipe.start.files ?? {}, values);
  const assignments = Object.entries(recipe.start.environment ?? {}).map(
    ([name, value]) => `${name}=${value}`,
  );
  const size = process.env['SCRATCH_ENGINE_MEMORY'] || '50%';
  const supervised = supervise({
    run,
    cgroup,
    namespaces: ['--net', '--ipc', '--uts'],
    command: [
      ...['sh', scriptPath('enter.sh'), run, rootfs, size, recipe.start.cgroup2 ?? 'host', ...assignments],
      ...['chroot', join(run, 'root'), ...recipe.start.command.map((word) => fill(word, values))],
    ],
  });
  try {
    const dockerHost = `unix://${socket}`;
    await untilAnswering(recipe.name, run, socket, supervised);
    const pid = (await readFile(join(run, 'pid'), 'utf8')).trim();
    const tools = toolsOf(recipe, pid, run, dockerHost);
    const { identity, stack } = await readFacts(dockerHost, tools, {});
    const handle: EngineHandle = {
      name: recipe.name,
      family: recipe.family,
      origin: options.origin ?? 'rootfs',
      dockerHost,
      identity,
      stack,
      tools,
      toolEnvironment: { DOCKER_HOST: dockerHost },
      workDir: join(run, 'work'),
      features: recipe.features,
      builders: recipe.builders,
      savers: recipe.savers,
      lacking: recipe.lacking,
      runId,
    };
    return { handle, stop: supervised.stop };
  } catch (error) {
    await supervised.stop();
    throw error;
  }
}

function assertPossible(): void {
  if (platform() !== 'linux') throw new EngineError('An engine of the suite’s own needs Linux.');
  if (process.getuid?.() !== 0)
    throw new EngineError('An engine of the suite’s own needs root for its private namespaces.');
}

/** Removed by the supervisor when the engine has ended. */
async function makeRunFolder(): Promise<string> {
  const place = Buffer.byteLength(join(tmpdir(), 'sc-XXXXXX/engine.sock')) <= MAX_SOCKET ? tmpdir() : '/tmp';
  const run = await mkdtemp(join(place, 'sc-'));
  await Promise.all([mkdir(join(run, 'root')), mkdir(join(run, 'work'))]);
  return run;
}

async function writeFiles(
  run: string,
  files: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(run, 'files', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, fill(text, values));
  }
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Waits for the socket and the first answer; an engine that dies or stays silent is ended and explained. */
async function untilAnswering(
  name: string,
  run: string,
  socket: string,
  supervised: Supervised,
): Promise<void> {
  const died = supervised.ended.then(({ lines }) => {
    throw new EngineError(
      `The engine ${name} ended while it started: ${lastWords(lines) ?? explainFailure(lines)}`,
    );
  });
  const over = new AbortController();
  const silent = setTimeout(START_MS, undefined, { signal: over.signal }).then(async () => {
    const log = await readFile(join(run, 'engine.log'), 'utf8').catch(() => '');
    const words = lastWords(log.split('\n')) ?? 'it wrote no log.';
    throw new EngineError(
      `The engine ${name} did not answer within ${START_MS / 1000} s; its last words: ${words}`,
    );
  });
  const answers = firstAnswer(run, socket, over.signal);
  try {
    await Promise.race([died, silent, answers]);
  } finally {
    for (const promise of [died, silent, answers]) promise.catch(() => {});
    over.abort();
  }
}

/** Asks until there is an answer: a socket exists a moment before its owner listens, and nothing tells of that moment. */
async function firstAnswer(folder: string, socket: string, given: AbortSignal): Promise<void> {
  await untilExists(folder, socket, given);
  while (!given.aborted) {
    const refused = await askEngine(`unix://${socket}`, '/_ping', { timeoutMs: START_MS }).then(
      () => false,
      (error: EngineError) => error.code === 'ECONNREFUSED' || error.code === 'ENOENT',
    );
    if (!refused) return;
    await setTimeout(10);
  }
}

function untilExists(folder: string, path: string, given: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      watcher.close();
      resolve();
    };
    const look = () => {
      if (existsSync(path)) end();
    };
    const watcher = watch(folder, look);
    given.addEventListener('abort', end, { once: true });
    look();
  });
}

/** The last error among the lines of an engine's log, without its time stamp. */
export function lastWords(log: readonly string[]): string | undefined {
  const lines = log.filter((line) => line.trim() !== '');
  const last = lines.findLast((line) => /level=(error|fatal)|^failed|error/i.test(line)) ?? lines.at(-1);
  return last === undefined ? undefined : (/msg="((?:[^"\\]|\\.)*)"/.exec(last)?.[1] ?? last).slice(0, 500);
}

/** A tool of the engine's own root as an argument list that works from the host, free of the host's own settings. */
function toolsOf(recipe: EngineRecipe, pid: string, run: string, dockerHost: string): EngineHandle['tools'] {
  const prefix = [
    ...[
      'env',
      ...FOREIGN.flatMap((name) => ['-u', name]),
      `PATH=${PATH}`,
      'HOME=/root',
      `DOCKER_HOST=${dockerHost}`,
    ],
    ...Object.entries(recipe.start.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    ...[
      'nsenter',
      `--target=${pid}`,
      '--mount',
      '--pid',
      '--net',
      '--ipc',
      '--uts',
      'chroot',
      join(run, 'root'),
    ],
  ];
  return Object.fromEntries(
    Object.entries(recipe.tools).map(([name, argv]) => [name, [...prefix, ...(argv ?? [])]]),
  );
}
