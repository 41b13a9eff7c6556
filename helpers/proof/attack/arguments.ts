import { writeArchiveOf } from './archives.ts';
import type { Attack, Room } from './attack-model.ts';

/** Wrong use of every command: one sentence and exit code 2. */
const refused = { exitCodes: [2] } as const;

const HOSTILE = '\u001b]52;c;YQ==\u0007\u001b[2J\u202e\u0085x\n::error::y';

/** Every place of a command line that takes a word from the user. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  command: ['{}'],
  option: ['check', '--{}'],
  'check-archive': ['check', '{}'],
  'check-only': ['check', 'image.tar', '--only', '{}'],
  'check-level': ['check', 'image.tar', '--level', '{}'],
  'check-format': ['check', 'image.tar', '--format', '{}'],
  'check-producer': ['check', 'image.tar', '--producer', '{}'],
  'check-expect': ['check', 'image.tar', '--expect', '{}'],
  'check-init': ['check', '{}', '--init'],
  'explain-id': ['explain', '{}'],
  'report-file': ['report', '{}'],
  'report-format': ['report', 'x.json', '--format', '{}'],
  'gate-baseline': ['gate', '--baseline', '{}', '--candidate', 'x.json'],
  'gate-format': ['gate', '--baseline', 'x', '--candidate', 'y', '--format', '{}'],
  'gate-allow-file': ['gate', '--baseline', 'x', '--candidate', 'y', '--allow-file', '{}'],
  'matrix-engine': ['matrix', '--engine', '{}'],
  'matrix-shard': ['matrix', '--shard', '{}'],
  'matrix-merge': ['matrix', '--merge', '{}'],
  'engine-name': ['engine', 'start', '{}'],
  'engine-action': ['engine', '{}'],
  'conformance-builder': ['conformance', '--builder', '{}'],
  'tools-jobs': ['tools', '--jobs', '{}'],
};

const steering: readonly Attack[] = Object.entries(PLACES).map(([place, words]) => ({
  id: `argument-steers-${place}`,
  kind: 'escaping',
  title: `control characters in: ${words.join(' ').replace('{}', '…')}`,
  wanted: refused,
  short: ['command', 'option', 'check-only', 'explain-id', 'report-file', 'matrix-engine'].includes(place),
  prepare: (room: Room) => {
    writeArchiveOf(room);
    return { argv: words.map((word) => word.replace('{}', HOSTILE)) };
  },
}));

/** Refused in one sentence. */
const WRONG: Readonly<Record<string, readonly [says: string, ...argv: string[]]>> = {
  twice: ['more than once', 'check', 'image.tar', '--expect', 'a', '--expect', 'b'],
  'no-value': ['needs a value', 'check', 'image.tar', '--only'],
  'option-as-value': ['needs a value', 'check', 'image.tar', '--expect', '--quiet'],
  'value-of-flag': ['takes no value', 'check', 'image.tar', '--quiet=yes'],
  'dash-name': ['stands behind --', 'check', '-image.tar'],
  'positional-of-gate': ['takes options only', 'gate', 'x'],
  'format-proto': ['No format', 'check', 'image.tar', '--format', 'constructor'],
  'format-of-gate': ['No format', 'gate', '--baseline', 'x', '--candidate', 'y', '--format', 'constructor'],
  'format-of-report': ['No format', 'report', 'x', '--format', '__proto__'],
  'huge-argument': ['characters)', 'check', 'image.tar', '--only', 'x'.repeat(120_000)],
};

const wrong: readonly Attack[] = Object.entries(WRONG).map(([id, [says, ...argv]]) => ({
  id: `argument-${id}`,
  kind: 'arguments',
  title: argv.map((word) => (word.length > 30 ? '…' : word)).join(' '),
  wanted: { ...refused, says },
  short: true,
  prepare: (room: Room) => {
    writeArchiveOf(room);
    return { argv };
  },
}));

const others: readonly Attack[] = [
  {
    id: 'argument-dash-name-behind',
    kind: 'arguments',
    title: 'check -- -image.tar',
    wanted: { exitCodes: [0], says: 'Conforms' },
    short: true,
    prepare: (room) => ({ argv: ['check', '--', writeArchiveOf(room, '-image.tar')] }),
  },
  {
    id: 'argument-stdin-closed',
    kind: 'arguments',
    title: 'standard input that is closed',
    wanted: { exitCodes: [1, 2] },
    short: true,
    prepare: () => ({ argv: ['check', '-'], stdin: 'closed' }),
  },
  {
    id: 'argument-stdin-empty',
    kind: 'arguments',
    title: 'standard input that is empty',
    wanted: { exitCodes: [1, 2] },
    short: true,
    prepare: () => ({ argv: ['check', '-'] }),
  },
  {
    id: 'argument-stdout-ended',
    kind: 'arguments',
    title: 'a reader of the output that has gone',
    wanted: { exitCodes: [0] },
    short: true,
    prepare: (room) => ({ argv: ['check', writeArchiveOf(room), '--format', 'html'], stdout: 'ended' }),
  },
  {
    id: 'argument-stdout-closed',
    kind: 'arguments',
    title: 'standard output that is closed',
    wanted: { exitCodes: [0, 2] },
    prepare: (room) => ({ argv: ['check', writeArchiveOf(room)], stdout: 'closed' }),
  },
];

export const ARGUMENT_ATTACKS: readonly Attack[] = [...steering, ...wrong, ...others];
