import { quoteWord } from '../common/escape.ts';
import type { Archive } from './model.ts';

/** A value that is no archive is refused in one sentence, before something breaks later. */

export function isArchive(value: unknown): value is Archive {
  return typeof value === 'object' && value !== null && 'dockerImages' in value && 'fingerprint' in value;
}

/** A value that is no archive, for a sentence. */
export function describeOther(value: unknown): string {
  if (typeof value === 'string') return `the string ${quoteWord(value)}`;
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
}

/** Throws `TypeError` for what is neither a path nor a read archive. */
export function requireSourceOrArchive(name: string, value: unknown): void {
  if ((typeof value === 'string' && value !== '') || isArchive(value)) return;
  throw new TypeError(`${name} takes a path, or what readArchive returned, not ${describeOther(value)}.`);
}
