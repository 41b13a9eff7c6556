import type { ViewDraft } from './drafts.ts';
import { MAX_IMAGES } from './limits.ts';
import type { MemberStore } from './members.ts';
import type { JsonDocument, ReadLimits } from './model.ts';
import { entriesOf, stringOf } from './oci/guards.ts';
import { createSteps } from './oci-view.ts';
import type { ReportDamage } from './problems.ts';

const JSON_FILE = /^(?:\.\/)*([0-9a-f]{64})\/json$/;

/**
 * Reads every image of an archive from before Docker 1.10: a folder for each layer, whose `json` names the layer below,
 * and `repositories`, which names the top ones. Such an image has no config with diffIDs.
 */
export function walkV1View(
  repositories: JsonDocument | undefined,
  v1Files: ReadonlyMap<string, JsonDocument>,
  store: MemberStore,
  limits: ReadLimits,
  report: ReportDamage,
): ViewDraft {
  const parents = new Map(
    [...v1Files].flatMap(([member, { value }]) => {
      const id = JSON_FILE.exec(member)?.[1];
      return id === undefined ? [] : [[id, stringOf(value, 'parent')] as const];
    }),
  );
  const steps = createSteps(limits, report);
  const images = [...topsOf(repositories, parents)].slice(0, MAX_IMAGES).map(([top, names], position) => ({
    view: 'repositories' as const,
    position,
    kind: 'image' as const,
    names,
    path: [],
    diffIds: [],
    layers: chainOf(top, parents, limits)
      .filter((_, layer) => steps.spend('repositories', layer))
      .map((id, layer) => {
        const reference = `${id}/layer.tar`;
        return {
          position: layer,
          member: store.find(reference)?.name ?? store.resolve(reference),
          reference,
        };
      }),
  }));
  return { images, descriptors: [], indexes: [] };
}

type Parents = ReadonlyMap<string, string | undefined>;

/** IDs of the topmost layers, with the names that lead there; those that nothing lies on have an image without a name. */
function topsOf(repositories: JsonDocument | undefined, parents: Parents): ReadonlyMap<string, string[]> {
  const tops = new Map<string, string[]>();
  for (const [repository, tags] of entriesOf(repositories?.value))
    for (const [tag, id] of entriesOf(tags)) {
      if (typeof id !== 'string' || !parents.has(id)) continue;
      const names = tops.get(id) ?? [];
      names.push(`${repository}:${tag}`);
      tops.set(id, names);
    }
  const below = new Set(parents.values());
  for (const id of parents.keys()) if (!below.has(id) && !tops.has(id)) tops.set(id, []);
  return tops;
}

/** Bottom first; it ends where a layer comes again. */
function chainOf(top: string, parents: Parents, { layersOfImage }: ReadLimits): readonly string[] {
  const chain = new Set<string>();
  let id: string | undefined = top;
  // One more than an image may have is noticed.
  while (id !== undefined && parents.has(id) && !chain.has(id) && chain.size <= layersOfImage) {
    chain.add(id);
    id = parents.get(id);
  }
  return [...chain].reverse();
}
