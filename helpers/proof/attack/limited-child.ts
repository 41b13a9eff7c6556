import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { AttackBudget, Call, Ended } from './attack-model.ts';
import { processesOfGroup } from './processes.ts';

/** Between two looks at what a process has used. */
const LOOK_MS = 25;
/** What a command says beyond this is counted, not kept. */
const MAX_SAID = 8 * 1024 * 1024;

/**
 * Runs a command in a process group of its own and ends the group as soon as it is over a limit. The kernel's own limit
 * on processor time stands behind the looks. Needs nothing but a shell and /proc.
 */
export async function runLimited(
  [program, ...args]: readonly [string, ...string[]],
  call: Call,
  budget: AttackBudget,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Ended> {
  const started = performance.now();
  const redirect = `${call.stdin === 'closed' ? ' 0<&-' : ''}${call.stdout === 'closed' ? ' 1>&-' : ''}`;
  const shell = `ulimit -t ${Math.ceil(budget.cpuSeconds) + 5}; exec "$0" "$@"${redirect}`;
  const opened: number[] = [];
  const open = (path: string, flags: string) => {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  };
  const child = spawn('/bin/sh', ['-c', shell, program, ...args], {
    cwd,
    env,
    detached: true,
    stdio: [
      call.stdin instanceof Uint8Array ? 'pipe' : isPath(call.stdin) ? open(call.stdin.path, 'r') : 'ignore',
      isPath(call.stdout) ? open(call.stdout.path, 'r+') : 'pipe',
      'pipe',
    ],
  });
  opened.forEach(closeSync);
  const exited = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve([code, signal]));
  });
  child.stdin?.on('error', () => {}); // The command may end before it has read everything.
  if (call.stdin instanceof Uint8Array) child.stdin?.end(call.stdin);
  const group = child.pid;
  if (group === undefined) throw await exited.catch((error: unknown) => error);
  if (call.stdout === 'ended') child.stdout?.destroy();
  const said = [collect(call.stdout === 'ended' ? null : child.stdout), collect(child.stderr)];
  const used = { cpuSeconds: 0, megabytes: 0 };
  let over: keyof AttackBudget | undefined;
  const watch = setInterval(() => {
    const seen = processesOfGroup(group);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    used.cpuSeconds = Math.max(used.cpuSeconds, sum(seen.map(({ cpuSeconds }) => cpuSeconds)));
    used.megabytes = Math.max(used.megabytes, sum(seen.map(({ peakBytes }) => peakBytes)) / 1e6);
    const seconds = (performance.now() - started) / 1000;
    over ??= LIMITS.find((limit) => ({ ...used, seconds })[limit] > budget[limit]);
    if (over !== undefined) endGroup(group);
  }, LOOK_MS);
  try {
    await call.during?.(group);
    const [code, signal] = await exited;
    const outlived = processesOfGroup(group).map(({ pid, command }) => `process ${pid} ${command}`);
    endGroup(group);
    const [stdout = '', stderr = ''] = await Promise.all(said);
    const seconds = (performance.now() - started) / 1000;
    return {
      exitCode: code ?? undefined,
      signal: signal ?? undefined,
      ...(over !== undefined && { over }),
      stdout,
      stderr,
      ...used,
      seconds,
      outlived,
    };
  } finally {
    clearInterval(watch);
    endGroup(group);
  }
}

const LIMITS = ['cpuSeconds', 'megabytes', 'seconds'] as const;

function isPath(value: Call['stdin'] | Call['stdout']): value is { readonly path: string } {
  return typeof value === 'object' && 'path' in value;
}

/** The group was made for this command; nothing else can be in it. */
function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

async function collect(stream: Readable | null): Promise<string> {
  if (stream === null) return '';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size < MAX_SAID) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks).toString('utf8');
}
