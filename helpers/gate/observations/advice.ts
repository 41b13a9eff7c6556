import type { Json } from '../../common/json.ts';
import { FACTS } from './catalogue.ts';
import type { Advice, FactDefinition, Words } from './define.ts';
import { FLOW_FACTS } from './flow.ts';

/** Title and advice of a fact; a report of a newer suite may hold one that is not known here. */
export function adviceOf(id: string): Advice & { readonly title: string } {
  const fact = FACTS.find((candidate) => candidate.id === id);
  const told = FLOW_FACTS[id];
  if (told !== undefined) return told;
  return fact === undefined
    ? {
        title: id,
        means: 'This version of the suite does not know the fact.',
        do: 'Compare with the version of the suite that wrote the report.',
      }
    : { title: fact.title, ...fact.advice };
}

/** The words for one change of a fact. */
export function wordsFor(advice: Advice, before: Json | undefined, after: Json | undefined): Words {
  return advice.cases?.find(({ fits }) => fits(before, after)) ?? advice;
}

/** Whether a fact is a table by name of member. */
export function isByMember(id: string): boolean {
  const facts: readonly FactDefinition[] = FACTS;
  return facts.find((candidate) => candidate.id === id)?.byMember === true;
}
