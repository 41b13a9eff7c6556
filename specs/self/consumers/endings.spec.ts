import { describe, expect, test } from 'vitest';
import { commandAnswer, fillWords, runWords } from '../../../helpers/consumers/methods/command-answer.ts';
import { watchDaemon } from '../../../helpers/consumers/methods/watch-daemon.ts';
import type { CommandEnd } from '../../../helpers/consumers/sandbox.ts';

const DONE: CommandEnd = { status: 0, signal: null, timedOut: false, stdout: '', stderr: '' };

describe('the end of a command', () => {
  test.each<[string, Partial<CommandEnd>, unknown]>([
    ['with exit code 0 is no refusal', {}, undefined],
    [
      'with another exit code is a refusal in its words',
      { status: 1, stderr: 'Error: unexpected EOF\n' },
      { status: 'refused', words: 'unexpected EOF' },
    ],
    [
      'by a panic is a crash, though its exit code is that of a usage error',
      { status: 2, stderr: 'panic: runtime error: index out of range\n\ngoroutine 1 [running]:\n' },
      { status: 'crashed', words: 'panic: runtime error: index out of range' },
    ],
    [
      'by a fault is a crash',
      { status: null, signal: 'SIGSEGV', stderr: 'gone' },
      { status: 'crashed', words: 'gone' },
    ],
    [
      'by a signal from outside is no refusal: the archive was not judged to its end',
      { status: null, signal: 'SIGKILL' },
      { status: 'crashed', words: 'ended by SIGKILL' },
    ],
    [
      'that has to be killed is no crash but a hang',
      { status: null, signal: 'SIGKILL', timedOut: true },
      { status: 'hung', words: 'no end within the time that one archive has' },
    ],
  ])('%s', (_, end, answer) => expect(commandAnswer({ ...DONE, ...end })).toEqual(answer));
});

test('a program that cannot start is told from one that ends with an error', () => {
  expect(runWords({ ...DONE, status: 127, stderr: 'Error: exec: no such file' })).toBe(
    'does not start: exec: no such file',
  );
  expect(runWords({ ...DONE, status: 3 })).toBe('exit code 3');
  expect(runWords({ ...DONE, timedOut: true })).toBe('runs on');
});

test('what stands in an archive stays one word of a command', () => {
  expect(fillWords(['tool', '{input}:{name}'], { input: '/a', name: 'x; rm -rf / {input}' })).toEqual([
    'tool',
    '/a:x; rm -rf / {input}',
  ]);
});

describe('a daemon without an answer', () => {
  const never = (signal: AbortSignal) =>
    new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve(String(signal.reason))));

  test.each([
    ['that computes and computes hangs by its own clock', 0.2, 'no answer: it computes for 60 s'],
    ['that does nothing hangs', 0, 'no answer: it does nothing for 30 s'],
  ])('%s', async (_, step, reason) => {
    let seconds = 0;
    const clock = {
      processorSeconds: async () => {
        seconds += step;
        return seconds;
      },
    };
    expect(await watchDaemon(clock, never, () => Promise.resolve())).toBe(reason);
  });

  test('that answers in the end does not hang, however slow the machine is', async () => {
    const clock = { processorSeconds: async () => 1 };
    expect(await watchDaemon(clock, async () => 'answer')).toBe('answer');
  });
});
