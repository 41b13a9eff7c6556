import type { Json } from '../../common/json.ts';
import type { Advice, ObservationDefinition, Words } from './define.ts';
import { PROCEDURE_OBSERVATIONS } from './flow.ts';
import { OBSERVATIONS } from './observations.ts';

/** Title and advice of an observation; a report of a newer suite may hold one that is not known here. */
export function adviceOf(id: string): Advice & { readonly title: string } {
  const observation = OBSERVATIONS.find((candidate) => candidate.id === id);
  const told = PROCEDURE_OBSERVATIONS[id];
  if (told !== undefined) return told;
  return observation === undefined
    ? {
        title: id,
        means: 'This version of the suite does not know the observation.',
        do: 'Compare with the version of the suite that wrote the report.',
      }
    : { title: observation.title, ...observation.advice };
}

/** The words for one change of an observation. */
export function wordsFor(
  advice: Advice,
  before: Json | undefined,
  after: Json | undefined,
): Words & { readonly title?: string } {
  return advice.cases?.find(({ fits }) => fits(before, after)) ?? advice;
}

/** Whether an observation is a table by name of member. */
export function isByMember(id: string): boolean {
  const observations: readonly ObservationDefinition[] = OBSERVATIONS;
  return observations.find((candidate) => candidate.id === id)?.byMember === true;
}
