import { readArchiveBytes } from '../../archive/read.ts';
import { ARCHIVE_REQUIREMENTS, type RequirementId } from '../../requirements/archive/catalogue.ts';
import { checkArchive } from '../../requirements/check.ts';
import { buildMutant, type Mutant } from './define.ts';

/** What the whole catalogue says of one archive: the ids that are broken, with the first sentence of each. */
export async function findBroken(
  bytes: Uint8Array,
  limits: Mutant['limits'] = {},
): Promise<ReadonlyMap<RequirementId, string>> {
  const archive = await readArchiveBytes(bytes, { limits });
  const ids = new Map(ARCHIVE_REQUIREMENTS.map(({ id }): [string, RequirementId] => [id, id]));
  const broken = new Map<RequirementId, string>();
  for (const { id, status, reason, findings } of checkArchive(archive, ARCHIVE_REQUIREMENTS)) {
    const known = ids.get(id);
    if (known !== undefined && status !== 'pass' && status !== 'not-applicable')
      broken.set(known, findings[0]?.message ?? reason ?? status);
  }
  return broken;
}

/** Which requirements notice a mutant. */
export function findKillers(mutant: Mutant): Promise<ReadonlyMap<RequirementId, string>> {
  return findBroken(buildMutant(mutant), mutant.limits);
}
