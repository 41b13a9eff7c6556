import type { Archive, Image } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import type { Requirement } from '../define.ts';
import type { Violation } from '../outcome.ts';
import type { Played } from './played.ts';
import type { ScenarioName } from './scenario-model.ts';

/** What the requirements of scenarios have in common. */

/** Applies to some scenarios, once every save of them succeeded. */
export function played(...names: readonly ScenarioName[]): NonNullable<Requirement<Played>['when']> {
  return ({ record, saves }) => {
    if (!names.includes(record.scenario)) return `the scenario ${record.scenario} does not show it`;
    return saves.every(({ archive }) => archive !== undefined) || 'the image could not be saved';
  };
}

/** `from` says how the actual value was obtained. */
export function breach(expected: Json, actual: Json, from: string, expectedFrom = ''): Violation {
  return {
    where: { step: 'save' },
    expected: { value: expected, from: expectedFrom },
    actual: { value: actual, from },
  };
}

/** One breach for each member that differs; `first` and `second` say which archive is which. */
export function* differencesAsBreaches(
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

/** Every image on every road: both must tell the same. */
export function everyImage(archive: Archive | undefined): readonly Image[] {
  return archive === undefined
    ? []
    : [...archive.dockerImages, ...archive.ociImages.filter(({ kind }) => kind === 'image')];
}
