import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';
import { expectNothingLeft } from '../engines/killed-midway.ts';
import { processesWith } from '../engines/traces.ts';
import '../engines/needs.ts';

test.for([
  ['SIGKILL', null],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s in the middle leaves no process, no mount and no temporary file', async ([signal, code]) => {
  await using temporary = await scratchFolder();
  const environment = { TMPDIR: temporary.path, SCRATCH_ENGINE: 'docker-26' };
  const suite = commandLine(['conformance'], { environment });
  await suite.until(/^build \.\.\./m);
  await expectNothingLeft(suite, temporary.path, signal, code);
});

test('a run to the end leaves no temporary file either', async () => {
  await using temporary = await scratchFolder();
  const environment = { TMPDIR: temporary.path, SCRATCH_ENGINE: 'docker-26' };
  // This builder's library has files of its own.
  const suite = commandLine(['conformance', '--builder', 'testcontainers'], { environment });
  expect(await suite.exitCode, suite.text()).toBe(0);
  expect(await readdir(temporary.path)).toEqual([]);
  expect(await processesWith(temporary.path)).toEqual([]);
});
