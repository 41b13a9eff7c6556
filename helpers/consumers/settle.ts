import { EngineError } from '../engines/error.ts';
import type { Answer } from './reception.ts';

/** Words that may be about the machine, or about a daemon that is not there yet, and not about the archive. */
const OF_THE_MACHINE =
  /connection (?:refused|reset)|broken pipe|no space left|cannot allocate memory|too many open files|resource (?:temporarily unavailable|busy)|text file busy|input\/output error|timed? ?out|deadline exceeded/i;
const ATTEMPTS = 3;

/** An answer that is only believed when it is given twice. */
export function isDoubtful(answer: Answer): boolean {
  return answer.status !== 'taken' && (answer.status !== 'refused' || OF_THE_MACHINE.test(answer.words));
}

/**
 * What a consumer says of one archive, and not what the machine does to the consumer: a crash, a hang, words that may be
 * about the machine or no answer at all are asked for again, in a new start each time. Throws EngineError when no two
 * answers are the same: then nothing is known.
 */
export async function settleAnswer(
  attempt: () => Promise<Answer>,
  startAnew: () => Promise<void>,
  title: string,
): Promise<Answer> {
  const heard: string[] = [];
  for (let number = 1; number <= ATTEMPTS; number++) {
    if (number > 1) await startAnew();
    const answer = await attempt().catch(unanswered);
    const said = answer instanceof EngineError ? answer.message : JSON.stringify(answer);
    if (!(answer instanceof EngineError) && (!isDoubtful(answer) || heard.includes(said))) return answer;
    heard.push(said);
  }
  throw new EngineError(
    `${title} was handed one archive ${ATTEMPTS} times, in a new start each, and nothing is known of it: ${heard.join('; ')}. Measure again when the machine is less busy.`,
  );
}

function unanswered(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  throw error;
}
