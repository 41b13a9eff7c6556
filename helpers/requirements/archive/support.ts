import { ENTRY_KEYS } from '../../archive/docker-view.ts';
import { imageKey } from '../../archive/images.ts';
import type { Archive, Image, JsonDocument, Layer, ProblemKind } from '../../archive/model.ts';
import { fieldOf, isArray, isObject, listOf, stringOf, withKeys } from '../../archive/oci/guards.ts';
import type { Json } from '../../common/json.ts';
import type { Locator } from '../../common/locator.ts';
import { defineRequirements, type Requirement, type Source } from '../define.ts';
import type { Violation } from '../outcome.ts';

/** What the checks of archives share. */

/** Declares requirements on a saved archive. */
export function defineForArchive<const Id extends string>(
  declared: readonly (Omit<Requirement<Archive>, 'subject'> & { readonly id: Id })[],
): readonly (Requirement<Archive> & { readonly id: Id })[] {
  return defineRequirements<Archive, Id>(
    declared.map((requirement) => ({ ...requirement, subject: 'archive' })),
  );
}

/** Cites a document of `SPEC_DOCUMENTS`. */
export function cite(document: string, section: string, quote: string): Source {
  return { document, section, quote };
}

export function violationAt(
  where: Locator,
  expected: Json | undefined,
  actual: Json | undefined,
  from: string,
  expectedFrom = '',
): Violation {
  return {
    where,
    expected: { value: expected ?? 'nothing', from: expectedFrom },
    actual: { value: actual ?? 'nothing', from },
  };
}

/** The check of one kind of damage: every such problem is a violation. */
export function damage(...kinds: readonly ProblemKind[]): (archive: Archive) => Iterable<Violation> {
  return damageWhere(kinds, () => true);
}

/** The same for some of the members alone. */
export function damageWhere(
  kinds: readonly ProblemKind[],
  isMeant: (archive: Archive, member: string) => boolean,
): (archive: Archive) => Iterable<Violation> {
  return function* (archive) {
    for (const { kind, where, expected, actual } of archive.problems) {
      if (kinds.includes(kind) && isMeant(archive, where.member ?? ''))
        yield violationAt(where, expected, actual, 'reading the bytes');
    }
  };
}

/** A file of the v1 format beside a manifest.json or an index.json: readers of those never open it. */
export function isBesideManifest({ documents, v1Files }: Archive, member: string): boolean {
  const hasManifest = documents['manifest.json'] !== undefined || documents['index.json'] !== undefined;
  const isOfV1 =
    member === documents['repositories']?.member ||
    [...(v1Files?.values() ?? [])].some((file) => file.member === member);
  return hasManifest && isOfV1;
}

/** Images of both views, `manifest.json` first. */
export function allImages({ dockerImages, ociImages }: Archive): readonly Image[] {
  return [...dockerImages, ...ociImages];
}

/** Runnable images of both views: no attestations, no artifacts. */
export function runnableImages(archive: Archive): readonly Image[] {
  return allImages(archive).filter(({ kind }) => kind === 'image');
}

/** Images by the descriptor of `index.json` that leads to them. */
export function imagesByRoot({ ociImages }: Archive): ReadonlyMap<string, readonly Image[]> {
  const result = new Map<string, Image[]>();
  for (const image of ociImages) {
    const key = image.path[0] ?? '';
    if (image.kind !== 'image') continue;
    const known = result.get(key);
    if (known) known.push(image);
    else result.set(key, [image]);
  }
  return result;
}

/** Every config of a runnable image, once, with the first image that has it. */
export function configs(archive: Archive): readonly { image: Image; config: JsonDocument }[] {
  const seen = new Map<string, { image: Image; config: JsonDocument }>();
  for (const image of runnableImages(archive)) {
    if (image.config && !seen.has(image.config.member))
      seen.set(image.config.member, { image, config: image.config });
  }
  return [...seen.values()];
}

/** Configs that are JSON objects; others are the violation of `config.object` alone. */
export function configObjects(archive: Archive) {
  return configs(archive).filter(({ config }) => isObject(config.value));
}

/** `config` inside the config: the execution parameters. */
export function parameters(config: JsonDocument): Json | undefined {
  return fieldOf(config.value, 'config');
}

export function hasConfig(archive: Archive): true | string {
  return configObjects(archive).length > 0 || 'the archive has no image with a readable config';
}

/** Index documents: `index.json` and those below it. */
export function indexes({ documents, indexes: nested }: Archive): readonly JsonDocument[] {
  const root = documents['index.json'];
  return [...(root ? [root] : []), ...(nested ?? [])];
}

/** Manifests that `index.json` reaches, once each, and the one that a docker-dir has instead. */
export function manifests({
  ociImages,
  dockerImages,
}: Archive): readonly { image: Image; manifest: JsonDocument }[] {
  return [...ociImages, ...dockerImages].flatMap((image) =>
    image.manifest ? [{ image, manifest: image.manifest }] : [],
  );
}

export function hasManifest(archive: Archive): true | string {
  return manifests(archive).length > 0 || 'no index.json or docker-dir leads to a manifest';
}

/** Whether the archive is an OCI layout, or the rest of one: then all of it must be there. */
export function isLayout({ documents, members }: Archive): true | string {
  // A docker archive may keep its files below blobs and be nothing else, as that of Bazel's rules_oci.
  const hasBlobs = members.some(({ path }) => /^(?:\.\/)?blobs(?:\/|$)/.test(path));
  const found =
    documents['oci-layout'] !== undefined ||
    documents['index.json'] !== undefined ||
    (hasBlobs && documents['manifest.json'] === undefined);
  return found || 'the archive is no OCI layout: it has no oci-layout, no index.json and no blobs folder';
}

export function hasIndex({ documents }: Archive): true | string {
  return documents['index.json'] !== undefined || 'the archive has no index.json';
}

/** Entries of `manifest.json`, in order, with the spelling of the specification. */
export function manifestEntries(archive: Archive): readonly (Json | undefined)[] {
  const known = ENTRIES.get(archive) ?? readManifestEntries(archive);
  ENTRIES.set(archive, known);
  return known;
}

/** Asked for once for each image: there may be ten thousand. */
const ENTRIES = new WeakMap<Archive, readonly (Json | undefined)[]>();

function readManifestEntries({ documents }: Archive): readonly (Json | undefined)[] {
  const value = documents['manifest.json']?.value;
  return isArray(value) ? value.map((entry) => withKeys(entry, ENTRY_KEYS)) : [];
}

export function isDockerArchive(archive: Archive): true | string {
  if (archive.documents['manifest.json'] === undefined) return 'the archive has no manifest.json';
  return (
    archive.fingerprint.profile !== 'docker-dir' || 'in a docker-dir, manifest.json is a registry manifest'
  );
}

/** Every layer that was read, once, with the first place an image names it at. */
export interface LayerUse {
  readonly layer: Layer;
  readonly where: Locator;
}

export function layerUses(archive: Archive): readonly LayerUse[] {
  const uses = new Map<string, LayerUse>();
  for (const image of allImages(archive)) {
    for (const { layer, position } of image.layers) {
      if (!layer || uses.has(layer.member)) continue;
      uses.set(layer.member, {
        layer,
        where: { image: imageKey(image), layer: position, member: layer.member },
      });
    }
  }
  return [...uses.values()];
}

export function hasLayer(archive: Archive): true | string {
  return layerUses(archive).length > 0 || 'the archive has no readable layer';
}

/** Of RFC 3339, as Go reads it: with capital letters, and without leap seconds. */
export function isDateTime(value: Json | undefined): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.test(
      value,
    ) &&
    isCalendarDay(value.slice(0, 10))
  );
}

function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Who wrote a config, told by its history; `undefined` when no Dockerfile builder did. */
export function builderOf(config: JsonDocument | undefined): 'buildkit' | 'classic' | undefined {
  for (const entry of listOf(config?.value, 'history')) {
    if (isBuildkitStep(entry)) return 'buildkit';
    if (stringOf(entry, 'created_by')?.startsWith('/bin/sh -c #(nop)')) return 'classic';
  }
  return undefined;
}

const isBuildkitStep = (entry: Json | undefined) => stringOf(entry, 'comment') === 'buildkit.dockerfile.v0';

/** The classic builder writes a RUN without `#(nop)`. podman writes an import as if it were an ADD. */
const isBuildStep = (entry: Json | undefined) =>
  isBuildkitStep(entry) ||
  (stringOf(entry, 'created_by')?.startsWith('/bin/sh -c ') === true &&
    stringOf(entry, 'comment') !== 'imported from tarball');

/** Layers that a step of a Dockerfile made. The layers of its base may have been imported from any tar. */
export function builtLayers(archive: Archive): readonly LayerUse[] {
  const built = new Set(
    allImages(archive).flatMap(({ config, layers }) => {
      const steps = listOf(config?.value, 'history').filter(
        (entry) => fieldOf(entry, 'empty_layer') !== true,
      );
      // Without one step for each layer, nobody knows which step made which.
      if (builderOf(config) === undefined) return [];
      if (steps.length !== layers.length) return layers.map(({ member }) => member);
      return layers.filter((_, position) => isBuildStep(steps[position])).map(({ member }) => member);
    }),
  );
  return layerUses(archive).filter(({ layer }) => built.has(layer.member));
}

export function hasBuiltLayer(archive: Archive): true | string {
  return (
    builtLayers(archive).length > 0 || 'no layer belongs to an image with the history of a Dockerfile build'
  );
}
