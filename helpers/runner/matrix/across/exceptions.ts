import loads from '../../../../fixtures/across/loads.json' with { type: 'json' };
import sameLayers from '../../../../fixtures/across/same-layers.json' with { type: 'json' };
import { isInRange } from '../../../common/version-range.ts';
import type { EngineHandle } from '../../../engines/engine-model.ts';
import { circumstancesOf } from '../../../requirements/deviations/apply.ts';
import type { BuiltImage, ProducerRange } from '../../../requirements/matrix/built-image-model.ts';

/** Engines of one kind write the same layers; the name of the kind says why it is one. */
export function layerKind({ engine }: BuiltImage): string {
  const exception = sameLayers.differ.find(({ producer }) => isOf(engine, producer));
  return exception?.because ?? 'everybody';
}

/** Why a loader may refuse an archive; `undefined` where it must load. */
export function whyRefused(saved: BuiltImage, loader: Pick<EngineHandle, 'stack'>): string | undefined {
  const { refused } = loads as {
    refused: readonly { savers: readonly string[]; loader: ProducerRange; because: string }[];
  };
  return refused.find(({ savers, loader: range }) => savers.includes(saved.saver) && isOf(loader, range))
    ?.because;
}

function isOf({ stack }: Pick<EngineHandle, 'stack'>, { name, versions, store }: ProducerRange): boolean {
  const circumstances = circumstancesOf(stack);
  const version = circumstances.versions[name];
  return (
    version !== undefined &&
    isInRange(version, versions) &&
    (store === undefined || circumstances.store === store)
  );
}
