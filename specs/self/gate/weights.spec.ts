import { describe, expect, test } from 'vitest';
import type { Json } from '../../../helpers/common/json.ts';
import { compare } from '../../../helpers/gate/gate.ts';
import { weightOf } from '../../../helpers/gate/observations/weights.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { outcomeOf, reportOf } from './samples.ts';

describe('the weight of a change', () => {
  test.each<[string, Json | undefined, Json | undefined, string]>([
    ['observation.members', ['a', 'b'], ['b'], 'scripts'],
    ['observation.members', ['a'], ['a', 'b'], 'bytes'],
    ['observation.members', undefined, ['a'], 'bytes'],
    ['observation.created', 'the epoch', 'null', 'scripts'],
    ['observation.created', 'the epoch', 'with fractions of a second, UTC', 'bytes'],
    ['observation.trailing-newline', ['manifest.json'], [], 'cosmetic'],
    ['observation.save-repeats', 'identical', 'different', 'bytes'],
    ['observation.save-repeats', 'different', 'identical', 'cosmetic'],
    ['flow.lines-as-written', { line: 'works' }, { line: 'no longer works' }, 'scripts'],
    ['flow.lines-as-written', { line: 'works' }, { other: 'works' }, 'cosmetic'],
    ['flow.lines-as-written', { line: 'no longer works' }, { line: 'works' }, 'cosmetic'],
    ['observation.of-tomorrow', 'a', 'b', 'scripts'],
    ['constructor', 'a', 'b', 'scripts'],
  ])('%s from %j to %j is %4$s', (id, before, after, weight) => {
    expect(weightOf(id, before, after)).toBe(weight);
  });
});

/** Two builders with two savers each, and a scenario; each archive has the observations. */
function savedReport(observations: Readonly<Record<string, Readonly<Record<string, Json>>>>): Report {
  const keys = ['a/x', 'a/y', 'b/x', 'b/y', 'played/x', 'played/y'];
  const subjects = Object.fromEntries(keys.map((key) => [key, { 'a.claim': outcomeOf('a.claim', 'pass') }]));
  const report = reportOf({ engine: 'e', subjects });
  return {
    ...report,
    subjects: report.subjects.map((subject) => {
      const [, head = '', saver = ''] = subject.id.split('/');
      return { ...subject, saver, ...(head !== 'played' && { builder: head }) };
    }),
    observations: Object.entries(observations).flatMap(([key, values]) =>
      Object.entries(values).map(([id, value]) => ({ id, subject: `e/${key}`, value })),
    ),
  };
}

describe('where a change holds', () => {
  const all = (value: Json, keys: readonly string[]) =>
    Object.fromEntries(keys.map((key) => [key, { 'observation.image-id': value }]));
  const builders = ['a/x', 'a/y', 'b/x', 'b/y'];

  test.each<[string, readonly string[], readonly string[], string | undefined]>([
    ['every archive of builders', builders, builders, 'every saved archive'],
    ['those of scenarios too', [...builders, 'played/x'], [...builders, 'played/x'], 'every saved archive'],
    ['one builder', builders, ['a/x', 'a/y'], 'every archive of a'],
    ['all but a scenario', [...builders, 'played/x'], builders, 'every saved archive but those of played'],
    ['one saver of each builder', builders, ['a/x', 'b/x'], undefined],
    ['one archive', builders, ['a/x'], undefined],
    ['scenarios only', ['played/x', 'played/y'], ['played/x', 'played/y'], undefined],
  ])('%s', (_, observed, changed, where) => {
    const today = { today: '2026-11-25', command: '' };
    const others = observed.filter((key) => !changed.includes(key));
    // Something is observed of every archive of a builder, as in a real run.
    const base = Object.fromEntries(builders.map((key) => [key, { 'observation.labels': [] }]));
    const merge = (observations: Record<string, Record<string, Json>>) =>
      Object.fromEntries(
        [...new Set([...Object.keys(base), ...Object.keys(observations)])].map((key) => [
          key,
          { ...base[key], ...observations[key] },
        ]),
      );
    const before = savedReport(merge(all('before', observed)));
    const after = savedReport(merge({ ...all('before', others), ...all('after', changed) }));
    const { changed: items } = compare({ name: 'A', report: before }, { name: 'B', report: after }, today);
    expect(items.map((each) => [each.subjects, each.where])).toEqual([[changed, where]]);
  });
});
