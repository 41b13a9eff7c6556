import type { Run } from '../../engines/answers.ts';
import type { RunEvidence } from './evidence.ts';
import { breach, defineStep, promise } from './promise.ts';

const source = promise('run', 'docker run -ti --rm hello');

/** What `docker run -ti --rm hello` promises, with and without a terminal, through the CLI and through the API. */
export const RUN_REQUIREMENTS = defineStep<RunEvidence>('run')([
  {
    id: 'run.exit-code',
    title: 'The container exits with 0',
    source,
    consequence: 'The program did not start or did not end well: scripts that run it stop here.',
    *check({ runs }) {
      for (const run of runs) {
        if (run.exitCode !== 0) yield breach('run', 0, run.exitCode, `exit code of ${run.command}`);
      }
    },
  },
  {
    id: 'run.output',
    title: 'Without a terminal the container prints exactly what the program prints',
    source,
    consequence: 'Bytes are lost, added or changed between the program and the reader of its output.',
    *check({ runs, promised }) {
      for (const run of plain(runs)) {
        if (run.stdout !== promised.output) {
          yield breach('run', promised.output, run.stdout, `standard output of ${run.command}`, 'main.c');
        }
      }
    },
  },
  {
    id: 'run.no-stderr',
    title: 'Nothing arrives on standard error',
    source,
    consequence:
      'The engine warns, or mixes the two streams: callers that watch standard error see a failure.',
    *check({ runs }) {
      for (const run of plain(runs)) {
        if (run.stderr !== '') yield breach('run', '', run.stderr, `standard error of ${run.command}`);
      }
    },
  },
  {
    id: 'run.crlf-under-tty',
    title: 'Under a terminal each line feed arrives as carriage return and line feed',
    source,
    consequence: 'The container has no real terminal: the output staggers, and programs do not see a TTY.',
    *check({ runs, promised }) {
      const expected = promised.output.replaceAll('\n', '\r\n');
      for (const run of runs.filter(({ tty }) => tty)) {
        if (run.stdout !== expected) {
          yield breach(
            'run',
            expected,
            run.stdout,
            `terminal output of ${run.command}`,
            'main.c under a TTY',
          );
        }
      }
    },
  },
  {
    id: 'run.container-gone',
    title: 'Afterwards the container is gone',
    source,
    consequence: 'Every run leaves a container behind, until the disk is full.',
    *check({ runs }) {
      for (const { command, gone } of runs) {
        if (!gone)
          yield breach('run', 'no such container', 'still there', `list of containers after ${command}`);
      }
    },
  },
]);

function plain(runs: readonly Run[]): readonly Run[] {
  return runs.filter(({ tty }) => !tty);
}
