import type { Json } from '../common/json.ts';
import type { Locator } from '../common/locator.ts';
import type { Violation } from './outcome.ts';

/** A violation: the value found, how it was obtained, and the value that was expected, with its origin. */
export function violation(
  actual: Json,
  from: string,
  expected: Json,
  expectedFrom = '',
  where: Locator = {},
): Violation {
  return { where, expected: { value: expected, from: expectedFrom }, actual: { value: actual, from } };
}

/** A violation unless both values are the same JSON. */
export function* mustEqual(
  actual: Json,
  from: string,
  expected: Json,
  expectedFrom = '',
  where: Locator = {},
): Iterable<Violation> {
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    yield violation(actual, from, expected, expectedFrom, where);
}
