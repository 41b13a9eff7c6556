import type { Attack } from './attack-model.ts';
import { DOCUMENT_INPUTS } from './hostile/documents.ts';
import { ENTRY_INPUTS } from './hostile/entries.ts';
import { EXPECTATION_INPUTS } from './hostile/expectations.ts';
import type { HostileInput } from './hostile/hostile-input.ts';
import { SLOW_STREAM_INPUTS } from './hostile/slow-streams.ts';
import { STREAM_INPUTS } from './hostile/streams.ts';

/** Small to build and quick to refuse: these run in the self-tests, too. */
const SHORT: ReadonlySet<string> = new Set([
  'cut-in-half',
  'expect-device',
  'expect-fifo',
  'hole',
  'hole-behind',
  'hole-in-layout',
  'json-deep',
  'json-repeated-key',
  'zstd-dictionary',
]);

/** Archives and expectation files that cost far more than their size: `check` of each keeps to the limits, and names why. */
export const INPUT_ATTACKS: readonly Attack[] = [
  ...attacks('streams', STREAM_INPUTS),
  ...attacks('streams', SLOW_STREAM_INPUTS),
  ...attacks('entries', ENTRY_INPUTS),
  ...attacks('documents', DOCUMENT_INPUTS),
  ...attacks('expectations', EXPECTATION_INPUTS),
];

function attacks(kind: string, inputs: readonly HostileInput[]): readonly Attack[] {
  return inputs.map(({ id, title, exitCodes, says, budget, write }) => ({
    id,
    kind,
    title,
    wanted: { exitCodes, says, ...(budget && { budget }) },
    ...(SHORT.has(id) && { short: true }),
    prepare: ({ work }) => ({ argv: ['check', ...write(work)] }),
  }));
}
