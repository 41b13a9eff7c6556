import type { EngineHandle } from '../../../engines/engine-model.ts';
import type { Judged } from '../../judged.ts';
import { COMPARISONS, compareEngine } from './comparisons.ts';

/**
 * Judges every comparison again over the images of all engines: each shard of a matrix could compare its own only.
 * Everything else stays as it was judged.
 */
export async function compareAcross<One extends Judged>(
  judged: readonly One[],
  engines: readonly Pick<EngineHandle, 'name' | 'stack'>[],
): Promise<readonly One[]> {
  const images = judged.flatMap((each) => each.images ?? []);
  return Promise.all(
    judged.map(async (each) => {
      const comparison = COMPARISONS.find(({ requirement: { id } }) => id === each.outcomes[0]?.id);
      const engine = engines.find(({ name }) => name === each.subject.engine);
      if (each.step !== 'together' || comparison === undefined || engine === undefined) return each;
      return { ...each, outcomes: await compareEngine(comparison, engine, images) };
    }),
  );
}
