import { escapeLines } from './escape.ts';

/** The only writers to standard output and standard error, so that whatever is printed was escaped here, once more. */

/** For people, on standard output. `color` keeps our own colours. */
export function printText(text: string, options: { readonly color?: boolean } = {}): void {
  process.stdout.write(escapeLines(text, options));
}

/** A document in a format with an escaping of its own (JSON, XML, HTML, workflow commands), on standard output. */
export function printDocument(text: string): void {
  process.stdout.write(text);
}

/** What is no result, on standard error, with a line break at the end. */
export function printNote(text: string, then?: () => void): void {
  process.stderr.write(`${escapeLines(text)}\n`, then);
}

/** Colour for a person at a terminal; https://no-color.org */
export function wantsColor(): boolean {
  return process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}
