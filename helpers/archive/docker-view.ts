import { parseDigest } from './digest.ts';
import type { DocumentReader } from './documents.ts';
import {
  describeUse,
  diffIdsOf,
  type UnfinishedDescriptor,
  type UnfinishedImage,
  type ViewDraft,
} from './drafts.ts';
import { MAX_IMAGES } from './limits.ts';
import type { MemberStore } from './members.ts';
import type { JsonDocument, ReadLimits } from './model.ts';
import {
  fieldOf,
  isArray,
  isObject,
  listOf,
  pointerSegment,
  stringOf,
  stringsOf,
  withKeys,
} from './oci/guards.ts';
import { createSteps, manifestKind, type ReferenceSteps } from './oci-view.ts';
import type { ReportDamage } from './problems.ts';

/** Fields of an entry of `manifest.json`. */
export const ENTRY_KEYS = ['Config', 'RepoTags', 'Layers', 'Parent', 'LayerSources'] as const;

/** Reads every image as `manifest.json` of a docker archive tells it. */
export function walkDockerView(
  manifest: JsonDocument | undefined,
  store: MemberStore,
  documents: DocumentReader,
  limits: ReadLimits,
  report: ReportDamage,
): ViewDraft {
  const view: ViewDraft = { images: [], descriptors: [], indexes: [] };
  const steps = createSteps(limits, report);
  if (fieldOf(manifest?.value, 'schemaVersion') !== undefined && manifest)
    return walkDirectoryTransport(manifest, store, documents, steps);
  if (!isArray(manifest?.value)) return view;
  for (const [position, written] of manifest.value.slice(0, MAX_IMAGES).entries()) {
    const item = withKeys(written, ENTRY_KEYS);
    const configPath = stringOf(item, 'Config');
    const config = configPath === undefined ? undefined : documents.read(configPath);
    const layers = stringsOf(item, 'Layers').filter((_, layer) => steps.spend('manifest.json', layer));
    view.images.push({
      view: 'manifest.json',
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
      if (!steps.spend('manifest.json')) break;
      const pointer = `/${position}/LayerSources${pointerSegment(key)}`;
      view.descriptors.push(
        describeUse(
          { member: manifest.member, pointer, image: `manifest.json#${position}` },
          'layer-source',
          value,
        ),
      );
    }
  }
  return view;
}

/**
 * A `docker-dir`: `manifest.json` is the manifest itself, and each blob a file named by its bare hex digest; or it is a
 * list (`skopeo copy --all`), and each manifest is `<hex>.manifest.json`. Manifests that are not there were not copied.
 */
function walkDirectoryTransport(
  root: JsonDocument,
  store: MemberStore,
  documents: DocumentReader,
  steps: ReferenceSteps,
): ViewDraft {
  if (!isArray(fieldOf(root.value, 'manifests')))
    return walkManifest(root, 0, undefined, store, documents, steps);
  const view: ViewDraft = { images: [], descriptors: [], indexes: [] };
  for (const [index, value] of listOf(root.value, 'manifests').slice(0, MAX_IMAGES).entries()) {
    const where = { member: root.member, pointer: `/manifests/${index}` };
    const use = describeUse(where, 'manifest', value);
    view.descriptors.push(use);
    const manifest = documents.read(`${nameOf(use.digest)}.manifest.json`);
    if (!manifest) continue;
    const below = walkManifest(manifest, view.images.length, use, store, documents, steps);
    view.images.push(...below.images);
    view.descriptors.push(...below.descriptors);
  }
  return view;
}

function nameOf(digest: string | undefined): string {
  return parseDigest(digest)?.encoded ?? '';
}

function walkManifest(
  manifest: JsonDocument,
  position: number,
  use: UnfinishedDescriptor | undefined,
  store: MemberStore,
  documents: DocumentReader,
  steps: ReferenceSteps,
): ViewDraft {
  const place = { member: manifest.member, image: `manifest.json#${position}` };
  const config = describeUse(
    { ...place, pointer: '/config' },
    'config',
    fieldOf(manifest.value, 'config') ?? null,
  );
  const configDocument = documents.read(nameOf(config.digest));
  const affordable = listOf(manifest.value, 'layers').filter((_, layer) =>
    steps.spend(manifest.member, layer),
  );
  const layers = affordable.map((value, layer) => {
    const descriptor = describeUse({ ...place, pointer: `/layers/${layer}`, layer }, 'layer', value);
    const name = nameOf(descriptor.digest);
    return {
      position: layer,
      member: store.find(name)?.name ?? name,
      reference: stringOf(value, 'digest') ?? '',
      descriptor,
    };
  });
  const image: UnfinishedImage = {
    view: 'manifest.json',
    position,
    kind: manifestKind(use?.value ?? null, manifest.value),
    names: [],
    path: [],
    ...(use ? { descriptor: use } : {}),
    manifest,
    ...(configDocument ? { config: configDocument } : {}),
    diffIds: diffIdsOf(configDocument),
    layers,
  };
  return {
    images: [image],
    descriptors: [...(config.value === null ? [] : [config]), ...layers.map(({ descriptor }) => descriptor)],
    indexes: [],
  };
}
