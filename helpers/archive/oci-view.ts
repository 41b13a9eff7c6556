import type { Json } from '../common/json.ts';
import type { DocumentReader } from './documents.ts';
import {
  blobPath,
  describeUse,
  diffIdsOf,
  type UnfinishedDescriptor,
  type UnfinishedImage,
  type ViewDraft,
} from './drafts.ts';
import type { MemberStore } from './members.ts';
import type { Image, JsonDocument, ReadLimits } from './model.ts';
import { annotationOf, fieldOf, isObject, listOf, stringOf } from './oci/guards.ts';
import {
  ANNOTATION,
  ATTESTATION_ARTIFACT_TYPE,
  ATTESTATION_MANIFEST,
  CONFIG_TYPES,
  INDEX_TYPES,
  isOtherContent,
  LAYER_COMPRESSION,
  MANIFEST_TYPES,
  MEDIA_TYPE,
} from './oci/media-types.ts';
import type { ReportDamage } from './problems.ts';

/** Counts the descriptors and references that are followed. */
export interface ReferenceSteps {
  /** False when there are too many, of all or of the layers of one image; reported where it shows. */
  spend(member: string, layer?: number): boolean;
}

export function createSteps(
  { descriptors, layersOfImage }: ReadLimits,
  report: ReportDamage,
): ReferenceSteps {
  let steps = 0;
  return {
    spend(member, layer = 0) {
      if (layer >= layersOfImage) {
        if (layer === layersOfImage)
          report('limit-entries', { member }, `at most ${layersOfImage} layers of one image`, 'more');
        return false;
      }
      if (++steps <= descriptors) return true;
      if (steps === descriptors + 1)
        report('limit-entries', { member }, `at most ${descriptors} descriptors and references`, 'more');
      return false;
    },
  };
}

/** Reads every manifest that `index.json` reaches; a manifest reached twice is one image with all its names. */
export function walkOciView(
  index: JsonDocument | undefined,
  store: MemberStore,
  documents: DocumentReader,
  limits: ReadLimits,
  report: ReportDamage,
): ViewDraft {
  const images: UnfinishedImage[] = [];
  const descriptors: UnfinishedDescriptor[] = [];
  const indexes: JsonDocument[] = [];
  const walked = new Set<string>();
  const steps = createSteps(limits, report);
  const byManifest = new Map<string, { image: UnfinishedImage; names: Set<string> }>();
  if (index) walkIndex(index, [], []);
  return { images, descriptors, indexes };

  function walkIndex(document: JsonDocument, path: readonly string[], names: readonly string[]): void {
    // An index that is reached again only passes its names on.
    const isNew = !walked.has(document.member);
    walked.add(document.member);
    if (isNew && document !== index) indexes.push(document);
    const subject = fieldOf(document.value, 'subject');
    if (isNew && subject !== undefined && subject !== null)
      descriptors.push(describeUse({ member: document.member, pointer: '/subject' }, 'subject', subject));
    for (const [position, value] of listOf(document.value, 'manifests').entries()) {
      if (!steps.spend(document.member)) return;
      const where = { member: document.member, pointer: `/manifests/${position}` };
      const use = describeUse(where, 'manifest', value);
      if (isNew) descriptors.push(use);
      const own = path.length === 0 ? namesOf(value) : names;
      followManifest(use, path, own);
    }
  }

  function followManifest(
    use: UnfinishedDescriptor,
    path: readonly string[],
    names: readonly string[],
  ): void {
    const member = blobPath(use.digest);
    if (use.digest === undefined || member === undefined || isOtherContent(use.mediaType)) return;
    if (path.includes(use.digest)) {
      report('index-loop', use.where, 'an index that does not reach itself', use.digest);
      return;
    }
    if (path.length >= limits.indexDepth) {
      report('index-loop', use.where, `at most ${limits.indexDepth} indexes deep`, path.length + 1);
      return;
    }
    const known = byManifest.get(use.digest);
    if (known) {
      for (const name of names) {
        if (known.names.has(name)) continue;
        known.names.add(name);
        known.image.names.push(name);
      }
      return;
    }
    const document = documents.read(member);
    if (!document) return;
    const next = [...path, use.digest];
    if (isIndex(use, document.value)) walkIndex(document, next, names);
    else addImage(use, document, next, names);
  }

  function addImage(
    use: UnfinishedDescriptor,
    manifest: JsonDocument,
    path: readonly string[],
    names: readonly string[],
  ): void {
    const position = images.length;
    const place = { member: manifest.member, image: `index.json#${position}` };
    const configValue = fieldOf(manifest.value, 'config');
    const configUse = isObject(configValue)
      ? describeUse({ ...place, pointer: '/config' }, 'config', configValue)
      : undefined;
    if (configUse) descriptors.push(configUse);
    const subject = fieldOf(manifest.value, 'subject');
    if (subject !== undefined && subject !== null)
      descriptors.push(describeUse({ ...place, pointer: '/subject' }, 'subject', subject));
    const kind = manifestKind(use.value, manifest.value);
    const configMember = blobPath(configUse?.digest);
    // manifest.md: implementations must not attempt to parse a config of a type that they do not know.
    const config =
      configMember === undefined || kind === 'artifact' ? undefined : documents.read(configMember);
    const image: UnfinishedImage = {
      view: 'index.json',
      position,
      kind,
      names: [...names],
      path,
      descriptor: use,
      manifest,
      ...(config ? { config } : {}),
      diffIds: diffIdsOf(config),
      layers: [],
    };
    for (const [layer, value] of listOf(manifest.value, 'layers').entries()) {
      if (!steps.spend(manifest.member, layer)) break;
      const layerUse = describeUse({ ...place, pointer: `/layers/${layer}`, layer }, 'layer', value);
      descriptors.push(layerUse);
      const reference = stringOf(value, 'digest') ?? '';
      const member = blobPath(layerUse.digest);
      image.layers.push({
        position: layer,
        member: member === undefined ? '' : (store.find(member)?.name ?? store.resolve(member)),
        reference,
        descriptor: layerUse,
      });
    }
    images.push(image);
    if (use.digest !== undefined) byManifest.set(use.digest, { image, names: new Set(names) });
  }
}

/** Both naming annotations mean something else to each tool; containerd's is the fuller one. */
function namesOf(descriptor: Json): readonly string[] {
  const name =
    annotationOf(descriptor, ANNOTATION.containerdName) ?? annotationOf(descriptor, ANNOTATION.refName);
  return name === undefined ? [] : [name];
}

/** By the content's own `mediaType` or shape; the descriptor decides only when the content does not. */
function isIndex(use: UnfinishedDescriptor, value: Json | undefined): boolean {
  if (fieldOf(value, 'manifests') !== undefined) return true;
  if (fieldOf(value, 'layers') !== undefined || fieldOf(value, 'config') !== undefined) return false;
  const type = stringOf(value, 'mediaType') ?? use.mediaType ?? '';
  return INDEX_TYPES.includes(type) && !MANIFEST_TYPES.includes(type);
}

/** What a manifest is of: by its own types, and by the annotations of its descriptor. */
export function manifestKind(descriptor: Json, manifest: Json | undefined): Image['kind'] {
  const referenceType = annotationOf(descriptor, ANNOTATION.referenceType);
  if (referenceType === ATTESTATION_MANIFEST) return 'attestation';
  if (referenceType !== undefined) return 'artifact';
  const artifactType = stringOf(manifest, 'artifactType') ?? stringOf(descriptor, 'artifactType');
  if (artifactType === ATTESTATION_ARTIFACT_TYPE) return 'attestation';
  const configType = stringOf(fieldOf(manifest, 'config'), 'mediaType');
  if (artifactType !== undefined && !CONFIG_TYPES.includes(configType ?? '')) return 'artifact';
  const layerTypes = listOf(manifest, 'layers').map((layer) => stringOf(layer, 'mediaType') ?? '');
  return isForeignConfig(configType) || hasForeignLayers(layerTypes) ? 'artifact' : 'image';
}

/** Any other type than that of an image config; a missing or broken type leaves an image an image. */
function isForeignConfig(type: string | undefined): boolean {
  return type !== undefined && !CONFIG_TYPES.includes(type) && MEDIA_TYPE.test(type);
}

/** Signatures of cosign and early wasm modules borrow the type of an image config; their layers tell them apart. */
function hasForeignLayers(types: readonly string[]): boolean {
  return (
    types.length > 0 &&
    types.every((type) => /^application\/vnd\.(?!oci\.|docker\.|in-toto)/.test(type) && !/\btar\b/.test(type))
  );
}

/**
 * Whether a layer is read as a tar: in images, unless the type says otherwise. The layers of artifacts are not judged:
 * oras gave the type of a tar layer to any file.
 */
export function isTarLayer(kind: Image['kind'], mediaType: string | undefined): boolean {
  if (kind === 'artifact') return false;
  if (mediaType !== undefined && Object.hasOwn(LAYER_COMPRESSION, mediaType)) return true;
  return kind === 'image' && !/[+/]json$/.test(mediaType ?? '');
}
