import type { Archive, DescriptorUse, Image, LayerReference } from '../archive/model.ts';
import { formatPlatform, platformOf } from '../expectation/select.ts';
import { layerContents, rootContents } from './describe-files.ts';
import type { ArchiveImageReport, ArchiveReport } from './model.ts';

export interface DescribeOptions {
  /** Key of the archive in the report. */
  readonly id: string;
  /** Entries of layers and the flattened root too, as the page's explorer needs them. */
  readonly entries: boolean;
}

/** What a report holds of an archive is bounded, whatever the archive holds. */
const MAX_MEMBERS = 5000;
const MAX_REFERENCES = 1000;
const MAX_IMAGES = 200;

/** The structure of an archive as plain data. Nothing is judged; all text is as the archive has it. */
export function describeArchive(archive: Archive, { id, entries }: DescribeOptions): ArchiveReport {
  const { source, fingerprint, compression, size, members } = archive;
  const references = referencesOf(archive);
  return {
    id,
    source,
    profile: fingerprint.profile,
    signs: fingerprint.signs,
    compression,
    size,
    members: members.slice(0, MAX_MEMBERS).map((member) => ({
      name: member.path,
      type: member.type,
      size: member.size,
      mode: member.mode,
      refersTo: [...(references.get(member.path) ?? [])].slice(0, MAX_REFERENCES),
    })),
    images: [...archive.dockerImages, ...archive.ociImages]
      .slice(0, MAX_IMAGES)
      .map((image) => describeImage(image, entries)),
  };
}

/** Which members each member names: descriptors, the entries of `manifest.json`, and links. */
function referencesOf({
  descriptors,
  dockerImages,
  members,
}: Archive): ReadonlyMap<string, ReadonlySet<string>> {
  const references = new Map<string, Set<string>>();
  const add = (from: string | undefined, to: string | undefined) => {
    if (from === undefined || to === undefined || from === to) return;
    const known = references.get(from) ?? new Set<string>();
    references.set(from, known.add(to));
  };
  for (const use of descriptors) add(use.where.member, use.blob?.member ?? blobName(use));
  for (const { config, layers } of dockerImages) {
    add('manifest.json', config?.member);
    for (const { member } of layers) add('manifest.json', member);
  }
  for (const { path, resolved } of members) add(path, resolved);
  return references;
}

function blobName({ digest }: DescriptorUse): string | undefined {
  return digest === undefined ? undefined : `blobs/${digest.replace(':', '/')}`;
}

function describeImage(image: Image, entries: boolean): ArchiveImageReport {
  const { road, names, kind, config, manifest, layers } = image;
  const contents = entries && kind === 'image' ? layerContents(layers) : undefined;
  return {
    road,
    names,
    kind,
    ...(config?.value !== undefined && kind === 'image' && { platform: formatPlatform(platformOf(image)) }),
    ...(config && { configDigest: config.digest }),
    ...(manifest && { manifestDigest: manifest.digest }),
    layers: layers.map((reference, position) => describeLayer(reference, contents?.[position])),
    rootfs: contents ? rootContents(layers) : [],
  };
}

type LayerReport = ArchiveImageReport['layers'][number];

function describeLayer(
  { member, reference, descriptor, layer }: LayerReference,
  contents: Pick<LayerReport, 'entries' | 'omitted'> = { entries: [], omitted: layer?.entries.length ?? 0 },
): LayerReport {
  return {
    member,
    digest: layer?.digest ?? reference,
    diffId: layer?.diffId ?? '',
    ...(descriptor?.mediaType !== undefined && { mediaType: descriptor.mediaType }),
    compression: layer?.compression ?? 'unknown',
    size: layer?.size ?? 0,
    uncompressedSize: layer?.uncompressedSize ?? 0,
    ...contents,
  };
}
