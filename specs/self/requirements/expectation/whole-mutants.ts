import {
  attestation,
  full,
  golden,
  lower,
  type Mutant,
  oci,
  program,
  readme,
  signature,
  upper,
  withConfig,
  withParameters,
} from './golden.ts';
import type { Beside, FileOf, ImageOf, OciOf } from './subject.ts';

/** Defects of extended attributes, and of what is stated of an image as a whole. */

function withProgram(change: Partial<FileOf>): Partial<ImageOf> {
  return { layers: [[{ ...program, ...change }], [readme], [lower], [upper]] };
}

function withOci(change: Partial<OciOf>): Partial<ImageOf> {
  return { oci: { ...oci, ...change } };
}

export function withManifest(change: object): Partial<ImageOf> {
  return withOci({ manifest: { ...oci.manifest, ...change } });
}

function withBeside(...beside: readonly Beside[]): Partial<ImageOf> {
  return withOci({ beside });
}

const [layer] = oci.manifest.layers;
const hidden = 'x'.repeat(300);

export const WHOLE_MUTANTS: readonly Mutant[] = [
  ...(
    [
      ['an extended attribute is lost', { 'user.any': 'x', 'security.capability': '' }],
      ['no extended attributes', {}],
      ['another value of an extended attribute', { ...program.xattrs, 'user.note': 'other' }],
      ['an extended attribute that must not be there', { ...program.xattrs, 'user.none': '' }],
      ['another capability', { ...program.xattrs, 'security.capability': '\u0001\0' }],
    ] as const
  ).map(([defect, xattrs]) => ({
    defect,
    image: withProgram({ xattrs }),
    noticedBy: ['expectation.file-xattrs'],
  })),
  {
    defect: 'an annotation of the index is lost',
    image: withOci({ index: {} }),
    noticedBy: ['expectation.annotations'],
  },
  {
    defect: 'an annotation of the descriptor is lost',
    image: withOci({ descriptor: { mediaType: oci.descriptor.mediaType } }),
    noticedBy: ['expectation.annotations'],
  },
  {
    defect: 'another annotation of the manifest',
    image: withManifest({ annotations: { 'org.opencontainers.image.version': '2.0' } }),
    noticedBy: ['expectation.annotations'],
  },
  {
    defect: 'an annotation that must not be there',
    image: withManifest({ annotations: { ...oci.manifest.annotations, secret: '' } }),
    noticedBy: ['expectation.annotations'],
  },
  {
    defect: 'an annotation of a layer is lost',
    image: withManifest({ layers: oci.manifest.layers.map(() => oci.manifest.layers[1]) }),
    noticedBy: ['expectation.annotations'],
  },
  {
    defect: 'no manifest that could have annotations',
    expectation: { annotations: full.annotations ?? {} },
    image: { oci: undefined },
    noticedBy: ['expectation.annotations'],
  },
  {
    defect: 'another media type of the manifest',
    image: withOci({
      descriptor: { ...oci.descriptor, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' },
    }),
    noticedBy: ['expectation.media-types'],
  },
  {
    defect: 'another media type of the config',
    image: withManifest({ config: { mediaType: 'application/vnd.docker.container.image.v1+json' } }),
    noticedBy: ['expectation.media-types'],
  },
  {
    defect: 'another media type of one layer',
    image: withManifest({
      layers: [layer, { ...layer, mediaType: 'application/vnd.docker.image.rootfs.diff.tar' }, layer, layer],
    }),
    noticedBy: ['expectation.media-types'],
  },
  {
    defect: 'a media type for a layer too many',
    expectation: { mediaTypes: { layers: oci.manifest.layers.map(({ mediaType }) => mediaType) } },
    image: { layers: golden.layers.slice(1) },
    noticedBy: ['expectation.media-types'],
  },
  {
    defect: 'another compression',
    image: { compression: 'gzip' },
    noticedBy: ['expectation.compression'],
  },
  {
    defect: 'a compression for a layer too many',
    expectation: { compression: ['none', 'none', 'none', 'none', 'none'] },
    image: {},
    noticedBy: ['expectation.compression'],
  },
  {
    defect: 'the attestations are lost',
    image: withBeside(signature),
    noticedBy: ['expectation.attestations'],
  },
  {
    defect: 'the attestations are about another image',
    image: withBeside(
      {
        ...attestation,
        descriptor: { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
      },
      signature,
    ),
    noticedBy: ['expectation.attestations'],
  },
  {
    defect: 'fewer attestations than are counted',
    expectation: { attestations: 3 },
    image: {},
    noticedBy: ['expectation.attestations'],
  },
  {
    defect: 'the signature is lost',
    image: withBeside(attestation),
    noticedBy: ['expectation.signatures'],
  },
  {
    defect: 'a signature of another kind',
    expectation: { signatures: ['application/vnd.dev.cosign.artifact.sig.v1+json'] },
    image: {},
    noticedBy: ['expectation.signatures'],
  },
  {
    defect: 'a layer beyond the largest size',
    image: withOci({}),
    expectation: { sizes: { maxLayerSize: 2047 } },
    noticedBy: ['expectation.sizes'],
  },
  {
    defect: 'an image beyond the largest size',
    image: {},
    expectation: { sizes: { maxSize: 8191 } },
    noticedBy: ['expectation.sizes'],
  },
  {
    defect: 'a layer too many for the bound',
    image: {},
    expectation: { sizes: { maxLayers: 3 } },
    noticedBy: ['expectation.sizes'],
  },
  {
    defect: 'bytes that a later layer replaces',
    image: { layers: [[program], [readme], [{ ...lower, content: hidden }], [upper]] },
    expectation: { sizes: { maxWasted: 299 } },
    noticedBy: ['expectation.sizes'],
  },
  {
    defect: 'bytes that a later layer hides',
    image: {
      layers: [[program], [{ path: 'cache/big', content: hidden }], [{ path: 'cache/.wh..wh..opq' }]],
    },
    expectation: { sizes: { maxWasted: 299 } },
    noticedBy: ['expectation.sizes'],
  },
  {
    defect: 'a forbidden path',
    image: { layers: [...golden.layers, [{ path: 'root/.npmrc' }]] },
    expectation: { forbidden: full.forbidden ?? [] },
    noticedBy: ['expectation.forbidden'],
  },
  {
    defect: 'a private key in a layer that a later one hides',
    image: {
      layers: [
        ...golden.layers,
        [{ path: 'key', content: 'a\n-----BEGIN RSA PRIVATE KEY-----\nb\n' }],
        [{ path: '.wh.key' }],
      ],
    },
    expectation: { forbidden: full.forbidden ?? [] },
    noticedBy: ['expectation.forbidden'],
  },
  {
    defect: 'a forbidden variable',
    image: withParameters({ Env: ['PATH=/bin', 'NOTE=hunter2'] }),
    expectation: { forbidden: full.forbidden ?? [] },
    noticedBy: ['expectation.forbidden'],
  },
  {
    defect: 'a forbidden label',
    image: withParameters({ Labels: { a: 'b', hunter2: '' } }),
    expectation: { forbidden: full.forbidden ?? [] },
    noticedBy: ['expectation.forbidden'],
  },
  {
    defect: 'a forbidden history line',
    image: withConfig({ history: [{ created_by: 'RUN echo hunter2' }] }),
    expectation: { forbidden: full.forbidden ?? [] },
    noticedBy: ['expectation.forbidden'],
  },
];
