import { basename } from 'node:path';
import { SHOWN_TEXT_BYTES } from '../archive/limits.ts';
import type { Archive, EntryList, Image, Layer, LayerReference } from '../archive/model.ts';
import { fieldOf, listOf, stringOf } from '../archive/oci/guards.ts';
import { flatten, type Rootfs } from '../archive/rootfs.ts';
import type { TarEntry } from '../archive/tar/entry.ts';
import { isSecretName, MASK, maskSecrets, maskText } from '../common/secrets.ts';
import { boundText } from '../requirements/presentable.ts';
import { createLayerEffects, wastedByLayer } from './layer-effects.ts';
import type { ArchiveImageReport, ArchiveReport } from './report-model.ts';

/** What of one archive goes into a report: enough for people to look around, whatever the archive's size. */
const MAX_MEMBERS = 2000;
const MAX_IMAGES = 50;
const MAX_LAYERS = 256;
const MAX_ENTRIES = 1000;
/** Entries of one layer that are looked at; more would cost time and show people nothing more. */
const MAX_READ = 20_000;
/** Longest name that is kept whole, and how many names of one image are. */
const MAX_NAME = 1024;
const MAX_IMAGE_NAME = 300;
const MAX_NAMES = 1000;
/** Longest command of the history, and characters of configs and manifests of one archive together. */
const MAX_COMMAND = 500;
const MAX_DOCUMENTS = 64 * 1024;
/** Characters of the text files that are shown of one archive. */
const MAX_TEXTS = 64 * 1024;
/** Entries of all layers of one archive together. */
const MAX_ENTRIES_TOTAL = 10_000;
/** Entries that are flattened for one archive; images that would take more have no root here. */
const MAX_FLATTENED = 400_000;

type LayerReport = ArchiveImageReport['layers'][number];

/** The structure of an archive as plain data, bounded in size. `id` is unique in the report; default: the archive's name. */
export function archiveReport(archive: Archive, id: string = archive.source): ArchiveReport {
  const references = referencesOf(archive);
  const budget: ReportBudget = {
    left: MAX_ENTRIES_TOTAL,
    characters: MAX_DOCUMENTS,
    texts: MAX_TEXTS,
    flattened: MAX_FLATTENED,
    roots: new Map(),
  };
  return {
    id,
    source: archive.source,
    profile: archive.fingerprint.profile,
    signs: archive.fingerprint.signs,
    compression: archive.compression,
    size: archive.size,
    members: archive.members.slice(0, MAX_MEMBERS).map(({ path, type, size, mode }) => ({
      name: boundText(path, MAX_NAME),
      type,
      size,
      mode,
      refersTo: [...(references.get(path) ?? [])].map((name) => boundText(name, MAX_NAME)),
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

/** What is left for the images that follow. */
interface ReportBudget {
  left: number;
  characters: number;
  texts: number;
  flattened: number;
  /** Of the stacks that were flattened, by the members of their layers: both views of an image have the same. */
  readonly roots: Map<string, RootReport | undefined>;
}

interface RootReport {
  readonly rootfs: ArchiveImageReport['rootfs'];
  readonly wasted: readonly number[];
}

function rootReport(image: Image, budget: ReportBudget): RootReport | undefined {
  const key = image.layers.map(({ member, layer }) => (layer ? member : '')).join('\0');
  if (budget.roots.has(key)) return budget.roots.get(key);
  const stack = stackOf(image);
  const entries = stack.reduce((sum, layer) => sum + layer.entries.length, 0);
  let report: RootReport | undefined;
  if (entries <= budget.flattened) {
    budget.flattened -= entries;
    const root = flatten(stack);
    report = { rootfs: rootfsReport(root), wasted: wastedByLayer(stack, root) };
  }
  budget.roots.set(key, report);
  return report;
}

function imageReport(image: Image, budget: ReportBudget): ArchiveImageReport {
  const effects = createLayerEffects();
  const platform = platformOf(image);
  const root = rootReport(image, budget);
  const commands = commandsOf(image);
  const layers = image.layers.slice(0, MAX_LAYERS).map((reference, position) => ({
    ...layerReport(reference, effects, budget),
    ...(commands[position] !== undefined && { createdBy: commands[position] }),
    ...(reference.layer && root && { wasted: root.wasted[position] ?? 0 }),
  }));
  const documents = documentsOf(image, budget);
  return {
    road: image.view,
    names: boundNames(image.names),
    kind: image.kind,
    ...(platform !== undefined && { platform }),
    ...(image.config && { configDigest: image.config.digest }),
    ...(image.manifest && { manifestDigest: image.manifest.digest }),
    layers,
    ...(documents.length > 0 && { documents }),
    rootfs: root?.rootfs ?? [],
  };
}

/** `created_by` of the steps that made layers, bottom first. */
function commandsOf({ config }: Image): readonly string[] {
  return listOf(config?.value, 'history')
    .filter((step) => fieldOf(step, 'empty_layer') !== true)
    .slice(0, MAX_LAYERS)
    .map((step) => maskText(boundText(stringOf(step, 'created_by') ?? '', MAX_COMMAND)));
}

function documentsOf(
  { config, manifest }: Image,
  budget: ReportBudget,
): readonly { readonly name: string; readonly text: string }[] {
  return [
    ['Config and history', config],
    ['Manifest', manifest],
  ].flatMap(([name, document]) => {
    if (typeof name !== 'string' || typeof document !== 'object' || document.value === undefined) return [];
    if (document.size > budget.characters) return [];
    const text = JSON.stringify(maskSecrets(document.value), null, 2);
    budget.characters -= text.length;
    return [{ name, text: boundText(text, MAX_DOCUMENTS) }];
  });
}

function boundNames(names: readonly string[]): readonly string[] {
  const kept = names.slice(0, MAX_NAMES).map((name) => boundText(name, MAX_IMAGE_NAME));
  return names.length > MAX_NAMES ? [...kept, `… (${names.length} names)`] : kept;
}

function layerReport(
  { member, reference, descriptor, layer }: LayerReference,
  effects: ReturnType<typeof createLayerEffects>,
  budget: ReportBudget,
): LayerReport {
  const mediaType = descriptor?.mediaType;
  const common = {
    member: boundText(member || reference, MAX_NAME),
    ...(mediaType !== undefined && { mediaType: boundText(mediaType, MAX_IMAGE_NAME) }),
  };
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
  const read = head(layer.entries);
  const told = effects(read);
  const kept = Math.min(read.length, MAX_ENTRIES, budget.left);
  budget.left -= kept;
  return {
    ...common,
    digest: layer.digest,
    diffId: layer.diffId,
    compression: layer.compression,
    size: layer.size,
    uncompressedSize: layer.uncompressedSize,
    entries: read.slice(0, kept).map(({ path, type, mode, uid, gid, size }, position) => ({
      path,
      type,
      mode,
      uid,
      gid,
      size,
      effect: told[position] ?? 'adds',
      ...textOf(layer, position, path, budget),
    })),
    omitted: layer.entries.length - kept,
  };
}

/** The content of a small file that is text, as far as it was kept. A file whose name says secret is masked whole. */
function textOf(
  { contents }: Layer,
  position: number,
  path: string,
  budget: ReportBudget,
): { readonly text?: string } {
  const bytes = contents.get(position)?.bytes;
  if (bytes === undefined || bytes.length === 0 || bytes.length > Math.min(SHOWN_TEXT_BYTES, budget.texts))
    return {};
  const content = decodeText(bytes);
  if (content === undefined) return {};
  budget.texts -= bytes.length;
  return { text: isSecretName(basename(path)) ? MASK : maskText(content) };
}

/** `undefined` for what is no text: no UTF-8, or with control characters other than white space. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return NO_TEXT.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

const NO_TEXT = /[^\P{Cc}\t\n\r]/u;

function stackOf({ layers }: Image): readonly { readonly entries: EntryList }[] {
  return layers
    .slice(0, MAX_LAYERS)
    .map(({ layer }) => ({ entries: layer ? bounded(layer.entries) : NO_ENTRIES }));
}

function rootfsReport({ files }: Rootfs): ArchiveImageReport['rootfs'] {
  return [...files].slice(0, MAX_ENTRIES).map(([path, { entry, layer }]) => ({
    path,
    type: entry.type,
    mode: entry.mode,
    size: entry.size,
    layer,
  }));
}

const NO_ENTRIES: EntryList = { length: 0, at: () => undefined, [Symbol.iterator]: () => [].values() };

function bounded(entries: EntryList): EntryList {
  if (entries.length <= MAX_READ) return entries;
  const read = head(entries);
  return { length: read.length, at: (position) => read.at(position), [Symbol.iterator]: () => read.values() };
}

function head(entries: EntryList): readonly TarEntry[] {
  const result: TarEntry[] = [];
  for (const entry of entries) {
    if (result.length >= MAX_READ) break;
    result.push(entry);
  }
  return result;
}

/** `linux/amd64` or `linux/arm64/v8`, as the config says. */
function platformOf({ config }: Image): string | undefined {
  const parts = ['os', 'architecture', 'variant']
    .map((key) => stringOf(config?.value, key))
    .filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : boundText(parts.join('/'), MAX_IMAGE_NAME);
}
