import type { Archive, Image, LayerReference } from '../archive/model.ts';
import { stringOf } from '../oci/guards.ts';
import { createRoot, type Root } from './flatten.ts';
import type { ArchiveImageReport, ArchiveReport } from './model.ts';

/** What of one archive goes into a report: enough for people to look around, whatever the archive's size. */
const MAX_MEMBERS = 2000;
const MAX_IMAGES = 50;
const MAX_LAYERS = 256;
const MAX_ENTRIES = 1000;
/** Entries of all layers of one archive together. */
const MAX_ENTRIES_TOTAL = 10_000;

type LayerReport = ArchiveImageReport['layers'][number];

/** The structure of an archive as plain data, bounded in size. `id` is unique in the report; default: the archive's name. */
export function archiveReport(archive: Archive, id: string = archive.source): ArchiveReport {
  const references = referencesOf(archive);
  const budget = { left: MAX_ENTRIES_TOTAL };
  return {
    id,
    source: archive.source,
    profile: archive.fingerprint.profile,
    signs: archive.fingerprint.signs,
    compression: archive.compression,
    size: archive.size,
    members: archive.members.slice(0, MAX_MEMBERS).map(({ path, type, size, mode }) => ({
      name: path,
      type,
      size,
      mode,
      refersTo: [...(references.get(path) ?? [])],
    })),
    images: [...archive.dockerImages, ...archive.ociImages]
      .slice(0, MAX_IMAGES)
      .map((image) => imageReport(image, budget)),
  };
}

/** Which member names which: links, `manifest.json`, and every descriptor whose content the archive has. */
function referencesOf(archive: Archive): ReadonlyMap<string, ReadonlySet<string>> {
  const references = new Map<string, Set<string>>();
  const add = (from: string | undefined, to: string | undefined) => {
    if (from === undefined || to === undefined || from === to) return;
    const these = references.get(from) ?? new Set();
    if (these.size < MAX_MEMBERS) these.add(to);
    references.set(from, these);
  };
  for (const { config, layers } of archive.dockerImages) {
    add('manifest.json', config?.member);
    for (const { member } of layers) add('manifest.json', member);
  }
  for (const { where, blob } of archive.descriptors) add(where.member, blob?.member);
  for (const { path, linkname, resolved } of archive.members) if (linkname !== '') add(path, resolved);
  return references;
}

function imageReport(image: Image, budget: { left: number }): ArchiveImageReport {
  const root = createRoot();
  const platform = platformOf(image);
  const layers = image.layers.slice(0, MAX_LAYERS).map((reference) => layerReport(reference, root, budget));
  return {
    road: image.road,
    names: image.names,
    kind: image.kind,
    ...(platform !== undefined && { platform }),
    ...(image.config && { configDigest: image.config.digest }),
    ...(image.manifest && { manifestDigest: image.manifest.digest }),
    layers,
    rootfs: root.entries(MAX_ENTRIES),
  };
}

function layerReport(
  { member, reference, position, descriptor, layer }: LayerReference,
  root: Root,
  budget: { left: number },
): LayerReport {
  const mediaType = descriptor?.mediaType;
  const common = { member: member || reference, ...(mediaType !== undefined && { mediaType }) };
  if (!layer) {
    return {
      ...common,
      digest: '',
      diffId: '',
      compression: 'unknown',
      size: 0,
      uncompressedSize: 0,
      entries: [],
      omitted: 0,
    };
  }
  const effects = root.apply(layer.entries, position);
  const kept = Math.min(layer.entries.length, effects.length, MAX_ENTRIES, budget.left);
  budget.left -= kept;
  return {
    ...common,
    digest: layer.digest,
    diffId: layer.diffId,
    compression: layer.compression,
    size: layer.size,
    uncompressedSize: layer.uncompressedSize,
    entries: effects.slice(0, kept).map(({ entry, effect }) => ({
      path: entry.path,
      type: entry.type,
      mode: entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      size: entry.size,
      effect,
    })),
    omitted: layer.entries.length - kept,
  };
}

/** `linux/amd64` or `linux/arm64/v8`, as the config says. */
function platformOf({ config }: Image): string | undefined {
  const parts = ['os', 'architecture', 'variant']
    .map((key) => stringOf(config?.value, key))
    .filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join('/');
}
