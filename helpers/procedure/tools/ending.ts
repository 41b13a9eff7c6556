import { commandAnswer } from '../../consumers/methods/command-answer.ts';
import type { CommandEnd } from '../../consumers/sandbox.ts';
import { normaliseWords } from '../../consumers/words.ts';
import type { ToolEnding } from '../../requirements/tools/passage.ts';

/** More lines of a tool than these say nothing new. */
const MAX_LINES = 20;
/** What nsenter says when the program that it was to start is not there; its exit code is then 127. */
const NOT_THERE = /^nsenter: failed to execute (\S+): No such file or directory/m;

/** How a command ended that did not end well; undefined when its exit code is 0. */
export function failureOf(
  end: CommandEnd,
  command: string,
): Exclude<ToolEnding, { status: 'done' }> | undefined {
  const [, program] = NOT_THERE.exec(end.status === 127 ? end.stderr : '') ?? [];
  if (program !== undefined)
    return {
      status: 'missing',
      command,
      words: `${program} is not there, or is no program for this machine`,
    };
  const answer = commandAnswer(end);
  if (answer === undefined) return undefined;
  const { status, words } = answer;
  return {
    status: status === 'refused' ? 'failed' : status,
    command,
    words: status === 'refused' ? `${exitOf(end)}: ${words}` : words,
  };
}

function exitOf({ status, signal }: CommandEnd): string {
  return status === null ? `ended by ${signal}` : `exit code ${status}`;
}

/** Lines on standard error that no pattern of the recipe expects, without times and numbers of one run. */
export function unexpectedLines(stderr: string, usual: readonly string[]): readonly string[] {
  const patterns = usual.map((pattern) => new RegExp(pattern));
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !patterns.some((pattern) => pattern.test(line)))
    .map(normaliseWords);
  return [...new Set(lines)].slice(0, MAX_LINES);
}
