import { requireKnown } from '../../common/suggest.ts';
import { measuredEffects } from '../../consumers/measured.ts';
import { sourceUrl } from '../../requirements/documents.ts';
import { allRequirements } from '../known-requirements.ts';
import type { Explanation } from './api-model.ts';

/** Throws `RangeError` for an id that no requirement has. */
export async function explainKnown(id: string): Promise<Explanation> {
  const all = await allRequirements();
  const ids = all.map((requirement) => requirement.id);
  requireKnown('requirement', [id], ids);
  const found = all[ids.indexOf(id)];
  if (!found) throw new Error(`Suite bug: ${id} is known and has no declaration`);
  const { title, level, source, consequence } = found;
  const measured = (await measuredEffects([id])).get(id);
  return {
    id,
    title,
    level,
    source: { ...source, url: sourceUrl(source) },
    consequence,
    ...(measured !== undefined && { measured }),
  };
}
