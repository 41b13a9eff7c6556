import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../helpers/consumers/reception.ts';
import { settleAnswer } from '../../../helpers/consumers/settle.ts';
import { EngineError } from '../../../helpers/engines/error.ts';

const TAKEN: Answer = { status: 'taken' };
const PLAIN: Answer = { status: 'refused', words: 'invalid diffID' };
const UNREACHED: Answer = { status: 'refused', words: 'dial tcp localhost: connect: connection refused' };
const FULL: Answer = { status: 'refused', words: 'write /var/tmp/x: no space left on device' };
const CRASHED: Answer = { status: 'crashed', words: 'panic: index out of range' };
const HUNG: Answer = { status: 'hung', words: 'no end' };
const SILENT = new EngineError('GET /images/json has no answer.');

async function settle(answers: readonly (Answer | Error)[]) {
  const left = [...answers];
  let starts = 0;
  const attempt = async () => {
    const next = left.shift();
    if (next === undefined) throw new Error('asked too often');
    if (next instanceof Error) throw next;
    return next;
  };
  const answer = await settleAnswer(
    attempt,
    async () => {
      starts++;
    },
    'crane 0.20',
  );
  return { answer, starts };
}

describe('an answer is believed', () => {
  test.each<[string, readonly (Answer | Error)[], Answer, number]>([
    ['at once where the archive was taken', [TAKEN], TAKEN, 0],
    ['at once where the refusal is about the archive', [PLAIN], PLAIN, 0],
    ['when it was said again in a new start, for a crash', [CRASHED, CRASHED], CRASHED, 1],
    ['when it was said again in a new start, for words about a machine', [FULL, FULL], FULL, 1],
    ['of the second start, where the daemon was not there in the first', [UNREACHED, TAKEN], TAKEN, 1],
    ['of the second start, where the first gave none', [SILENT, PLAIN], PLAIN, 1],
    ['of two of three', [HUNG, CRASHED, HUNG], HUNG, 2],
  ])('%s', async (_, answers, answer, starts) => expect(await settle(answers)).toEqual({ answer, starts }));
});

test('three starts with three answers are no reception: nothing is known', async () => {
  await expect(settle([HUNG, UNREACHED, SILENT])).rejects.toThrow(
    /^crane 0\.20 was handed one archive 3 times, .* nothing is known of it: .*connection refused.*GET \/images/,
  );
});

test('a mistake of our own is not asked again', async () => {
  await expect(settle([new TypeError('x is not a function')])).rejects.toThrow('x is not a function');
});
