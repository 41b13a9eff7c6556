import type { Outcome, Status } from '../requirements/outcome.ts';

/** What the change of one requirement's status from the baseline to the candidate means. */
export type Change = 'broken' | 'changed' | 'fixed' | 'unchanged' | 'not-judged';

type Class = 'holds' | 'warns' | 'known' | 'fails' | 'none' | 'error';

const CLASS: Readonly<Record<Status, Class>> = {
  'not-applicable': 'none',
  unsupported: 'none',
  pass: 'holds',
  fixed: 'holds',
  warn: 'warns',
  known: 'known',
  fail: 'fails',
  error: 'error',
};

/**
 * Rows: the baseline; columns: the candidate. A requirement that the baseline kept and the candidate does not is broken,
 * whether or not the register knows it. One that begins to apply is no news as long as it holds; a violation of it is
 * broken, but where the register knows it, nothing that worked has stopped: it is an observation.
 */
const CHANGES: Readonly<Record<Exclude<Class, 'error'>, Readonly<Record<Exclude<Class, 'error'>, Change>>>> =
  {
    holds: { holds: 'unchanged', warns: 'changed', known: 'broken', fails: 'broken', none: 'unchanged' },
    warns: { holds: 'fixed', warns: 'unchanged', known: 'changed', fails: 'broken', none: 'changed' },
    known: { holds: 'fixed', warns: 'changed', known: 'unchanged', fails: 'broken', none: 'changed' },
    fails: { holds: 'fixed', warns: 'changed', known: 'unchanged', fails: 'unchanged', none: 'changed' },
    none: { holds: 'unchanged', warns: 'changed', known: 'changed', fails: 'broken', none: 'unchanged' },
  };

/** Compares one requirement of one subject; an absent outcome counts as one that does not apply. */
export function changeOf(before: Outcome | undefined, after: Outcome | undefined): Change {
  const [a, b] = [CLASS[before?.status ?? 'not-applicable'], CLASS[after?.status ?? 'not-applicable']];
  return a === 'error' || b === 'error' ? 'not-judged' : CHANGES[a][b];
}
