import { fieldOf, isArray, isObject, pointerSegment, stringOf, stringsOf } from '../oci/guards.ts';
import type { DocumentReader } from './documents.ts';
import { describeUse, diffIdsOf, type Road } from './drafts.ts';
import type { MemberStore } from './members.ts';
import type { JsonDocument } from './model.ts';

/** Most images one archive may list; a hostile list must not fill the memory. */
const MAX_IMAGES = 10_000;

/** Reads every image as `manifest.json` of a docker archive tells it. */
export function walkDockerRoad(manifest: JsonDocument | undefined, store: MemberStore, documents: DocumentReader): Road {
  const road: Road = { images: [], descriptors: [], indexes: [] };
  if (!isArray(manifest?.value)) return road;
  for (const [position, item] of manifest.value.slice(0, MAX_IMAGES).entries()) {
    const configPath = stringOf(item, 'Config');
    const config = configPath === undefined ? undefined : documents.read(configPath);
    const layers = stringsOf(item, 'Layers');
    road.images.push({
      road: 'manifest.json',
      position,
      kind: 'image',
      names: [...stringsOf(item, 'RepoTags')],
      path: [],
      ...(config ? { config } : {}),
      diffIds: diffIdsOf(config),
      layers: layers.map((reference, layer) => ({
        position: layer,
        member: store.find(reference)?.name ?? store.resolve(reference),
        reference,
      })),
    });
    const sources = fieldOf(item, 'LayerSources');
    if (!isObject(sources)) continue;
    for (const [key, value] of Object.entries(sources)) {
      const pointer = `/${position}/LayerSources${pointerSegment(key)}`;
      road.descriptors.push(
        describeUse({ member: manifest.member, pointer, image: `manifest.json#${position}` }, 'layer-source', value),
      );
    }
  }
  return road;
}
