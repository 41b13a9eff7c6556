import type { Archive, Image } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { type Requirement, requirementsAbout } from '../define.ts';
import type { Violation } from '../outcome.ts';
import { mustEqual, violation } from '../violation.ts';
import type { Played } from './played.ts';
import type { ScenarioName } from './scenario-model.ts';

/** What the requirements of scenarios have in common. */

/** Declares what scenarios ask of a saver. */
export const defineScenarioRequirements = requirementsAbout<Played>('scenario');

/** Applies to some scenarios, once every save of them succeeded. */
export function played(...names: readonly ScenarioName[]): NonNullable<Requirement<Played>['when']> {
  return ({ record, saves }) => {
    if (!names.includes(record.scenario)) return `the scenario ${record.scenario} does not show it`;
    return saves.every(({ archive }) => archive !== undefined) || 'the image could not be saved';
  };
}

/** A violation by a save: the value found, how it was obtained, and the value that was expected. */
export function saveViolation(actual: Json, from: string, expected: Json, expectedFrom = ''): Violation {
  return violation(actual, from, expected, expectedFrom, { step: 'save' });
}

/** A violation unless both values are the same JSON. */
export function mustBeSaved(actual: Json, from: string, expected: Json): Iterable<Violation> {
  return mustEqual(actual, from, expected, '', { step: 'save' });
}

/** One violation for each member that differs; `first` and `second` say which archive is which. */
export function* mustNotDiffer(
  differences: Played['differences'],
  first: string,
  second: string,
): Iterable<Violation> {
  for (const difference of differences)
    yield {
      where: { member: difference.member },
      expected: { value: difference.first, from: first },
      actual: { value: difference.second, from: second },
    };
}

/** Every image of both views: both must tell the same. */
export function everyImage(archive: Archive | undefined): readonly Image[] {
  return archive === undefined
    ? []
    : [...archive.dockerImages, ...archive.ociImages.filter(({ kind }) => kind === 'image')];
}
