import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectionOf } from '../../../helpers/engines/api.ts';
import { runCommand } from '../../../helpers/engines/command.ts';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import { limited } from '../../../helpers/engines/limited.ts';
import { limitMs, STEP_LIMIT } from '../../../helpers/engines/time-limits.ts';
import { watchEngine } from '../../../helpers/engines/watch-engine.ts';
import { scratchFolder } from './scratch-folder.ts';

const never = () => new Promise<never>(() => {});

test('a step that is over its limit names itself, what hangs, the limit, and how to raise it; all it started is ended', async () => {
  await using folder = await scratchFolder();
  const line = 'sleep 60 & echo $! >pid; wait';
  const work = () => runCommand(['sh', '-c', line], { cwd: folder.path, shownAs: 'docker save hello' });
  await expect(limited('save', work, never(), 400)).rejects.toThrow(
    'save: docker save hello did not end within 0.4 s, the limit of a step; raise it with --step-limit SECONDS or SCRATCH_STEP_LIMIT.',
  );
  const id = Number(await readFile(join(folder.path, 'pid'), 'utf8'));
  await expect.poll(() => isRunning(id)).toBe(false);
});

async function isRunning(id: number): Promise<boolean> {
  const state = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  return state !== '' && !/\) Z/.test(state);
}

test.for(['x', '0', '-1', '1e99'])('the limit %s is refused in one sentence', (text) => {
  expect(() => limitMs(STEP_LIMIT, { SCRATCH_STEP_LIMIT: text })).toThrow(
    /^The limit ".+" \(SCRATCH_STEP_LIMIT, --step-limit\) is no number of seconds between 0 and 2147483\.$/,
  );
});

/** Answers each question after a time; the last time stays. */
async function slowEngine(delays: readonly number[]) {
  const left = [...delays];
  const server: Server = createServer((_, response) => {
    const delay = left.length > 1 ? left.shift() : left[0];
    setTimeout(() => response.end('OK'), delay);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  return {
    handle: { name: 'fake', dockerHost: `tcp://127.0.0.1:${port}`, toolEnvironment: {} } as EngineHandle,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const TIMES = { everyMs: 50, answerMs: [200, 1500] } as const;

test('an engine that answers only when it is asked again is not lost', async () => {
  await using engine = await slowEngine([500, 500, 10]);
  const watch = watchEngine(engine.handle, TIMES);
  const work = () => new Promise((resolve) => setTimeout(resolve, 1200, 'done'));
  expect(await watch.during('save', (lost) => Promise.race([work(), lost]))).toBe('done');
});

test('an engine that never answers is lost, and one that is gone is lost at once', async () => {
  await using engine = await slowEngine([60_000]);
  const frozen = watchEngine(engine.handle, TIMES);
  await expect(frozen.during('build', (lost) => lost)).rejects.toThrow(
    /^engine: fake was lost during the step build: The engine at \S+ does not answer \(no answer within 1\.5 s\)\.$/,
  );
  const gone = watchEngine({ ...engine.handle, dockerHost: 'unix:///nonexistent.sock' }, TIMES);
  await expect(gone.during('run', (lost) => lost)).rejects.toThrow(
    /^engine: fake was lost during the step run: .* \(ENOENT\)\.$/,
  );
});

test('an IPv6 address is taken with its brackets, and what is no address is refused', () => {
  expect(connectionOf('tcp://[::1]:2375', {})).toMatchObject({ hostname: '::1', port: '2375' });
  for (const address of ['tcp://localhost:99999', 'tcp://', 'tcp://a/b', 'tcp://[::1'])
    expect(() => connectionOf(address, {})).toThrow(/ is no address; write tcp:\/\/HOST:PORT, with a port/);
});
