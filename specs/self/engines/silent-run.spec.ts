import { expect, test } from 'vitest';
import type { CommandResult, Repeated, Run } from '../../../helpers/engines/answers.ts';
import { runAgainIfSilent } from '../../../helpers/engines/silent-run.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import { run } from '../../procedure/run.spec.ts';
import { GOLDEN } from '../procedure/golden.ts';

/** Output that an engine loses on a busy host: one silent run is reported, and an engine that loses more than one fails. */

const HELLO = { command: 'docker run hello', exitCode: 0, stdout: 'Hello, world!\n', stderr: '' };
const SILENT = { ...HELLO, stdout: '' };

/** Runs that end as given, one after the other, the last of them for ever. */
async function play(...results: readonly CommandResult[]): Promise<Repeated<CommandResult>> {
  let position = 0;
  return runAgainIfSilent(async () => results[Math.min(position++, results.length - 1)] ?? HELLO);
}

const judged = (again: Repeated<CommandResult>) => {
  const runs = GOLDEN.run.runs.map((one): Repeated<Run> => {
    if (one.form !== 'cli') return one;
    return { ...one, stdout: again.stdout, again: (again.again ?? []).map((next) => ({ ...one, ...next })) };
  });
  // What a file of container-structure-test states is not stated of the documented image.
  const requirements = run.requirements.filter(({ id }) => id !== 'run.structure-commands');
  const outcomes = requirements.map((requirement) => evaluate(requirement, { ...GOLDEN.run, runs }));
  return Object.fromEntries(
    outcomes
      .filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
      .map(({ id, status }) => [id, status]),
  );
};

test.each([
  ['that says something', HELLO],
  ['that fails without a word', { ...SILENT, exitCode: 1 }],
  ['that says something on standard error only', { ...SILENT, stderr: 'warning\n' }],
])('a run %s is not repeated', async (_, result) => {
  expect(await play(result)).toEqual(result);
});

test('a silent run is repeated three times, and all four are kept', async () => {
  expect(await play(SILENT, HELLO)).toEqual({ ...SILENT, again: [HELLO, HELLO, HELLO] });
});

test('one silent run of four is a warning', async () => {
  expect(judged(await play(SILENT, HELLO))).toEqual({ 'run.output-heard': 'warn' });
});

test.each([
  ['two of four', [SILENT, HELLO, SILENT, HELLO]],
  ['all', [SILENT]],
])('an engine that loses the output of %s fails', async (_, results) => {
  expect(judged(await play(...results))).toEqual({ 'run.output': 'fail' });
});

test.each([
  ['other output', { ...HELLO, stdout: 'Hello!\n' }, { 'run.output': 'fail' }],
  ['another exit code', { ...HELLO, exitCode: 3 }, { 'run.exit-code': 'fail' }],
  ['a warning', { ...HELLO, stderr: 'WARNING\n' }, { 'run.no-stderr': 'fail' }],
])('the runs that follow are judged like any: %s', async (_, result, expected) => {
  expect(judged(await play(SILENT, HELLO, result))).toEqual({ 'run.output-heard': 'warn', ...expected });
});
