import type { Json } from '../../../helpers/common/json.ts';
import type { GateReport } from '../../../helpers/report/gate-model.ts';
import type {
  ArchiveImageReport,
  ArchiveReport,
  EngineReport,
  Report,
  RequirementReport,
  SubjectReport,
} from '../../../helpers/report/report-model.ts';
import type { Level } from '../../../helpers/requirements/define.ts';
import type { Finding, Status } from '../../../helpers/requirements/outcome.ts';

/** A report like a real one, of any size, always the same for the same options: for tests and the browser. */
export interface ExampleOptions {
  readonly engines: number;
  readonly requirements: number;
  /** Builders and savers of each engine. */
  readonly variants: number;
  readonly seed?: number;
}

/** Names that try to be more than text. */
export const HOSTILE = {
  markup: '<img src=x onerror="document.title=\'hacked\'">',
  script: '</script><script>document.title="hacked"</script>',
  bidi: 'invoice\u202etxt.exe',
  ansi: '\u001b[31mred\u001b[0m',
  markdown: '[click](javascript:alert(1)) @everyone | `code` ```',
  command: 'name\n::error::forged\r\n::set-output name=a::b',
  xml: ']]> & \u0000 \uffff "quoted"',
} as const;

const STEPS = ['compile', 'builders', 'build', 'run', 'save', 'shell', 'load', 'archive'] as const;
const SUBJECTS = ['tar', 'layout', 'manifest', 'config', 'layer', 'agreement', 'time', 'flow'] as const;
const PREDICATES = [
  'names its layers in order',
  'has the digest that its descriptor states',
  'lists every layer once',
  'keeps the modes of the build context',
  'ends with two blocks of zeros',
  'agrees in both views',
  'holds a platform',
  'states sizes that are true',
  'refers only to what is there',
  'prints the expectedImage text',
  'has an exit status of zero',
  'carries no absolute path',
  'is the same after save and load',
] as const;
const LEVELS: readonly Level[] = ['must', 'must', 'should', 'consumer', 'practice', 'expectation'];
const BUILDERS = ['buildx', 'docker-build', 'classic-api', 'buildkit-api'] as const;
const SAVERS = ['docker-save', 'buildx-oci', 'buildx-docker'] as const;

export function exampleReport(options: ExampleOptions): Report {
  const random = randomNumbers(options.seed ?? 1);
  const engines = Array.from({ length: options.engines }, (_, position) => exampleEngine(position));
  const requirements = Array.from({ length: options.requirements }, (_, position) =>
    exampleRequirement(position),
  );
  const available = engines.filter((engine) => engine.available);
  const subjects = available.flatMap((engine) =>
    Array.from({ length: options.variants }, (_, variant) =>
      exampleSubject(engine, variant, requirements, random),
    ),
  );
  const failing = subjects.some(({ outcomes }) => outcomes.some(({ status }) => status === 'fail'));
  return {
    version: 1,
    kind: 'matrix',
    suite: { name: 'scratch-conformance', version: '0.1.0' },
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 93_400,
    command: 'npm run matrix',
    verdict: failing ? 'does-not-conform' : 'conforms',
    engines,
    subjects,
    requirements,
    observations: subjects.flatMap(({ id }, position) => [
      {
        id: 'layout',
        subject: id,
        value: position % 2 === 0 ? 'docker archive' : ['docker archive', 'OCI layout'],
      },
      { id: 'layer.compression', subject: id, value: 'none' },
    ]),
    archives: subjects.map(({ id }, position) => exampleArchive(id, position)),
  };
}

function exampleEngine(position: number): EngineReport {
  const name =
    position === 0
      ? 'docker-28-containerd'
      : position % 3 === 2
        ? `podman-${3 + position / 10}`
        : `docker-${20 + position}`;
  const docker = name.startsWith('docker');
  return {
    name,
    available: position % 19 !== 18,
    ...(position % 19 === 18 && { reason: 'The packages of its suite could not be fetched.' }),
    origin: 'rootfs',
    stack: {
      engine: docker ? 'Docker' : 'podman',
      version: docker ? `${20 + position}.1.${position}` : `5.${position}.0`,
      store: position === 0 ? 'containerd' : 'overlay2',
      ...(docker && { buildx: `0.${10 + position}.0`, buildkit: `v0.${8 + position}.0`, api: '1.44' }),
      kernel: '6.1.0',
      platform: 'linux/amd64',
    },
    startMs: 1200 + position,
  };
}

function exampleRequirement(position: number): RequirementReport {
  const subject = SUBJECTS[position % SUBJECTS.length] ?? 'tar';
  const predicate = PREDICATES[position % PREDICATES.length] ?? '';
  const step = STEPS[Math.floor((position / 100) * STEPS.length) % STEPS.length] ?? 'save';
  return {
    id: `${subject}.${predicate.split(' ').slice(0, 4).join('-')}-${position}`,
    title: `The ${subject} ${predicate}`,
    level: LEVELS[position % LEVELS.length] ?? 'must',
    step,
    source: {
      document: 'image-spec',
      section: 'descriptor.md',
      quote: 'The digest property of a Descriptor acts as a content identifier.',
      url: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests',
    },
    consequence:
      'Tools that check digests refuse the image. Build it again with another engine, or load it there.',
  };
}

/** Trouble comes by engine and requirement, as in life: a broken engine breaks the same thing with every builder. */
function statusFor(engine: number, requirement: number, random: () => number): Status {
  if (requirement % 11 === 5) return 'not-applicable';
  if (engine % 3 === 2 && requirement % 13 === 4) return 'unsupported';
  if (requirement % 17 === 3 && engine % 4 === 1) return 'fail';
  if (requirement % 29 === 7 && engine % 5 === 1) return 'known';
  if (requirement % 31 === 9 && engine % 20 === 1) return 'error';
  if (requirement % 37 === 11 && engine % 20 === 3) return 'fixed';
  return random() < 0.02 ? 'warn' : 'pass';
}

function exampleSubject(
  { name }: EngineReport,
  variant: number,
  requirements: readonly RequirementReport[],
  random: () => number,
): SubjectReport {
  const builder = BUILDERS[variant % BUILDERS.length] ?? 'buildx';
  const saver = SAVERS[Math.floor(variant / BUILDERS.length) % SAVERS.length] ?? 'docker-save';
  const id = `${name}/${builder}/${saver}`;
  const engine = Number(name.replace(/\D/g, ''));
  return {
    id,
    engine: name,
    builder,
    saver,
    archive: id,
    outcomes: requirements.map((requirement, position) => {
      const status = statusFor(engine, position, random);
      return {
        id: requirement.id,
        status,
        ...reasonFor(status),
        findings: ['fail', 'known', 'warn'].includes(status) ? [exampleFinding(requirement, position)] : [],
        ...((status === 'known' || status === 'fixed') && { deviation: 'docker-save-drops-layer-source' }),
        durationMs: Math.round(random() * 40) / 10,
      };
    }),
  };
}

function reasonFor(status: Status): { readonly reason?: string } {
  if (status === 'not-applicable') return { reason: 'The archive has no index.json.' };
  if (status === 'unsupported') return { reason: 'podman has no BuildKit.' };
  return status === 'error' ? { reason: 'The engine did not answer within 30 s.' } : {};
}

function exampleFinding({ title }: RequirementReport, position: number): Finding {
  const digest = (digit: number) => `sha256:${((digit % 15) + 1).toString(16).repeat(64)}`;
  const expected: Json = position % 2 === 0 ? digest(position) : ['layer.tar', 'second/layer.tar'];
  const actual: Json = position % 2 === 0 ? digest(position + 1) : ['second/layer.tar', 'layer.tar'];
  return {
    where: { image: 'manifest.json#0', layer: position % 4, member: 'manifest.json', pointer: '/0/Layers' },
    expected: { value: expected, from: 'config rootfs.diff_ids' },
    actual: { value: actual, from: 'sha256(blobs/sha256/ab12)' },
    message: `${title}, but at layers[${position % 4}] the value is another one.`,
  };
}

/** Four layers of growing size; the last hides a file of the first. One archive has hostile names. */
export function exampleArchive(id: string, position: number): ArchiveReport {
  const digest = (part: number) => `sha256:${(((position + part) % 15) + 1).toString(16).repeat(64)}`;
  const names =
    position === 0
      ? [HOSTILE.markup, HOSTILE.script, HOSTILE.bidi, 'final.txt']
      : ['hello', 'README.md', 'final.txt', 'final.txt'];
  const layers: ArchiveImageReport['layers'] = names.map((name, layer) => ({
    member: `blobs/sha256/${digest(layer).slice(7)}`,
    digest: digest(layer),
    diffId: digest(layer),
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    compression: 'none',
    size: 2048 * 4 ** layer,
    uncompressedSize: 2048 * 4 ** layer,
    entries: [
      {
        path: name,
        type: 'file',
        mode: 0o100644,
        uid: 0,
        gid: 0,
        size: 1024 * layer,
        effect: layer === 3 ? 'replaces' : 'adds',
      },
      ...(layer === 3
        ? [
            {
              path: '.wh.hello',
              type: 'file',
              mode: 0o644,
              uid: 0,
              gid: 0,
              size: 0,
              effect: 'hides' as const,
            },
          ]
        : []),
    ],
    omitted: 0,
  }));
  const manifest = `blobs/sha256/${digest(5).slice(7)}`;
  const config = `blobs/sha256/${digest(6).slice(7)}`;
  const content = [config, ...layers.map(({ member }) => member)];
  const member = (name: string, size: number, refersTo: readonly string[] = []) => ({
    name,
    type: 'file',
    size,
    mode: 0o644,
    refersTo,
  });
  return {
    id,
    source: position === 0 ? `hello ${HOSTILE.markup}.tar` : 'hello.tar',
    profile: 'docker-containerd',
    signs: ['blob members mode 0444', 'index.json present'],
    compression: 'none',
    size: 200_000 + position,
    members: [
      ...layers.map((layer) => member(layer.member, layer.size)),
      member(config, 1400),
      member(manifest, 900, content),
      member('index.json', 360, [manifest]),
      member('manifest.json', 620, content),
      member('oci-layout', 31),
    ],
    images: [
      {
        road: 'manifest.json',
        names: ['hello:latest'],
        kind: 'image',
        platform: 'linux/amd64',
        configDigest: digest(6),
        manifestDigest: digest(5),
        layers,
        rootfs: [...new Set(names.slice(1))]
          .sort()
          .map((path) => ({ path, type: 'file', mode: 0o644, size: 12, layer: names.lastIndexOf(path) })),
      },
    ],
  };
}

export function exampleGate(report: Report): GateReport {
  const [first, second] = report.requirements;
  const item = (id: string, title: string, before: Json, after: Json) => ({
    id,
    title,
    subject: report.subjects[0]?.id ?? 'buildx/docker-save',
    before,
    after,
    consequence: 'Consumers that read the layers in order see another root file system.',
    advice: 'Stay on the old version until the fix, or load the image before it is used.',
  });
  return {
    version: 1,
    kind: 'gate',
    verdict: 'no-go',
    summary: '1 requirement breaks between docker-20.10 and docker-28.',
    baseline: { name: 'docker-20.10', date: '2026-01-01T00:00:00.000Z' },
    candidate: { name: 'docker-28', date: report.startedAt },
    broken: [item(first?.id ?? 'tar.a', first?.title ?? 'A title', 'pass', 'fail')],
    changed: [
      item('layout', 'The layout of the archive', 'docker archive', ['docker archive', 'OCI layout']),
      {
        ...item('members.new', 'A member never seen before', [], [HOSTILE.markup]),
        allowed: { by: 'gate.json', reason: 'Known since 2025.' },
      },
    ],
    fixed: [item(second?.id ?? 'tar.b', second?.title ?? 'A title', 'fail', 'pass')],
    stackDifferences: [
      { part: 'version', before: '20.10.24', after: '28.5.2' },
      { part: 'store', after: 'containerd' },
    ],
    unchanged: { requirements: 80, observations: 12 },
    timings: [{ subject: 'buildx/docker-save', before: 1200, after: 900 }],
    notes: ['The allowance of config.order is over since 2026-01-01.'],
    notJudged: [],
    command: 'npm run gate -- --baseline docker-20.10 --candidate docker-28',
  };
}

/** Mulberry32: the same numbers for the same seed, everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
