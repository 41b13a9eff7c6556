import type { Archive, Image } from '../../archive/model.ts';
import { fieldOf, stringOf } from '../../archive/oci/guards.ts';
import { ANNOTATION, ATTESTATION_MANIFEST } from '../../archive/oci/media-types.ts';
import { cite, defineForArchive, violationAt } from './support.ts';

const DOCUMENT = 'docs/attestations/attestation-storage.md';
const DESCRIPTOR = `${DOCUMENT}#attestation-manifest-descriptor`;

const hasAttestation = (archive: Archive) =>
  attestations(archive).length > 0 || 'the archive has no attestation manifest in an index';

/** Attestation manifests, as BuildKit stores them beside the image that they speak of. */
export const ATTESTATION_REQUIREMENTS = defineForArchive([
  {
    id: 'attestation.platform',
    title: 'The descriptor of every attestation has the platform unknown/unknown',
    level: 'practice',
    source: cite(
      'buildkit',
      DESCRIPTOR,
      'the `platform` property of the attestation manifest\nwill be set to `unknown/unknown`',
    ),
    aliases: ['O13'],
    consequence: 'An engine may pull or run the attestation as if it were an image.',
    when: hasAttestation,
    *check(archive) {
      for (const { descriptor } of attestations(archive)) {
        const platform = fieldOf(descriptor.value, 'platform');
        const actual = `${stringOf(platform, 'os') ?? '(none)'}/${stringOf(platform, 'architecture') ?? '(none)'}`;
        if (actual !== 'unknown/unknown')
          yield violationAt(descriptor.where, 'unknown/unknown', actual, 'platform of the descriptor');
      }
    },
  },
  {
    id: 'attestation.reference-type',
    title: 'A reference type, where it is set, is attestation-manifest',
    level: 'practice',
    source: cite(
      'buildkit',
      DESCRIPTOR,
      'If any other value is specified, the entire\n  manifest should be ignored.',
    ),
    aliases: ['O13'],
    consequence: 'Consumers are to ignore the manifest: an attestation in it (provenance, SBOM) is lost.',
    when: ({ descriptors }) =>
      descriptors.some(({ value }) => annotation(value, ANNOTATION.referenceType) !== undefined) ||
      'no descriptor has a reference type',
    *check({ descriptors }) {
      for (const { where, value } of descriptors) {
        const type = annotation(value, ANNOTATION.referenceType);
        if (type !== undefined && type !== ATTESTATION_MANIFEST)
          yield violationAt(where, ATTESTATION_MANIFEST, type, `annotation ${ANNOTATION.referenceType}`);
      }
    },
  },
  {
    id: 'attestation.reference-digest',
    title: 'Every attestation names an image of the same index',
    level: 'practice',
    source: cite(
      'buildkit',
      DESCRIPTOR,
      'This annotation will contain the digest of the object in the image index that\n  the attestation manifest refers to.',
    ),
    aliases: ['O13'],
    consequence: 'Nobody can tell which image the attestation is about, so no policy can accept it.',
    when: hasAttestation,
    *check(archive) {
      for (const { descriptor } of attestations(archive)) {
        const digest = annotation(descriptor.value, ANNOTATION.referenceDigest);
        if (digest !== undefined && hasSubject(archive, descriptor.where.member, digest)) continue;
        yield violationAt(
          descriptor.where,
          'the digest of an image in the same index',
          digest,
          `annotation ${ANNOTATION.referenceDigest}`,
        );
      }
    },
  },
  {
    id: 'attestation.subject',
    title: 'subject of an attestation is the manifest that its descriptor names',
    level: 'consumer',
    source: cite('buildkit', DESCRIPTOR, 'the `subject` descriptor\npoints to the target image manifest'),
    aliases: ['O13', 'R27'],
    consequence: 'Registries list the attestation under another image than the index does.',
    when: (archive) =>
      attestations(archive).some(({ image }) => fieldOf(image.manifest?.value, 'subject') !== undefined) ||
      'no attestation manifest has a subject',
    *check(archive) {
      for (const { image, descriptor } of attestations(archive)) {
        const subject = stringOf(fieldOf(image.manifest?.value, 'subject'), 'digest');
        const digest = annotation(descriptor.value, ANNOTATION.referenceDigest);
        if (subject === undefined || digest === undefined || subject === digest) continue;
        if (!hasSubject(archive, descriptor.where.member, digest)) continue;
        yield violationAt(
          { member: image.manifest?.member ?? '', pointer: '/subject/digest' },
          digest,
          subject,
          'subject of the manifest',
          `annotation ${ANNOTATION.referenceDigest}`,
        );
      }
    },
  },
  {
    id: 'attestation.order',
    title: 'Attestations stand after the images of their index',
    level: 'practice',
    source: cite('buildkit', DESCRIPTOR, 'in the `manifests` key, after all the original runnable manifests'),
    aliases: ['O13'],
    consequence: 'Clients that take the first manifest of an index get the attestation instead of the image.',
    when: hasAttestation,
    *check(archive) {
      // The last image of each index is after whatever any image is after.
      const last = new Map<string | undefined, (typeof archive.ociImages)[number]>();
      for (const image of archive.ociImages) {
        const { member, pointer } = image.descriptor?.where ?? {};
        if (image.kind !== 'image') continue;
        if (positionOf(pointer) >= positionOf(last.get(member)?.descriptor?.where.pointer))
          last.set(member, image);
      }
      for (const { descriptor } of attestations(archive)) {
        const late = last.get(descriptor.where.member);
        if (late && positionOf(late.descriptor?.where.pointer) > positionOf(descriptor.where.pointer))
          yield violationAt(
            descriptor.where,
            `after ${late.descriptor?.where.pointer}`,
            descriptor.where.pointer,
            'order of the index',
          );
      }
    },
  },
  {
    id: 'attestation.unique',
    title: 'No image of an index has two attestation manifests',
    level: 'practice',
    source: cite(
      'buildkit',
      `${DOCUMENT}#attestation-manifest`,
      'with all of the attestations in a manifest applying to a single platform\nmanifest',
    ),
    aliases: ['O13'],
    consequence: 'Consumers read one of the two manifests, and miss the attestations of the other.',
    when: hasAttestation,
    *check(archive) {
      const seen = new Map<string, string>();
      const root = archive.documents['index.json']?.member;
      for (const descriptor of archive.descriptors) {
        const digest = annotation(descriptor.value, ANNOTATION.referenceDigest);
        if (digest === undefined || descriptor.role !== 'manifest' || descriptor.where.member === root)
          continue;
        const key = `${descriptor.where.member} ${digest}`;
        const first = seen.get(key);
        if (first !== undefined)
          yield violationAt(
            descriptor.where,
            `only ${first}`,
            digest,
            `annotation ${ANNOTATION.referenceDigest}`,
          );
        else seen.set(key, descriptor.where.pointer ?? '');
      }
    },
  },
]);

function annotation(value: Parameters<typeof fieldOf>[0], name: string): string | undefined {
  return stringOf(fieldOf(value, 'annotations'), name);
}

/**
 * Attestations listed in an index beside images. Since Docker 29.1, those in `index.json` itself are referrers
 * (`io.containerd.manifest.subject`), which follow other rules.
 */
function attestations({ ociImages, documents }: Archive) {
  const root = documents['index.json']?.member;
  return ociImages.flatMap((image: Image) => {
    const { kind, descriptor } = image;
    if (kind !== 'attestation' || !descriptor) return [];
    const isReferrer =
      descriptor.where.member === root &&
      annotation(descriptor.value, 'io.containerd.manifest.subject') !== undefined;
    return isReferrer ? [] : [{ image, descriptor }];
  });
}

/** Whether that index lists that digest, and not for an attestation: none speaks of itself or of another. */
function hasSubject(archive: Archive, member: string | undefined, digest: string): boolean {
  let subjects = SUBJECTS.get(archive);
  if (!subjects) {
    subjects = findSubjects(archive);
    SUBJECTS.set(archive, subjects);
  }
  return subjects.has(`${member} ${digest}`);
}

const SUBJECTS = new WeakMap<Archive, ReadonlySet<string>>();

function findSubjects({ descriptors }: Archive): ReadonlySet<string> {
  return new Set(
    descriptors.flatMap(({ role, where, value, digest }) =>
      role === 'manifest' && digest !== undefined && annotation(value, ANNOTATION.referenceType) === undefined
        ? [`${where.member} ${digest}`]
        : [],
    ),
  );
}

function positionOf(pointer: string | undefined): number {
  return Number(pointer?.split('/').at(-1) ?? -1);
}
