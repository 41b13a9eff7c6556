import { execFile } from 'node:child_process';
import { EngineError } from './error.ts';

/** How long a tool may take to answer: the first time, and when it is asked again because it gave no answer. */
const ANSWER_LIMITS_MS: readonly number[] = [10_000, 60_000];

type Answer = { readonly stdout: string | undefined } | 'no answer';

/**
 * Standard output of a tool, or undefined when it is absent or fails. A tool that does not answer in time is neither: it
 * is asked again with more time, and then nothing that depends on it can be judged.
 */
export async function runTool(
  tool: readonly string[] | undefined,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  limitsMs = ANSWER_LIMITS_MS,
): Promise<string | undefined> {
  const [program, ...leading] = tool ?? [];
  if (program === undefined) return undefined;
  const words = [...leading, ...args];
  for (const limitMs of limitsMs) {
    const answer = await ask(program, words, environment, limitMs);
    if (answer !== 'no answer') return answer.stdout;
  }
  const tried = limitsMs.map((limitMs) => `${limitMs / 1000} s`).join(', then within ');
  throw new EngineError(
    `${JSON.stringify([program, ...words].join(' '))} gave no answer within ${tried}. Whether the tool is there, and in which version, is not known; try again when the machine is less busy.`,
  );
}

function ask(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  timeout: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...environment }, timeout, killSignal: 'SIGKILL' } as const;
    execFile(program, words, options, (error, stdout) => {
      if (error === null) resolve({ stdout });
      else resolve(error.killed === true && !error.code ? 'no answer' : { stdout: undefined });
    });
  });
}
