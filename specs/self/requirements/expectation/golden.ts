import { readFileSync } from 'node:fs';
import type { Expectation } from '../../../../helpers/requirements/expectation/expectation-model.ts';
import { parseExpectation } from '../../../../helpers/requirements/expectation/read-expectation.ts';
import { type Beside, elfOf, type FileOf, type ImageOf, MANIFEST_DIGEST, type OciOf } from './subject.ts';

const FIXTURE = new URL('../../../../fixtures/hello/expectation.json', import.meta.url);
export const hello = parseExpectation(readFileSync(FIXTURE, 'utf8'), 'fixtures/hello/expectation.json');

export const HEALTHCHECK = { Test: ['CMD', '/hello'], Interval: 1_000_000_000 };

/** The documented image with everything that an expectation can state. */
export const full: Expectation = {
  ...hello,
  tags: ['hello'],
  platform: { os: 'linux', architecture: 'amd64', 'os.version': '10.0.1', 'os.features': ['win32k', 'a'] },
  layers: (hello.layers ?? []).map((layer) => ({
    files: (layer.files ?? []).map((file) => ({
      ...file,
      mode: file.path === 'hello' ? '0755' : '0644',
      uid: 0,
      gid: 0,
      mtime: file.path === 'hello' ? 1.5 : 0,
      ...(file.path === 'hello' && {
        xattrs: {
          'user.note': 'text',
          'user.any': '*',
          'user.none': null,
          'security.capability': '0x010000020004000000000000000000000000ff00',
        },
      }),
    })),
  })),
  config: {
    ...hello.config,
    Env: ['PATH=/bin'],
    Labels: { a: 'b' },
    User: '',
    WorkingDir: '/',
    ExposedPorts: ['80/tcp'],
    StopTimeout: 5,
    Healthcheck: HEALTHCHECK,
    Shell: ['/shell', '-c'],
    OnBuild: null,
    ArgsEscaped: null,
  },
  annotations: {
    index: { 'index.note': 'i' },
    descriptor: { 'io.containerd.image.name': '*' },
    manifest: { 'org.opencontainers.image.version': '1.0', secret: null },
    layers: [{ 'layer.note': 'l' }, {}],
  },
  mediaTypes: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layers: 'application/vnd.oci.image.layer.v1.tar',
  },
  compression: 'none',
  attestations: ['https://slsa.dev/provenance/v0.2', 'https://spdx.dev/Document'],
  signatures: 1,
  sizes: { maxSize: 10_000, maxLayerSize: 3000, maxLayers: 5, maxWasted: 2 },
  forbidden: ['BEGIN [A-Z ]*PRIVATE KEY', { pattern: '(?:^|/)\\.npmrc$', in: ['paths'] }, 'hunter\\d'],
};

/** The reader of tars writes a byte that is no UTF-8 as U+FFFD and its digits. */
const XATTRS = {
  'user.note': 'text',
  'user.any': 'x',
  'security.capability': `\u0001\0\0\u0002\0\u0004${'\0'.repeat(12)}\uFFFDff\0`,
};

export const program: FileOf = {
  path: 'hello',
  mode: 0o755,
  content: elfOf('amd64'),
  mtime: 1.5,
  xattrs: XATTRS,
};
export const readme: FileOf = { path: 'README.md', content: '# hello\n' };
export const lower: FileOf = { path: 'final.txt', content: 'a\n' };
export const upper: FileOf = { path: 'final.txt', content: 'b\n' };

export const config = {
  os: 'linux',
  architecture: 'amd64',
  'os.version': '10.0.1',
  'os.features': ['a', 'win32k'],
  config: {
    Cmd: ['/hello'],
    Env: ['PATH=/bin'],
    Labels: { a: 'b' },
    WorkingDir: '/',
    ExposedPorts: { '80/tcp': {} },
    StopTimeout: 5,
    Healthcheck: { ...HEALTHCHECK, Timeout: 0 },
    Shell: ['/shell', '-c'],
    OnBuild: [],
    ArgsEscaped: false,
  },
  history: [
    'COPY hello /',
    'COPY README.md /',
    'COPY a.txt /final.txt',
    'COPY b.txt /final.txt',
    'CMD ["/hello"]',
  ].map((created_by) => ({ created_by })),
};

const LAYER = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: `sha256:${'1'.repeat(64)}`,
  size: 1,
};

export const attestation = {
  descriptor: {
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': MANIFEST_DIGEST,
    },
  },
  manifest: {
    config: { mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v0.2'].map((type) => ({
      mediaType: 'application/vnd.in-toto+json',
      annotations: { 'in-toto.io/predicate-type': type },
    })),
  },
} satisfies Beside;

export const signature = {
  descriptor: {},
  manifest: {
    config: { mediaType: 'application/vnd.cncf.notary.signature' },
    subject: { digest: MANIFEST_DIGEST },
    layers: [{ mediaType: 'application/jose+json' }],
  },
} satisfies Beside;

export const oci = {
  index: { annotations: { 'index.note': 'i' } },
  descriptor: {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    annotations: { 'io.containerd.image.name': 'docker.io/library/hello:latest' },
  },
  manifest: {
    config: { mediaType: 'application/vnd.oci.image.config.v1+json' },
    annotations: { 'org.opencontainers.image.version': '1.0', other: 'o' },
    layers: [{ ...LAYER, annotations: { 'layer.note': 'l' } }, LAYER, LAYER, LAYER],
  },
  beside: [attestation, signature],
} satisfies OciOf;

export const golden: ImageOf = {
  names: ['hello:latest'],
  layers: [[program], [readme], [lower], [upper]],
  config,
  oci,
};

export interface Mutant {
  readonly defect: string;
  readonly image: Partial<ImageOf>;
  readonly noticedBy: readonly string[];
  /** Default: everything stated. */
  readonly expectation?: Expectation;
}

export function withConfig(change: object): Partial<ImageOf> {
  return { config: { ...config, ...change } };
}

export function withParameters(change: object): Partial<ImageOf> {
  return withConfig({ config: { ...config.config, ...change } });
}
