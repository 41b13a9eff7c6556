import pc from 'picocolors';
import { escapeControl } from '../common/escape.ts';
import { citedText } from '../requirements/documents.ts';
import { formatLocator, formatObserved } from '../requirements/explain.ts';
import type { Finding, Outcome, Status } from '../requirements/outcome.ts';
import { formatBytes } from './duration.ts';
import type {
  ArchiveImageReport,
  ArchiveReport,
  Report,
  RequirementReport,
  SubjectReport,
} from './report-model.ts';
import { causesOf, conformingArchives, count, list, tally, verdictSentence } from './summary.ts';
import { LEVEL_WORDS, STATUS_WORDS } from './words.ts';

interface TextOptions {
  readonly color: boolean;
  /** Leaves out what holds. */
  readonly quiet: boolean;
}

type Colors = ReturnType<typeof pc.createColors>;

/** What `check` prints for people: for each archive what it is, every finding, and what holds in one line. */
export function renderCheckText(report: Report, { color, quiet }: TextOptions): string {
  const colors = pc.createColors(color);
  const requirements = new Map(report.requirements.map((requirement) => [requirement.id, requirement]));
  const blocks = report.subjects.map((subject) => {
    const archive = report.archives.find(({ id }) => id === subject.archive);
    const judged = subject.outcomes
      .filter(({ status }) => SHOWN.has(status))
      .sort((a, b) => ORDER.indexOf(b.status) - ORDER.indexOf(a.status))
      .flatMap((outcome) => outcomeLines(outcome, requirements.get(outcome.id), colors));
    const findings = [...judged, ...notJudgedLines(report, subject, colors)];
    if (quiet && findings.length === 0) return [];
    return [
      ...(archive ? archiveLines(archive, colors) : [subject.id]),
      ...findings,
      summaryLine(subject, colors),
      '',
    ];
  });
  return [...blocks.flat(), ...overallLines(report, quiet, colors)].join('\n');
}

/** Of several archives how many conform, at the end, where a person looks. */
function overallLines(report: Report, quiet: boolean, colors: Colors): readonly string[] {
  if (conformingArchives(report) === undefined || (quiet && report.verdict === 'conforms')) return [];
  return [colors.bold(escapeControl(verdictSentence(report))), ''];
}

/** Best first; what comes later is printed first. */
const ORDER: readonly Status[] = ['fixed', 'known', 'warn', 'fail'];
const SHOWN: ReadonlySet<Status> = new Set(ORDER);

const MAX_LAYERS = 12;

function archiveLines(archive: ArchiveReport, colors: Colors): readonly string[] {
  const { source, profile, signs, compression, size, images } = archive;
  const packed = compression === 'none' ? '' : `, ${compression}`;
  const why = signs.length === 0 ? '' : colors.dim(` (${escapeControl(signs.join('; '))})`);
  return [
    `${colors.bold(escapeControl(source))}: ${PROFILE_WORDS[profile] ?? profile}, ${formatBytes(size)}${packed}${why}`,
    ...distinctImages(images).flatMap((image) => imageLines(image, colors)),
    ...(images.length === 0 ? ['  no image found'] : []),
  ];
}

/** An image of both views is printed once. */
function distinctImages(images: readonly ArchiveImageReport[]): readonly ArchiveImageReport[] {
  const seen = new Set<string>();
  return images.filter(({ kind, configDigest }) => {
    const key = `${kind} ${configDigest}`;
    if (configDigest === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function imageLines(
  { kind, names, platform, configDigest, layers }: ArchiveImageReport,
  colors: Colors,
): readonly string[] {
  const name = names.length === 0 ? 'without a name' : namesOf(names);
  const parts = [
    platform,
    count(layers.length, 'layer'),
    configDigest && `config ${shortDigest(configDigest)}`,
  ];
  const head = `  ${kind} ${name}: ${parts
    .filter((part) => part)
    .map((part) => escapeControl(part ?? ''))
    .join(', ')}`;
  if (kind !== 'image') return [head];
  const shown = layers.slice(0, MAX_LAYERS).map((layer, position) => {
    const { diffId, compression, uncompressedSize } = layer;
    const entries = layer.entries.length + layer.omitted;
    const measured =
      diffId === ''
        ? 'no readable content'
        : `diffID ${shortDigest(diffId)}, ${formatBytes(uncompressedSize)}, ${entries === 1 ? '1 entry' : `${entries} entries`}`;
    return colors.dim(
      `    layers[${position}] ${measured}${compression === 'none' ? '' : `, ${compression}`}`,
    );
  });
  const more = layers.length - shown.length;
  return [head, ...shown, ...(more > 0 ? [colors.dim(`    and ${count(more, 'layer')} more`)] : [])];
}

/** Names that are printed; the JSON has more. */
const MAX_NAMES = 10;

function namesOf(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).map(escapeControl).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function shortDigest(digest: string): string {
  return escapeControl(digest.length > 23 ? `${digest.slice(0, 19)}…` : digest);
}

/** Findings of one requirement that are printed; the JSON has more. */
const MAX_PRINTED = 10;

/** One requirement of one archive: what it says, every violation, who breaks, and who says so. */
export function outcomeLines(
  { id, status, reason, findings, omitted = 0 }: Outcome,
  requirement: RequirementReport | undefined,
  colors: Colors = pc.createColors(false),
): readonly string[] {
  const { symbol, word } = STATUS_WORDS[status];
  const paint = colors[COLOR[status] ?? 'dim'];
  const level = requirement ? LEVEL_WORDS[requirement.level].word : '';
  const head = `${paint(`${symbol} ${word}`)} ${colors.bold(id)} (${level}) ${requirement?.title ?? ''}`;
  const printed = findings.slice(0, MAX_PRINTED);
  const more = findings.length - printed.length + omitted;
  const source = requirement?.source;
  return [
    '',
    head,
    ...(reason === undefined ? [] : [`    ${escapeControl(reason)}`]),
    ...printed.flatMap(findingLines),
    ...(more > 0 ? [`    and ${count(more, 'finding')} more`] : []),
    ...(requirement ? [colors.dim(`    ${requirement.consequence}`)] : []),
    ...(source ? [colors.dim(`    ${source.document}: ${citedText(source)} ${source.url}`)] : []),
  ];
}

/** What could not be judged of an archive: each cause once, and no consequence, for nothing is known. */
function notJudgedLines(report: Report, subject: SubjectReport, colors: Colors): readonly string[] {
  const { symbol, word } = STATUS_WORDS.error;
  return causesOf({ ...report, subjects: [subject], unreadable: [] }).flatMap(({ reason, requirements }) => [
    '',
    `${colors.magenta(`${symbol} ${word}`)} ${colors.bold(count(requirements.length, 'requirement'))}: ${list(requirements)}`,
    ...reason.split('\n').map((line) => `    ${escapeControl(line)}`),
  ]);
}

const COLOR: Readonly<Partial<Record<Status, 'red' | 'yellow' | 'cyan'>>> = {
  fail: 'red',
  warn: 'yellow',
  known: 'cyan',
  fixed: 'cyan',
};

function findingLines({ where, expected, actual }: Finding): readonly string[] {
  return [
    `    at ${formatLocator(where)}`,
    `      expected ${formatObserved(expected)}`,
    `      found    ${formatObserved(actual)}`,
  ];
}

function summaryLine({ outcomes }: SubjectReport, colors: Colors): string {
  const counts = tally(outcomes);
  const broken = counts.fail > 0;
  const judged = counts.error === 0;
  const verdict = !judged ? 'Could not be judged' : broken ? 'Does not conform' : 'Conforms';
  const parts = [
    `${counts.pass + counts.fixed} of ${count(outcomes.length, 'requirement')} hold`,
    ...SUMMARY.filter(([status]) => counts[status] > 0).map(([status, word]) => `${counts[status]} ${word}`),
  ];
  const symbol = STATUS_WORDS[!judged ? 'error' : broken ? 'fail' : 'pass'].symbol;
  const paint = !judged ? colors.magenta : broken ? colors.red : colors.green;
  return `\n${paint(`${symbol} ${verdict}`)}: ${parts.join(', ')}.`;
}

const SUMMARY: readonly (readonly [Status, string])[] = [
  ['fail', 'broken'],
  ['error', 'not judged'],
  ['warn', 'with a warning'],
  ['known', 'known to deviate'],
  ['unsupported', 'unsupported'],
  ['not-applicable', 'not applicable'],
];

/** Who wrote the archive, as people say it. */
const PROFILE_WORDS: Readonly<Record<string, string>> = {
  'docker-graphdriver-legacy': 'written by Docker up to 24',
  'docker-graphdriver-hybrid': 'written by Docker 25 or later with a graph driver',
  'docker-containerd': 'written by Docker with the containerd image store',
  'buildkit-docker': 'written by BuildKit, type=docker',
  'buildkit-oci': 'written by BuildKit, type=oci',
  'podman-docker-archive': 'written by podman or skopeo, docker-archive',
  'podman-oci-archive': 'written by podman or skopeo, oci-archive',
  'docker-dir': 'a docker-dir folder (containers/image)',
  'go-containerregistry': 'written by crane or kaniko (go-containerregistry)',
  umoci: 'written by umoci',
  'oci-layout': 'an OCI image layout',
  unknown: 'of no known producer',
};
