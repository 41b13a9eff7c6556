import { describe, expect, test } from 'vitest';
import type { Json } from '../../../helpers/common/json.ts';
import { compare } from '../../../helpers/gate/gate.ts';
import type { ObservationDefinition } from '../../../helpers/gate/observations/define.ts';
import { OBSERVATIONS, type ObservationId } from '../../../helpers/gate/observations/observations.ts';
import { describeSubjects } from '../../../helpers/gate/subjects.ts';
import { reportOf } from './samples.ts';

function changeOf(id: ObservationId, before: Json, after: Json) {
  const side = (name: string, value: Json) => ({ name, report: reportOf({ observations: { [id]: value } }) });
  const options = { today: '2026-11-23', command: 'npm run gate' };
  return compare(side('A', before), side('B', after), options);
}

describe('an observation that changes has words for this very change', () => {
  const OCI = 'application/vnd.oci.image.manifest.v1+json';
  const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json';
  const INDEX = 'application/vnd.oci.image.index.v1+json';
  test.each<[ObservationId, Json, Json, RegExp]>([
    ['observation.save-repeats', 'identical', 'different', /never match/],
    ['observation.save-repeats', 'different', 'identical', /now the same bytes/],
    ['observation.image-id', 'config digest', 'index digest', /no config digest/],
    ['observation.image-id', 'index digest', 'config digest', /names the config alone/],
    ['observation.unreferenced-blobs', 0, 4, /cost space/],
    ['observation.unreferenced-blobs', 4, 0, /archive is smaller/],
    ['observation.documents', ['manifest.json', 'repositories'], ['manifest.json'], /may not find it/],
    ['observation.documents', ['manifest.json'], ['index.json', 'manifest.json'], /still there/],
    ['observation.index-target', [], [OCI], /has an index\.json now/],
    ['observation.index-target', [OCI], [DOCKER], /one family of media types/],
    ['observation.index-target', [OCI], [INDEX], /nested index/],
    ['observation.index-target', [INDEX], [OCI], /straight to a manifest/],
    ['observation.attestations', 'none', 'as image manifests', /take the attestation for an image/],
    ['observation.attestations', 'as image manifests', 'none', /ask for an attestation/],
    ['observation.layer-compression', ['none'], ['gzip'], /open layers as plain tar/],
    ['observation.layer-compression', ['gzip'], ['none'], /decompress each layer/],
    ['observation.member-mtimes', { a: '0' }, { a: 'a time' }, /two saves of one image may differ/],
    ['observation.member-mtimes', { a: 'a time' }, { a: '0' }, /No member carries a time/],
  ])('%s from %j to %j', (id, before, after, means) => {
    const [item] = changeOf(id, before, after).changed;
    expect(item?.consequence).toMatch(means);
    expect(item?.advice).toMatch(/^[A-Z].*\.$/);
  });

  test('and each case of an observation is told in sentences', () => {
    const observations: readonly ObservationDefinition[] = OBSERVATIONS;
    for (const words of observations.flatMap(({ advice }) => advice.cases ?? [])) {
      expect(words.means).toMatch(/^[A-Za-z].*\.$/);
      expect(words.do).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('a table by member', () => {
  const before = { 'manifest.json': '0644', repositories: '0644' };
  test.each<[string, Json, number]>([
    ['says nothing of names that only went', { 'manifest.json': '0644' }, 0],
    ['says nothing of a new name like the others', { ...before, 'index.json': '0644' }, 0],
    ['tells a new name unlike the others', { ...before, 'index.json': '0444' }, 1],
    ['tells a name that both sides have', { 'manifest.json': '0444' }, 1],
    ['tells that nothing is left', {}, 1],
  ])('%s', (_, after, changes) => {
    const gate = changeOf('observation.member-modes', before, after);
    expect(gate.changed).toHaveLength(changes);
    expect(gate.unchanged?.observations).toBe(0);
  });

  test('that is no such table is told whatever changes', () => {
    expect(changeOf('observation.members', ['a', 'b'], ['a']).changed).toHaveLength(1);
  });
});

describe('many subjects', () => {
  test.each<[readonly string[], string]>([
    [['a/x', 'a/y', 'b/x'], 'a/x, a/y, b/x'],
    [['a/x', 'a/y', 'b/x', 'b/y'], '{a, b}/{x, y} (4)'],
    [['a/x', 'a/y', 'b/x', 'b/y', 'c/x', 'shell'], '{a, b}/{x, y}, c/x, shell (6)'],
    [['builders', 'shell', 'compile', 'run'], 'builders, shell, compile, run (4)'],
    [['one/a/x', 'one/a/y', 'two/a/x', 'two/a/y'], '{one/a, two/a}/{x, y} (4)'],
  ])('%j are told as %s', (subjects, told) => {
    expect(describeSubjects(subjects)).toBe(told);
  });
});
