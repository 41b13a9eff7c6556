import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../self/engine/scratch-folder.ts';
import { commandLine } from '../engine/command-line.ts';
import { mountsWith, processesOf } from '../engine/traces.ts';
import '../engine/needs.ts';

test.for([
  ['SIGKILL', null],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s in the middle leaves no process, no mount and no temporary file', async ([signal, code]) => {
  await using temporary = await scratchFolder();
  const environment = { TMPDIR: temporary.path, SCRATCH_ENGINE: 'docker-26' };
  const suite = commandLine(['conformance'], { environment });
  await suite.until(/^build \.\.\./m);
  expect((await processesOf(temporary.path)).join('\n')).toMatch(/dockerd/);
  suite.child.kill(signal);
  expect(await suite.exitCode).toBe(code);
  // After SIGKILL nobody waits for the supervisor.
  await expect.poll(() => processesOf(temporary.path), { timeout: 20_000 }).toEqual([]);
  await expect.poll(() => readdir(temporary.path), { timeout: 20_000 }).toEqual([]);
  expect(await mountsWith(temporary.path)).toEqual([]);
});
