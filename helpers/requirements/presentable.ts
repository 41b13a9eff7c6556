import { shorten } from '../common/escape.ts';
import type { Json } from '../common/json.ts';
import { MASK, maskSecrets } from '../common/secrets.ts';
import type { Observed, Violation } from './outcome.ts';

/** What an archive or an engine says, made fit for a report that many people read: bounded, and without secrets. */

/** Longest text that a report keeps of one value. */
const MAX_TEXT = 4096;
/** Most items of a list or fields of an object that a report keeps. */
const MAX_ITEMS = 1000;

export interface PresentOptions {
  readonly showSecrets?: boolean;
}

export function presentable(violation: Violation, { showSecrets = false }: PresentOptions = {}): Violation {
  const { where, expected, actual } = violation;
  const place = Object.fromEntries(
    Object.entries(where).map(([key, part]) => [key, typeof part === 'string' ? boundText(part) : part]),
  );
  const [wanted, found] = [expected, actual].map((observed) => present(observed, showSecrets));
  if (wanted === undefined || found === undefined) return violation;
  return {
    where: place,
    expected: wanted,
    actual: isConfusing(violation, wanted, found) ? other(found) : found,
  };
}

function present({ value, from }: Observed, showSecrets: boolean): Observed {
  const read = bound(value);
  return { value: showSecrets ? read : maskSecrets(read), from: boundText(from) };
}

/** Two values that differ only in what is masked would look the same. */
function isConfusing({ expected, actual }: Violation, wanted: Observed, found: Observed): boolean {
  const same = (a: Observed, b: Observed) => JSON.stringify(a.value) === JSON.stringify(b.value);
  return same(wanted, found) && !same(expected, actual);
}

function other({ value, from }: Observed): Observed {
  const text = JSON.stringify(value).replaceAll(MASK, '<masked, another value>');
  return { value: JSON.parse(text) as Json, from };
}

function bound(value: Json): Json {
  if (typeof value === 'string') return boundText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const kept = items.slice(0, MAX_ITEMS).map((item) => bound(item));
    return items.length > MAX_ITEMS ? [...kept, `… (${items.length} items)`] : kept;
  }
  const fields = Object.entries(value as { readonly [key: string]: Json });
  const kept = fields.slice(0, MAX_ITEMS).map(([name, field]) => [boundText(name), bound(field)] as const);
  const more = fields.length > MAX_ITEMS ? [['…', `${fields.length} fields`] as const] : [];
  return Object.fromEntries([...kept, ...more]);
}

/** The beginning of a long text, which says how long it is. */
export function boundText(text: string, most = MAX_TEXT): string {
  return text.length <= most ? text : `${shorten(text, most)} (${text.length} characters)`;
}
