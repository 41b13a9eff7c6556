import { escapeControl, UNPRINTABLE } from '../common/escape.ts';
import type { Json } from '../common/json.ts';
import type { Locator } from '../common/locator.ts';
import type { Requirement } from './define.ts';
import type { Observed, Violation } from './outcome.ts';

/** The only author of failure sentences. Everything printed here may come from an untrusted archive, so all of it is escaped. */

/** Longest value or path that is printed whole. */
const MAX_CHARACTERS = 240;

/** One sentence for one violation: the requirement, where it does not hold, and both values with how each was obtained. */
export function explainViolation(
  requirement: Pick<Requirement<never>, 'title'>,
  violation: Violation,
): string {
  const { where, expected, actual } = violation;
  return `${escapeControl(requirement.title)}, but at ${formatLocator(where)}: expected ${formatObserved(expected)}, found ${formatObserved(actual)}.`;
}

/** Names a place from the outside in; layers are counted from 0, as in the JSON: `image manifest.json#0, layers[2], entry final.txt`. */
export function formatLocator(where: Locator): string {
  const parts: string[] = [];
  if (where.step !== undefined) parts.push(`step ${formatText(where.step)}`);
  if (where.image !== undefined) parts.push(`image ${formatText(where.image)}`);
  if (where.layer !== undefined) parts.push(`layers[${where.layer}]`);
  const place = [where.member, where.pointer].filter((part) => part !== undefined && part !== '');
  if (place.length > 0) parts.push(place.map((part) => formatText(part ?? '')).join(' '));
  if (where.entry !== undefined) parts.push(`entry ${formatText(where.entry)}`);
  if (where.offset !== undefined) parts.push(`byte ${where.offset}`);
  return parts.length > 0 ? parts.join(', ') : 'the archive';
}

/** A value and how it was obtained: `sha256:ab12… (sha256(blobs/sha256/ab12…))`. */
export function formatObserved({ value, from }: Observed): string {
  return from === '' ? formatValue(value) : `${formatValue(value)} (${shorten(escapeControl(from))})`;
}

/** A JSON value on one line, escaped and bounded. Strings are quoted only where they could be mistaken. */
export function formatValue(value: Json): string {
  return typeof value === 'string'
    ? formatText(value)
    : shorten(escapeControl(JSON.stringify(value) ?? 'nothing'));
}

function formatText(text: string): string {
  return shorten(isUnmistakable(text) ? text : escapeControl(JSON.stringify(text)));
}

/** Words, paths and digests stand without quotes; numbers, literals, blanks at the ends and everything odd are quoted. */
function isUnmistakable(text: string): boolean {
  return (
    /^[^\s"'\\,;](?:[^"\\]*[^\s"\\])?$/u.test(text) &&
    !UNPRINTABLE.test(text) &&
    !/^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null|[[{].*)$/iu.test(text)
  );
}

function shorten(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const kept = text.slice(0, MAX_CHARACTERS).replace(/[\uD800-\uDBFF]$/u, '');
  return `${kept}… (${text.length} characters)`;
}
