import { beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from '../../../helpers/archive/model.ts';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { predictReceptions } from '../../../helpers/consumers/predict.ts';
import type { Reception } from '../../../helpers/consumers/reception.ts';
import type { MeasuredArchive, ReceptionTable } from '../../../helpers/consumers/receptions.ts';
import { buildMutant } from '../../../helpers/proof/mutants/define.ts';

const TAKEN: Reception = { status: 'taken' };
const REFUSED: Reception = { status: 'refused', words: 'invalid' };
const CONSUMER = {
  name: 'containerd-2.1',
  title: 'containerd 2.1',
  product: 'containerd',
  version: '2.1.4',
  packages: {},
  measured: '2026-11-25',
};

function row(id: string, reception: Reception, more: Partial<MeasuredArchive> = {}): MeasuredArchive {
  return { id, title: id, digest: 'sha256:0', control: 'golden/oci', receptions: [reception], ...more };
}

const TABLE: ReceptionTable = {
  consumers: [CONSUMER],
  archives: [
    { id: 'golden/oci', title: 'correct', digest: 'sha256:0', receptions: [TAKEN] },
    row('mutant/alone', TAKEN, { requirement: 'index.alone' }),
    row('mutant/together', REFUSED, { requirement: 'index.alone', company: ['manifest.other'] }),
    row('mutant/other', REFUSED, { requirement: 'manifest.other' }),
  ],
};

describe('a prediction', () => {
  let archive: Archive;
  beforeAll(async () => {
    archive = await readArchiveBytes(buildMutant({ form: 'oci', apply: () => {} }));
  });

  const reasonsOf = (broken: readonly string[]) =>
    predictReceptions(TABLE, archive, broken, ['containerd-2.1'])[0]?.reasons;

  test('does not blame a requirement for a mutant that breaks another one too', () => {
    expect(reasonsOf(['index.alone'])).toEqual([]);
  });

  test('counts that mutant where the archive breaks both', () => {
    expect(reasonsOf(['index.alone', 'manifest.other'])).toEqual([
      { archives: 'archives that break index.alone', effect: 'refuses', always: false, words: 'invalid' },
      { archives: 'archives that break manifest.other', effect: 'refuses', always: true, words: 'invalid' },
    ]);
  });
});
