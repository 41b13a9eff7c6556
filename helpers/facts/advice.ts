import { FACTS } from './catalogue.ts';
import type { Advice } from './define.ts';

/** Title and advice of a fact; a report of a newer suite may hold one that is not known here. */
export function adviceOf(id: string): Advice & { readonly title: string } {
  const fact = FACTS.find((candidate) => candidate.id === id);
  return fact === undefined
    ? {
        title: id,
        means: 'This version of the suite does not know the fact.',
        do: 'Compare with the version of the suite that wrote the report.',
      }
    : { title: fact.title, ...fact.advice };
}
