import type { Run } from '../../helpers/engines/answers.ts';
import { createMatcher } from '../../helpers/requirements/expectation/pattern.ts';
import { comparePatterns, statedBy } from '../../helpers/requirements/expectation/structure/compare-files.ts';
import {
  eachRun,
  endedWith,
  judgedRuns,
  LOST_ONCE_CONSEQUENCE,
  lostOnce,
  mustExitWith,
} from '../../helpers/requirements/procedure/command-results.ts';
import type { RunEvidence } from '../../helpers/requirements/procedure/evidence.ts';
import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { mustEqual, violation } from '../../helpers/requirements/violation.ts';

// $ docker run -ti --rm hello
//
// Four times: through the command line and through the API, each with and without a terminal. The terminal of the command
// line is a real pseudo-terminal.
export const run = defineStep('run', [
  {
    id: 'run.starts',
    title: 'The engine starts the command of the image',
    onlyOf: 'given-image',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence: 'The command is not in the image, is not executable, or is for another machine.',
    when: ({ runs }) => runs.length > 0 || 'The image states no command, so it is not run.',
    *check({ runs }) {
      for (const { command, notStarted } of runs)
        if (notStarted !== undefined) yield violation(notStarted, command, 'a running command');
    },
  },
  {
    id: 'run.exit-code',
    title: 'The container exits with the stated code, 0 for the documented image',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence: 'The program did not start or did not end well: scripts that run it stop here.',
    when: ({ expectedImage: { exitCode } }) => exitCode !== null || 'the expectation states no exit code',
    *check({ runs, expectedImage: { exitCode } }) {
      for (const one of runs.flatMap(eachRun)) yield* mustExitWith(one, exitCode, stopOf(one));
    },
  },
  {
    id: 'run.output',
    title: 'Without a terminal the container prints exactly what the program prints',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence: 'Bytes are lost, added or changed between the program and the reader of its output.',
    when: isOutputStated,
    *check({ runs, expectedImage }) {
      for (const run of runs
        .filter(({ tty }) => !tty)
        .flatMap((one) => judgedRuns(one, expectedImage.exitCode)))
        yield* mustEqual(
          run.stdout,
          `standard output of ${run.command}${logOf(run)}`,
          expectedImage.output,
          'main.c',
        );
    },
  },
  {
    id: 'run.output-heard',
    title: 'What the program prints arrives at every run',
    level: 'practice',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence: LOST_ONCE_CONSEQUENCE,
    when: isOutputStated,
    *check({ runs }) {
      for (const run of runs) yield* lostOnce(run);
    },
  },
  {
    id: 'run.no-stderr',
    title: 'Nothing but what is stated arrives on standard error',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence:
      'The engine warns, or mixes the two streams: callers that watch standard error see a failure.',
    when: (evidence) =>
      evidence.expectedImage.errors === null
        ? 'the expectation states no standard error'
        : anyEndedAsStated(evidence),
    *check({ runs, expectedImage: { errors, exitCode } }) {
      for (const { command, stderr } of runs
        .filter(({ tty }) => !tty)
        .flatMap((run) => endedWith(run, exitCode)))
        yield* mustEqual(stderr, `standard error of ${command}`, errors);
    },
  },
  {
    id: 'run.crlf-under-tty',
    title: 'With -t, output lines end in CRLF',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence: 'The container has no real terminal: the output staggers, and programs do not see a TTY.',
    when: isOutputStated,
    *check({ runs, expectedImage }) {
      const expected = (expectedImage.output ?? '').replaceAll('\n', '\r\n');
      for (const run of runs
        .filter(({ tty }) => tty)
        .flatMap((one) => judgedRuns(one, expectedImage.exitCode)))
        yield* mustEqual(
          run.stdout,
          `terminal output of ${run.command}${logOf(run)}`,
          expected,
          'main.c under a TTY',
        );
    },
  },
  {
    id: 'run.container-gone',
    title: 'Afterwards the container is gone',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence: 'Every run leaves a container behind, until the disk is full.',
    *check({ runs, commandTests = [] }) {
      for (const { command, gone } of [...runs.flatMap(eachRun), ...commandTests.map((test) => test.run)])
        if (!gone) yield violation('still there', `list of containers after ${command}`, 'no such container');
    },
  },
  {
    id: 'run.structure-commands',
    title: 'Each command test of a structure test ends and prints as it states',
    onlyOf: 'given-image',
    source: {
      document: 'container-structure-test',
      section: 'command-tests',
      quote: 'Command tests ensure that certain commands run properly in the target image.',
    },
    consequence: 'A program of the image does not start, or does something else than the test asks for.',
    when: ({ commandTests }) => commandTests !== undefined || 'the expectation states no command tests',
    *check({ commandTests = [] }) {
      const matcher = createMatcher();
      for (const { test, run } of commandTests) {
        const from = `expectation, "${test.name}"`;
        if (run.notStarted !== undefined) {
          yield violation(run.notStarted, run.command, 'a running command', from);
          continue;
        }
        for (const found of mustExitWith(run, test.exitCode ?? 0, stopOf(run)))
          yield { ...found, expected: { ...found.expected, from } };
        const common = { where: {}, matcher, state: (field: string) => statedBy(test.name, field) };
        yield* comparePatterns({
          ...{ ...common, text: run.stdout, from: `standard output of ${run.command}` },
          expected: ['expectedOutput', test.expectedOutput],
          excluded: ['excludedOutput', test.excludedOutput],
        });
        yield* comparePatterns({
          ...{ ...common, text: run.stderr, from: `standard error of ${run.command}` },
          expected: ['expectedError', test.expectedError],
          excluded: ['excludedError', test.excludedError],
        });
      }
    },
  },
]);

function isOutputStated(evidence: RunEvidence): true | string {
  return evidence.expectedImage.output === null
    ? 'the expectation states no output'
    : anyEndedAsStated(evidence);
}

/** What follows from a run that failed is no failure of its own. */
function anyEndedAsStated({ runs, expectedImage: { exitCode } }: RunEvidence): true | string {
  return (
    runs.flatMap((run) => endedWith(run, exitCode)).length > 0 ||
    `not judged: no run ended with exit code ${exitCode}`
  );
}

/** A program that does not end is stopped, and exits with what the signal makes of it. */
function stopOf({ stoppedAfterMs }: Run): string {
  return stoppedAfterMs === undefined ? '' : `, stopped after ${stoppedAfterMs / 1000} s`;
}

/** Whether output was lost on its way: the engine's own log of the container says what the program wrote. */
function logOf({ stdout, logged }: Run): string {
  if (logged === undefined || logged.stdout === stdout) return '';
  return `, attached before the start (the engine logged ${JSON.stringify(logged.stdout.slice(0, 80))})`;
}
