import { describe, expect, test } from 'vitest';
import { loadRegister, parseProducer, storeKind } from '../../../../helpers/requirements/deviations/apply.ts';
import { parseDeviation } from '../../../../helpers/requirements/deviations/load.ts';
import { SAMPLE } from './samples.ts';

function problemsOf(change: object): readonly string[] {
  const parsed = parseDeviation(JSON.stringify({ ...SAMPLE, ...change }), `${SAMPLE.id}.json`);
  return 'problems' in parsed ? parsed.problems : [];
}

describe('the register', () => {
  test('is valid, and each entry has its own id', async () => {
    const register = await loadRegister();
    expect(register.length).toBeGreaterThan(0);
    expect(new Set(register.map(({ id }) => id)).size).toBe(register.length);
  });

  test('links to what does not change: no branch', async () => {
    const links = (await loadRegister()).map(({ link }) => link);
    expect(links.filter((link) => /\/(?:main|master|HEAD)\//.test(link))).toEqual([]);
  });

  test('accepts the sample of these tests', () => {
    expect(problemsOf({})).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    ['an unknown field', { reasn: 'x' }, /unknown field "reasn" at the top level; known fields are .*reason/],
    ['a missing link', { link: undefined }, /the field "link" is missing at the top level; add it/],
    ['a link that is none', { link: 'see the tracker' }, /\/link is "see the tracker"/],
    ['an unknown producer', { producer: { name: 'dokcer', versions: '*' } }, /must be one of docker, buildx/],
    ['a range that cannot be read', { producer: { name: 'docker', versions: '^28' } }, /cannot be read at/],
    ['no pattern at all', { observed: { behaviour: 'Something is odd.' } }, /\/observed/],
    [
      'a pattern that matches anything',
      { observed: { ...SAMPLE.observed, actual: '.*' } },
      /matches anything/,
    ],
    ['a pattern that is none', { observed: { ...SAMPLE.observed, actual: '(' } }, /no regular expression/],
    ['another id than the file', { id: 'another' }, /the file is called layer-blobs-writable\.json/],
    ['a review before it was found', { reviewBy: '2026-01-01' }, /must be later than/],
  ])('refuses %s in one sentence', (_, change, expected) => {
    const problems = problemsOf(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  test('refuses what is no JSON', () => {
    expect(parseDeviation('{', 'a.json')).toEqual({
      problems: ['a.json: this is not JSON; correct its syntax.'],
    });
  });
});

describe('a producer on the command line', () => {
  test('is a name, a version and conditions', () => {
    expect(parseProducer('docker@29.7')).toEqual({ versions: { docker: '29.7' } });
    expect(parseProducer('docker@28.5.2+dfsg4,store=containerd,saver=docker-save')).toEqual({
      versions: { docker: '28.5.2+dfsg4' },
      store: 'containerd',
      saver: 'docker-save',
    });
  });

  test.each(['docker', 'docker@', '@28', 'docker@28,stoer=x', 'docker@28,store=zfs'])(
    'refuses %j',
    (text) => {
      expect(parseProducer(text)).toBeTypeOf('string');
    },
  );
});

test.each([
  ['overlay2', 'graphdriver'],
  ['vfs', 'vfs'],
  ['overlay2 (graph driver)', 'graphdriver'],
  ['overlayfs', 'containerd'],
  ['containerd', 'containerd'],
  [undefined, undefined],
] as const)('the store %s is of kind %s', (store, kind) => {
  expect(storeKind(store)).toBe(kind);
});
