import { runCommand } from './command.ts';
import { NoAnswerError } from './error.ts';
import { ANSWER_WAITS_MS } from './time-limits.ts';

export interface ToolAnswer {
  readonly exitCode: number;
  readonly stdout: string;
}

/**
 * What a tool says of itself; `undefined` only when it is not there. One that does not answer is asked again with more
 * time: no answer is not absence. Throws NoAnswerError.
 */
export async function askTool(
  tool: readonly string[] | undefined,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  waits: readonly number[] = ANSWER_WAITS_MS,
): Promise<ToolAnswer | undefined> {
  if (tool === undefined) return undefined;
  const shownAs = [tool.at(-1), ...args].join(' ');
  let problem = '';
  for (const timeoutMs of waits) {
    const { exitCode, stdout, stderr } = await runCommand([...tool, ...args], {
      ...{ shownAs, environment, timeoutMs },
    });
    if (isAbsence(exitCode, stderr)) return undefined;
    // 125: it wrote without end, and has answered.
    if (exitCode < 124 || exitCode === 125) return { exitCode, stdout };
    problem = stderr.trim().split('\n')[0] || `exit code ${exitCode}`;
  }
  const [first = 0, second = first] = waits;
  throw new NoAnswerError(
    `The command ${shownAs} gave no answer within ${first / 1000} s, nor within ${second / 1000} s when it was asked again (${problem}), so it is not known whether it is there. Run it by hand, and run this again on a less busy machine.`,
  );
}

/** Shells, env and nsenter say it with 126 and 127 too; a process that was refused or killed is no absence. */
function isAbsence(exitCode: number, stderr: string): boolean {
  const wasEnded = /\b(?:EAGAIN|ENOMEM|EMFILE|ENFILE)\b|was killed with/.test(stderr);
  return (exitCode === 126 || exitCode === 127) && !wasEnded;
}
