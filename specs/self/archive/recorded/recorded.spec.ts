import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readArchive } from '../../../../helpers/archive/read-archive.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../../helpers/requirements/archive/archive-requirements.ts';
import { evaluate } from '../../../../helpers/requirements/check.ts';
import type { Outcome } from '../../../../helpers/requirements/outcome.ts';
import { ARCHIVES, FOLDERS, RECORDINGS, readProvenance } from './provenance.ts';

describe.each(FOLDERS)('the record of %s', (folder) => {
  const { archives } = readProvenance(folder);

  test('names every archive of the folder, and no other', () => {
    const files = readdirSync(join(ARCHIVES, folder)).filter((name) => name !== 'provenance.json');
    expect(archives.map(({ file }) => file)).toEqual(files.sort());
  });

  test('names Dockerfiles of the context', () => {
    const missing = archives
      .flatMap(({ dockerfiles }) => dockerfiles)
      .filter((name) => !existsSync(join(ARCHIVES, 'context', name)));
    expect(missing).toEqual([]);
  });
});

/** A check that could not judge shows itself here as `error`, with its reason. */
function describeViolation({ id, status, reason, findings, omitted = 0 }: Outcome): string {
  return status === 'error' ? `${id}: ${reason}` : `${id}: ${findings.length + omitted}`;
}

describe.each(RECORDINGS)('$name', ({ path, sha256, profile, knownFindings }) => {
  test('is the file that was recorded', () => {
    expect(`sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`).toBe(sha256);
  });

  test('is recognised, and breaks exactly what its producer really breaks', async () => {
    const archive = await readArchive(path);
    expect(archive.fingerprint).toMatchObject({ profile });
    const broken = ARCHIVE_REQUIREMENTS.map((requirement) => evaluate(requirement, archive)).filter(
      ({ status }) => status !== 'pass' && status !== 'not-applicable',
    );
    const messages = broken.flatMap(({ findings }) => findings.map(({ message }) => message)).join('\n');
    expect(broken.map(describeViolation), messages).toEqual(
      knownFindings.map(({ id, times }) => `${id}: ${times}`),
    );
  });
});
