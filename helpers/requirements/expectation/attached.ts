import { imageKey } from '../../archive/images.ts';
import type { Archive, Image } from '../../archive/model.ts';
import { annotationOf, entriesOf, fieldOf, listOf, stringOf } from '../../archive/oci/guards.ts';
import { ANNOTATION, CONFIG_TYPES, IN_TOTO_TYPE } from '../../archive/oci/media-types.ts';
import type { Json } from '../../common/json.ts';
import type { Violation } from '../outcome.ts';
import { stated } from './config.ts';
import { manifestsOf } from './manifests.ts';

/** Statements about an image and signatures of it that the archive holds beside it. */
interface Attached {
  /** Predicate type of each statement. */
  readonly attestations: readonly string[];
  /** Artifact type of each signature, or the media type of its payload. */
  readonly signatures: readonly string[];
}

export function attachedTo(archive: Archive, image: Image): Attached {
  const digests = new Set(manifestsOf(archive, image).flatMap(({ path }) => path));
  const about = archive.ociImages.filter((other) => other.kind !== 'image' && isAbout(other, digests));
  const all = about.flatMap(statementsOf);
  return {
    attestations: all.flatMap(({ is, kind }) => (is === 'attestation' ? [kind] : [])),
    signatures: all.flatMap(({ is, kind }) => (is === 'signature' ? [kind] : [])),
  };
}

/** Of a list exactly these kinds, in any order; else how many. */
export function* compareAttached(
  archive: Archive,
  image: Image,
  what: keyof Attached,
  expected: number | readonly string[],
): Iterable<Violation> {
  const found = [...attachedTo(archive, image)[what]].sort();
  const holds =
    typeof expected === 'number'
      ? expected === found.length
      : JSON.stringify([...expected].sort()) === JSON.stringify(found);
  if (holds) return;
  yield {
    where: { image: imageKey(image) },
    expected: { value: expected, from: stated(`/${what}`) },
    actual: {
      value: typeof expected === 'number' ? found.length : found,
      from: `${what} of this image that index.json leads to`,
    },
  };
}

/** containerd notes the subject of a referrer in index.json. */
const CONTAINERD_SUBJECT = 'io.containerd.manifest.subject';
/** `cosign save` marks what it adds to the layout of one image. */
const COSIGN_KIND = 'kind';

/** Whether a manifest speaks of one of these, by any of the ways in which tools say it. */
function isAbout({ descriptor, manifest, names }: Image, digests: ReadonlySet<string>): boolean {
  const told = [
    stringOf(fieldOf(manifest?.value, 'subject'), 'digest'),
    annotationOf(descriptor?.value, ANNOTATION.referenceDigest),
    annotationOf(descriptor?.value, CONTAINERD_SUBJECT),
    ...names.map(digestOfTag),
  ];
  if (told.some((digest) => digest !== undefined && digests.has(digest))) return true;
  const kind = annotationOf(descriptor?.value, COSIGN_KIND);
  return (
    kind?.startsWith('dev.cosignproject.cosign/') === true && told.every((digest) => digest === undefined)
  );
}

/** cosign names a signature by the digest that it signs: `sha256-<hex>.sig`. */
function digestOfTag(name: string): string | undefined {
  const [, algorithm, hex] =
    /(?:^|[:/])(sha256|sha512)-([0-9a-f]{64,128})\.(?:sig|att|sbom)$/.exec(name) ?? [];
  return hex === undefined ? undefined : `${algorithm}:${hex}`;
}

interface Statement {
  readonly is: 'attestation' | 'signature';
  readonly kind: string;
}

const ENVELOPES: readonly string[] = [IN_TOTO_TYPE, 'application/vnd.dsse.envelope.v1+json'];
const SIGNATURE_TYPES =
  /^application\/vnd\.(?:cncf\.notary\.signature|dev\.cosign\.(?:artifact\.sig|simplesigning)\.v1\+json)$/;
const BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle[.+]/;
const BUNDLE_PREDICATE = 'dev.sigstore.bundle.predicateType';
/** What cosign signs an image with since its version 3 has the form of an attestation. */
const COSIGN_SIGN = 'https://sigstore.dev/cosign/sign/v1';

/** One for each layer: every one is an envelope, a payload or a bundle of its own. */
function statementsOf({ manifest }: Image): readonly Statement[] {
  const value = manifest?.value;
  const artifactType = stringOf(value, 'artifactType') ?? foreignConfigOf(value);
  return listOf(value, 'layers').flatMap((layer): readonly Statement[] => {
    const type = stringOf(layer, 'mediaType') ?? '';
    if (ENVELOPES.includes(type)) return [{ is: 'attestation', kind: predicateOf(layer) ?? type }];
    if (BUNDLE.test(type) || BUNDLE.test(artifactType ?? '')) return [bundleOf(value, artifactType ?? type)];
    if (SIGNATURE_TYPES.test(artifactType ?? type) || SIGNATURE_TYPES.test(type))
      return [{ is: 'signature', kind: artifactType ?? type }];
    return [];
  });
}

function bundleOf(manifest: Json | undefined, type: string): Statement {
  const predicate = annotationOf(manifest, BUNDLE_PREDICATE);
  return predicate === undefined || predicate === COSIGN_SIGN
    ? { is: 'signature', kind: type }
    : { is: 'attestation', kind: predicate };
}

/** BuildKit calls it `in-toto.io/predicate-type`, cosign `predicateType`. */
function predicateOf(layer: Json): string | undefined {
  const annotations = fieldOf(layer, 'annotations');
  const [, type] =
    entriesOf(annotations).find(
      ([name]) => name === 'in-toto.io/predicate-type' || name === 'predicateType',
    ) ?? [];
  return typeof type === 'string' ? type : undefined;
}

function foreignConfigOf(manifest: Json | undefined): string | undefined {
  const type = stringOf(fieldOf(manifest, 'config'), 'mediaType');
  return type === undefined || CONFIG_TYPES.includes(type) ? undefined : type;
}
