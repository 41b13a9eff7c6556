import type { Answer } from '../reception.ts';
import type { CommandEnd } from '../sandbox.ts';
import { tellingWords } from '../words.ts';

/** Replaces `{archive}` and the like in each word of a command; what is put in stays part of its word. */
export function fillWords(
  words: readonly string[],
  values: Readonly<Record<string, string>>,
): readonly string[] {
  return words.map((word) => word.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole));
}

const PANIC = /^(?:panic: |fatal error: |runtime: goroutine stack|SIGSEGV|unexpected fault)/m;

/** Refused, crashed or hung, as the end of a command tells; undefined when it succeeded. */
export function commandAnswer(end: CommandEnd): Exclude<Answer, { status: 'taken' }> | undefined {
  if (end.timedOut) return { status: 'hung', words: 'no end within the time that one archive has' };
  if (end.status === 0) return undefined;
  const text = end.stderr.trim() === '' ? end.stdout : end.stderr;
  // nsenter ends by the signal that ended its child: a fault, or the kernel when memory runs out.
  if (PANIC.test(text) || end.signal !== null)
    return { status: 'crashed', words: tellingWords(text === '' ? `ended by ${end.signal}` : panicOf(text)) };
  return { status: 'refused', words: tellingWords(text) };
}

function panicOf(text: string): string {
  return text.split('\n').find((line) => PANIC.test(line)) ?? text;
}

/** How a program of an image ended. */
export function runWords(end: CommandEnd): string {
  if (end.timedOut) return 'runs on';
  // By convention 125 to 127 come from the engine: it could not start the program.
  if (end.status !== null && end.status >= 125 && end.status <= 127)
    return `does not start: ${tellingWords(end.stderr)}`;
  return `exit code ${end.status ?? end.signal}`;
}
