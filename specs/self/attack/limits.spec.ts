import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Attack, Call, Room, WantedEnding } from '../../../helpers/proof/attack/attack-model.ts';
import { runAttack } from '../../../helpers/proof/attack/run.ts';
import { renderTable } from '../../../helpers/proof/attack/table.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A program of a few words in place of the command line, to see that the attack notices what it must. */
function attackOf(script: string, wanted: WantedEnding, call: Partial<Call> = {}): Attack {
  return {
    id: 'example',
    kind: 'example',
    title: 'a program that misbehaves',
    wanted,
    prepare: (room: Room) => {
      writeFileSync(join(room.work, 'input'), 'input');
      return { argv: [], command: [process.execPath, '--eval', script], ...call };
    },
  };
}

const run = (script: string, wanted: WantedEnding = { exitCodes: [0] }, call: Partial<Call> = {}) =>
  runAttack(attackOf(script, wanted, call), 'unused');

test('a program that does what is wanted', async () => {
  const row = await run("console.log('well')", { exitCodes: [0], says: 'well' });
  expect(row.problems).toEqual([]);
  expect(renderTable([row])).toContain('1 of 1 attacks are as wanted.');
});

test.each([
  ['another exit code', 'process.exitCode = 3', /^ended with 3, wanted 0$/],
  ['a stack trace', "console.log('    at x (file.js:1:2)')", /stack trace/],
  ['a control character', "console.log('\\x1b[2J')", /U\+001b/],
  ['a bidirectional override', "console.log('\\u202e')", /U\+202e/],
  ['our own bug', "console.log('Suite bug: x')", /bug of the suite/],
  ['a new file', "require('fs').writeFileSync('new', '')", /left behind: new \/work\/new/],
  ['a changed file', "require('fs').writeFileSync('input', 'output')", /left behind: changed \/work\/input/],
  ['a removed file', "require('fs').rmSync('input')", /left behind: gone \/work\/input/],
  ['a temporary file', "require('fs').writeFileSync(process.env.TMPDIR + '/x', '')", /new \/tmp\/x/],
  [
    'a process',
    "require('child_process').spawn('sleep', ['60'], { stdio: 'ignore' }).unref()",
    /left behind: process \d+ sleep 60/,
  ],
])('%s is noticed', async (_, script, problem) => {
  const row = await run(script);
  expect(row.problems.join('\n')).toMatch(problem);
  expect(renderTable([row])).toContain('0 of 1 attacks are as wanted.');
});

test.each([
  ['processor time', 'for (;;);', { cpuSeconds: 0.5 }, 'cpuSeconds'],
  ['memory', 'const b = Buffer.alloc(3e8, 1); setTimeout(() => b, 5e3)', { megabytes: 200 }, 'megabytes'],
  ['time', 'setTimeout(() => {}, 60_000)', { seconds: 1 }, 'seconds'],
])('a program over its limit of %s is ended', async (_, script, budget, over) => {
  const { after, problems } = await run(script, { exitCodes: [0], budget });
  expect(after.over).toBe(over);
  expect(problems).toEqual([`over its limit: ${over}`]);
});

test('the sentence that was wanted and not said is noticed', async () => {
  const { problems } = await run("console.log('a')", { exitCodes: [0], says: /b/ });
  expect(problems).toEqual(['does not say /b/']);
});

test('standard input and output are as a row asks for them', async () => {
  const read = "process.stdout.write(require('fs').readFileSync(0, 'utf8'))";
  const bytes = await run(read, { exitCodes: [0], says: 'abc' }, { stdin: Buffer.from('abc') });
  expect(bytes.problems).toEqual([]);
  const ended = "process.stdout.on('error', ({ code }) => console.error(code)); console.log('x'.repeat(1e6))";
  const gone = await run(ended, { exitCodes: [0], says: 'EPIPE' }, { stdout: 'ended' });
  expect(gone.problems).toEqual([]);
});
