import type { GateItem } from '../report/gate-model.ts';
import type { Pair } from './pair.ts';

/** Ids of what only one side has, with the words for it. */
export const LONE_SUBJECTS = {
  'subject.gone': {
    title: 'A builder, saver or step of the baseline is gone',
    weight: 'scripts',
    before: 'present',
    after: 'absent',
    consequence:
      'Who builds or saves this way cannot do so with the candidate, and nothing about it was compared.',
    advice: 'Move its users to a builder or saver that both sides have before the upgrade.',
  },
  'subject.new': {
    title: 'A builder, saver or step is new',
    weight: 'cosmetic',
    before: 'absent',
    after: 'present',
    consequence: 'The baseline has nothing to compare it with.',
    advice: 'Read its results in the report of the candidate.',
  },
} as const satisfies Readonly<Record<string, Omit<GateItem, 'id' | 'subject'>>>;

/** A builder, a saver or a step that only one side has. */
export function loneSubject({ key, baseline, candidate }: Pair): readonly GateItem[] {
  if (baseline !== undefined && candidate !== undefined) return [];
  const id = candidate === undefined ? 'subject.gone' : 'subject.new';
  return [{ id, subject: key, ...LONE_SUBJECTS[id] }];
}
