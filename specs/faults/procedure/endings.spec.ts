import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { cacheFolder, rootfsKey } from '../../../helpers/engines/start/rootfs.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { groupsWith, mountsWith, processesWith } from '../engines/traces.ts';
import '../engines/needs.ts';

/** `SCRATCH_ENDINGS=20` tries each kind of end twenty times; `SCRATCH_SEED` repeats the moments of an earlier run. */
const TRIES = Number(process.env['SCRATCH_ENDINGS'] ?? 1);
const SEED = Number(process.env['SCRATCH_SEED'] ?? Date.now() % 1_000_000);

const NODE = [process.execPath, join(projectFolder('helpers/cli'), 'run.js'), 'conformance'] as const;
const NPM = ['npm', 'run', '--silent', 'conformance'] as const;
const TERMINAL = ['script', '--quiet', '--return', '--command', NPM.join(' '), '/dev/null'] as const;

interface Ending {
  readonly title: string;
  readonly command: readonly string[];
  readonly end: (child: ChildProcess, folder: string) => Promise<void>;
}

const ENDINGS: readonly Ending[] = [
  { title: 'SIGTERM to npm', command: NPM, end: async (child) => void child.kill('SIGTERM') },
  { title: 'SIGTERM to node', command: NODE, end: async (child) => void child.kill('SIGTERM') },
  { title: 'SIGINT to npm', command: NPM, end: async (child) => void child.kill('SIGINT') },
  { title: 'SIGKILL to npm', command: NPM, end: async (child) => void child.kill('SIGKILL') },
  { title: 'SIGKILL to node', command: NODE, end: async (child) => void child.kill('SIGKILL') },
  { title: 'SIGKILL to the shell step', command: NODE, end: killShell },
  { title: 'Ctrl-C', command: TERMINAL, end: (child) => press(child) },
  {
    title: 'Ctrl-C twice',
    command: TERMINAL,
    end: async (child) => {
      await press(child);
      await setTimeout(1100);
      await press(child);
    },
  },
];

const moments = ENDINGS.flatMap((ending, kind) =>
  Array.from({ length: TRIES }, (_, count) => ({
    ...ending,
    afterMs: momentOf(SEED + 1000 * kind + count),
  })),
);

test.for(moments)(`$title after $afterMs ms leaves nothing (SCRATCH_SEED=${SEED})`, async (moment) => {
  await using temporary = await scratchFolder();
  const cached = await listCache();
  const child = start(moment.command, temporary.path);
  const ended = once(child, 'close');
  await Promise.race([setTimeout(moment.afterMs), ended]);
  const run = await runOf(temporary.path);
  await moment.end(child, temporary.path);
  await ended;
  const traces = async () => [
    ...(await processesWith(temporary.path)),
    ...(await readdir(temporary.path)),
    ...(await mountsWith(temporary.path)),
    ...(run === undefined ? [] : await groupsWith(run)),
  ];
  await expect.poll(traces, { timeout: 15_000, interval: 100 }).toEqual([]);
  // Nothing that was still at work has made something since.
  await setTimeout(300);
  expect(await traces()).toEqual([]);
  expect(await listCache()).toEqual(cached);
});

function start([program = '', ...args]: readonly string[], folder: string): ChildProcess {
  const child = spawn(program, args, {
    cwd: dirname(projectFolder('helpers')),
    env: { ...process.env, TMPDIR: folder, SCRATCH_ENGINE: 'docker-26' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin?.on('error', () => {});
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function press(child: ChildProcess): Promise<void> {
  child.stdin?.write('\u0003');
}

/** The shell of the procedure's own lines, then everything at once. */
async function killShell(child: ChildProcess, folder: string): Promise<void> {
  for (const line of await processesWith(`SCRATCH_COMMAND_FOLDER=${folder}`)) {
    const [, id] = /^process (\d+) /.exec(line) ?? [];
    try {
      if (id !== undefined) process.kill(Number(id), 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
  child.kill('SIGTERM');
}

/** The run in the names of control groups, as soon as there is an engine. */
async function runOf(folder: string): Promise<string | undefined> {
  const lines = (await processesWith(folder)).join('\n');
  return /scratch-conformance-(sc[0-9a-f]+)-/.exec(lines)?.[1];
}

/** What the cache holds of this engine. Others may be making theirs. */
async function listCache(): Promise<readonly string[]> {
  const { source } = await loadRecipe('docker-26');
  const key = source.type === 'rootfs' ? rootfsKey(source) : '';
  const names = (await readdir(cacheFolder())).filter((name) => key !== '' && name.startsWith(key)).sort();
  // The time of the root file system itself says when it was last used.
  const timed = names.map(async (name) =>
    name === key ? name : `${name} ${(await stat(join(cacheFolder(), name))).mtimeMs}`,
  );
  return Promise.all(timed);
}

/** A moment of the first eight seconds: a whole run takes some six. */
function momentOf(seed: number): number {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) % 8000;
}
