import { expect, test } from 'vitest';
import { attachedTo } from '../../../../helpers/requirements/expectation/attached.ts';
import { attestation, golden, oci, signature } from './golden.ts';
import { archiveOf, type Beside, MANIFEST_DIGEST } from './subject.ts';

const subject = { digest: MANIFEST_DIGEST };
const [algorithm, hex] = MANIFEST_DIGEST.split(':');
const TAG = `ghcr.io/x/y:${algorithm}-${hex}`;
const SIMPLE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const cosign = { config: { mediaType: 'application/vnd.oci.image.config.v1+json' } };

function bundleOf(predicate: string): Beside {
  return {
    descriptor: {},
    manifest: {
      artifactType: BUNDLE,
      config: { mediaType: 'application/vnd.oci.empty.v1+json' },
      subject,
      annotations: { 'dev.sigstore.bundle.predicateType': predicate },
      layers: [{ mediaType: BUNDLE }],
    },
  };
}

test.each<readonly [string, Beside, readonly string[], readonly string[]]>([
  [
    'the attestations of BuildKit',
    attestation,
    ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v0.2'],
    [],
  ],
  ['a signature of notation', signature, [], ['application/vnd.cncf.notary.signature']],
  [
    'signatures of cosign, found by their tag',
    {
      descriptor: { annotations: { 'org.opencontainers.image.ref.name': `${TAG}.sig` } },
      manifest: { ...cosign, layers: [{ mediaType: SIMPLE }, { mediaType: SIMPLE }] },
    },
    [],
    [SIMPLE, SIMPLE],
  ],
  [
    'a signature that cosign save puts beside its image',
    {
      descriptor: { annotations: { kind: 'dev.cosignproject.cosign/sigs' } },
      manifest: { ...cosign, layers: [{ mediaType: SIMPLE }] },
    },
    [],
    [SIMPLE],
  ],
  [
    'an attestation of cosign, found by containerd',
    {
      descriptor: {
        artifactType: 'application/vnd.dsse.envelope.v1+json',
        annotations: { 'io.containerd.manifest.subject': MANIFEST_DIGEST },
      },
      manifest: {
        config: { mediaType: 'application/vnd.oci.empty.v1+json' },
        layers: [
          {
            mediaType: 'application/vnd.dsse.envelope.v1+json',
            annotations: { predicateType: 'https://cyclonedx.org/bom' },
          },
        ],
      },
    },
    ['https://cyclonedx.org/bom'],
    [],
  ],
  ['a signature in a bundle of cosign 3', bundleOf('https://sigstore.dev/cosign/sign/v1'), [], [BUNDLE]],
  [
    'an attestation in a bundle',
    bundleOf('https://slsa.dev/provenance/v1'),
    ['https://slsa.dev/provenance/v1'],
    [],
  ],
  [
    'a chart, which is neither',
    {
      descriptor: {},
      manifest: { config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' }, subject, layers: [{}] },
    },
    [],
    [],
  ],
  [
    'a signature of another image',
    { ...signature, manifest: { ...signature.manifest, subject: { digest: `sha256:${'b'.repeat(64)}` } } },
    [],
    [],
  ],
])('%s', (_, beside, attestations, signatures) => {
  const archive = archiveOf({ ...golden, oci: { ...oci, beside: [beside] } });
  const [image] = archive.dockerImages;
  if (!image) throw new Error('no image');
  expect(attachedTo(archive, image)).toEqual({ attestations, signatures });
});
