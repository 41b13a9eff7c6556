import type { Archive, Image } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { defineArchiveObservations } from './define.ts';
import { elementsOf, fieldsOf, setOf } from './values.ts';

const PREDICATE = 'in-toto.io/predicate-type';

/** Media types, compression and attestations. */
export const MEDIA_TYPE_OBSERVATIONS = defineArchiveObservations([
  {
    id: 'observation.manifest-media-types',
    title: 'Media types of the image manifests',
    read: ({ ociImages }) => setOf(imagesOnly(ociImages).map(manifestMediaType)),
    advice: {
      means: 'Registries and tools that know only Docker types, or only OCI types, refuse the image.',
      do: 'Set oci-mediatypes on the exporter to what your consumers accept.',
    },
  },
  {
    id: 'observation.config-media-types',
    title: 'Media types of the configs',
    read: ({ ociImages }) =>
      setOf(
        imagesOnly(ociImages).flatMap(({ manifest }) => mediaTypeOf(fieldsOf(manifest?.value)['config'])),
      ),
    advice: {
      means: 'Tools that decide by the type of the config whether this is an image may decide otherwise.',
      do: 'Accept both the OCI and the Docker type.',
    },
  },
  {
    id: 'observation.layer-media-types',
    title: 'Media types of the layers',
    read: ({ ociImages }) =>
      setOf(
        imagesOnly(ociImages).flatMap(({ manifest }) =>
          elementsOf(fieldsOf(manifest?.value)['layers']).flatMap(mediaTypeOf),
        ),
      ),
    advice: {
      means: 'Strict tools refuse types that they do not know, and mixed families in one manifest.',
      do: 'Check the types with your strictest consumer before the upgrade.',
    },
  },
  {
    id: 'observation.layer-compression',
    title: 'Compression of the layers, measured',
    read: ({ layers }) => setOf([...layers.values()].map(({ compression }) => compression)),
    advice: {
      means:
        'Scripts that open layers as plain tar fail on compressed ones; digests of stored layers change.',
      do: 'Tell the compression from the first bytes, and compare diffIDs instead of stored digests.',
      cases: [
        {
          fits: (_, after) => elementsOf(after).every((form) => form === 'none'),
          means:
            'Scripts that decompress each layer fail on plain tar; archives grow, stored digests change.',
          do: 'Tell the compression from the first bytes, and compare diffIDs instead of stored digests.',
        },
      ],
    },
  },
  {
    id: 'observation.attestations',
    title: 'Attestations beside the images',
    read: attestationForm,
    advice: {
      means: 'Consumers that count manifests or take the first one may take the attestation for an image.',
      do: 'Choose by platform, and skip unknown/unknown; or build with --provenance=false.',
      cases: [
        {
          fits: (_, after) => after === 'none',
          means: 'Policies and verifiers that ask for an attestation beside the image find none.',
          do: 'Build with --provenance, by a builder and into a store that keep it.',
        },
      ],
    },
  },
  {
    id: 'observation.attestation-predicates',
    title: 'Predicate types of the attestations',
    read: ({ ociImages }) =>
      setOf(
        ociImages
          .filter(({ kind }) => kind === 'attestation')
          .flatMap(({ manifest }) => elementsOf(fieldsOf(manifest?.value)['layers']))
          .flatMap((layer) => {
            const predicate = fieldsOf(fieldsOf(layer)['annotations'])[PREDICATE];
            return typeof predicate === 'string' ? predicate : [];
          }),
      ),
    advice: {
      means: 'Verifiers and policies written for one version of a predicate do not read another.',
      do: 'Update the policy, or pin the version of the provenance.',
    },
  },
  {
    id: 'observation.manifest-annotations',
    title: 'Annotation keys on the image manifests',
    read: ({ ociImages }) =>
      setOf(
        imagesOnly(ociImages).flatMap(({ manifest }) =>
          Object.keys(fieldsOf(fieldsOf(manifest?.value)['annotations'])),
        ),
      ),
    advice: {
      means: 'An annotation with a time or a digest changes the digest of the manifest.',
      do: 'Compare config digests and diffIDs instead of manifest digests.',
    },
  },
  {
    id: 'observation.digest-algorithms',
    title: 'Digest algorithms of the blobs',
    read: ({ blobs }) => setOf(blobs.map(({ algorithm }) => algorithm)),
    advice: {
      means: 'Consumers that know sha256 only cannot verify, and may refuse, other digests.',
      do: 'Make sure that every consumer knows the algorithm.',
    },
  },
]);

function imagesOnly(images: readonly Image[]): readonly Image[] {
  return images.filter(({ kind }) => kind === 'image');
}

function manifestMediaType({ manifest, descriptor }: Image): string {
  const own = fieldsOf(manifest?.value)['mediaType'];
  return typeof own === 'string' ? own : `${descriptor?.mediaType ?? 'none'} (told by its descriptor only)`;
}

function mediaTypeOf(descriptor: Json | undefined): readonly string[] {
  const mediaType = fieldsOf(descriptor)['mediaType'];
  return typeof mediaType === 'string' ? [mediaType] : [];
}

function attestationForm({ ociImages }: Archive): Json {
  const forms = ociImages
    .filter(({ kind }) => kind === 'attestation')
    .map(({ manifest }) =>
      fieldsOf(manifest?.value)['artifactType'] === undefined ? 'as image manifests' : 'as OCI artifacts',
    );
  return forms.length === 0 ? 'none' : setOf(forms).join(' and ');
}
