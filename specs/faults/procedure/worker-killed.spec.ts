import { expect, test } from 'vitest';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';
import { processesWith } from '../engines/traces.ts';
import '../engines/needs.ts';

test('a worker that is killed leaves a run that could not judge, and nothing else', async () => {
  await using temporary = await scratchFolder();
  const suite = commandLine(['conformance', '--builder', 'docker-build'], {
    environment: { TMPDIR: temporary.path, SCRATCH_ENGINE: 'docker-26' },
  });
  await suite.until(/^build \.\.\./m);
  const workers = (await processesWith(temporary.path)).filter((line) => line.includes('worker-process.js'));
  expect(workers).toHaveLength(1);
  process.kill(Number(workers[0]?.split(' ')[1]), 'SIGKILL');
  expect(await suite.exitCode, suite.text()).toBe(2);
  expect(suite.text()).toMatch(/^Could not judge: /m);
  expect(suite.text()).not.toContain('Suite bug');
  await expect.poll(() => processesWith(temporary.path)).toEqual([]);
});
