import type { Archive } from '../../archive/model.ts';
import { readArchiveBytes } from '../../archive/read-archive.ts';
import { ARCHIVE_REQUIREMENTS, type RequirementId } from '../../requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../requirements/check.ts';
import { buildMutant, type Mutant } from './define.ts';

/**
 * What the whole catalogue says of one archive: the ids that are broken, with the first sentence of each.
 * The directory transport is judged as the folder that it is, unless the defect is that somebody packed it.
 */
export async function findBroken({
  form,
  apply = () => {},
  limits = {},
  packed = false,
}: Pick<Mutant, 'form'> & Partial<Mutant>): Promise<ReadonlyMap<RequirementId, string>> {
  const read = await readArchiveBytes(buildMutant({ form, apply }), { limits });
  const archive: Archive = form === 'docker-dir' && !packed ? { ...read, form: 'directory' } : read;
  const ids = new Map(ARCHIVE_REQUIREMENTS.map(({ id }): [string, RequirementId] => [id, id]));
  const broken = new Map<RequirementId, string>();
  for (const { id, status, reason, findings } of checkArchive(archive, ARCHIVE_REQUIREMENTS)) {
    const known = ids.get(id);
    if (known !== undefined && !['pass', 'not-applicable', 'unsupported'].includes(status))
      broken.set(known, findings[0]?.message ?? reason ?? status);
  }
  return broken;
}
