import { writeArchiveOf } from './archives.ts';
import type { Attack, Room } from './model.ts';

/** Wrong use of every command: one sentence and exit code 2. */
const refused = { exitCodes: [2] } as const;

const HOSTILE = '\u001b]52;c;YQ==\u0007\u001b[2J\u202e\u0085x\n::error::y';

/** Every place of a command line where a word of the user can stand. */
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
  'fuzz-runs': ['fuzz', '--runs', '{}'],
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

export const ARGUMENT_ATTACKS: readonly Attack[] = steering;
