import type { Json } from '../../common/json.ts';
import { isInRange } from '../../common/version-range.ts';
import type { Finding, Violation } from '../outcome.ts';
import type { Circumstances, Deviation, LocatorField, ObservedPattern } from './deviation-model.ts';

/**
 * Whether a deviation is about these circumstances: `certainly` when every condition is known to hold, `possibly`
 * when the conditions that are known hold, `untold` when its producer is there and does not tell its version, `no`
 * otherwise.
 */
export function appliesTo(
  { producer }: Deviation,
  circumstances: Circumstances,
): 'certainly' | 'possibly' | 'untold' | 'no' {
  const version = circumstances.versions[producer.name];
  if (version === undefined) return 'no';
  const isUnknown = !/\d/.test(version) && producer.versions !== '*';
  if (!isUnknown && !isInRange(version, producer.versions)) return 'no';
  const conditions = [
    holds(circumstances.store, producer.store && [producer.store]),
    holds(circumstances.builder, producer.builders),
    holds(circumstances.saver, producer.savers),
  ];
  if (conditions.includes('no')) return 'no';
  if (isUnknown) return 'untold';
  return conditions.includes('possibly') ? 'possibly' : 'certainly';
}

function holds(value: string | undefined, allowed: readonly string[] | undefined) {
  if (allowed === undefined) return 'certainly';
  if (value === undefined) return 'possibly';
  return allowed.includes(value) ? 'certainly' : 'no';
}

/** Whether a finding is the violation that the register describes, and no other. */
export function matchesFinding(pattern: ObservedPattern, finding: Finding | Violation): boolean {
  const places = Object.entries(pattern.where ?? {}) as [LocatorField, string][];
  return (
    places.every(([field, text]) => matches(text, finding.where[field])) &&
    (pattern.expected === undefined || matches(pattern.expected, finding.expected.value)) &&
    (pattern.actual === undefined || matches(pattern.actual, finding.actual.value))
  );
}

function matches(pattern: string, value: Json | undefined): boolean {
  if (value === undefined) return false;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return new RegExp(`^(?:${pattern})$`, 'su').test(text);
}
