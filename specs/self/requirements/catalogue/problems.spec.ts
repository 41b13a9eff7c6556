import { beforeAll, describe, expect, test } from 'vitest';
import type { Archive, ProblemKind } from '../../../../helpers/archive/model.ts';
import { readArchiveBytes } from '../../../../helpers/archive/read-archive.ts';
import { buildMutant } from '../../../../helpers/proof/mutants/define.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../../helpers/requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../../../helpers/requirements/check.ts';

/** Every kind of damage, and the requirement that covers it. The type demands each kind. */
const REQUIREMENT_OF: Readonly<Record<ProblemKind, string>> = {
  'empty-archive': 'archive.not-empty',
  'not-an-archive': 'archive.is-tar',
  'tar-truncated': 'tar.complete',
  'tar-checksum': 'tar.checksum',
  'tar-number': 'tar.numbers',
  'tar-pax': 'tar.pax-records',
  'tar-sparse': 'tar.sparse-map',
  'tar-padding': 'tar.padding',
  'tar-trailer': 'tar.end-marker',
  'tar-trailing-data': 'tar.no-trailing-data',
  'compression-damaged': 'compression.sound',
  'compression-unsupported': 'compression.known',
  'compression-trailing-data': 'compression.no-trailing-data',
  'compression-lead-in': 'compression.frame-first',
  'json-syntax': 'json.syntax',
  'json-encoding': 'json.encoding',
  'json-duplicate-key': 'json.unique-keys',
  'limit-json-size': 'limit.json-size',
  'limit-json-depth': 'limit.json-depth',
  'limit-entries': 'limit.entries',
  'limit-expansion': 'limit.expansion',
  'limit-links': 'limit.links',
  'limit-names': 'limit.names',
  'index-loop': 'index.acyclic',
};

describe('damage that the reader reports', () => {
  let archive: Archive;
  beforeAll(async () => {
    archive = await readArchiveBytes(buildMutant({ form: 'hybrid', apply: () => {} }));
  });

  test.each(Object.entries(REQUIREMENT_OF))('%s is covered by %s alone', (kind, id) => {
    const problem = { kind: kind as ProblemKind, where: {}, expected: 'sound', actual: 'damaged' };
    const outcomes = checkArchive({ ...archive, problems: [problem] }, ARCHIVE_REQUIREMENTS);
    const broken = outcomes.filter(({ status }) => status !== 'pass' && status !== 'not-applicable');
    expect(broken.map((outcome) => outcome.id)).toEqual([id]);
  });
});
