import type { Level } from '../requirements/define.ts';
import type { Status } from '../requirements/outcome.ts';
import type { GateReport, GateWeight } from './gate-model.ts';
import type { Verdict } from './report-model.ts';

/** How a status is shown: a symbol and a word, so that colour only repeats what both say. */
interface StatusWords {
  readonly symbol: string;
  readonly word: string;
  /** For a legend. */
  readonly meaning: string;
}

export const STATUS_WORDS: Readonly<Record<Status, StatusWords>> = {
  pass: { symbol: '✓', word: 'pass', meaning: 'The requirement holds.' },
  fail: { symbol: '✗', word: 'fail', meaning: 'The engine or the image is wrong.' },
  error: { symbol: '?', word: 'not judged', meaning: 'The suite could not judge; nothing is known.' },
  known: { symbol: '◆', word: 'known deviation', meaning: 'Broken, and listed with a reason and a link.' },
  fixed: { symbol: '★', word: 'fixed', meaning: 'A listed deviation no longer occurs.' },
  warn: { symbol: '▲', word: 'warning', meaning: 'A SHOULD or a common practice is not followed.' },
  unsupported: { symbol: '○', word: 'unsupported', meaning: 'The engine lacks what the requirement needs.' },
  'not-applicable': { symbol: '–', word: 'not applicable', meaning: 'The requirement does not concern it.' },
};

export const LEVEL_WORDS: Readonly<Record<Level, { readonly word: string; readonly meaning: string }>> = {
  must: { word: 'MUST', meaning: 'A specification says MUST.' },
  should: { word: 'SHOULD', meaning: 'A specification says SHOULD.' },
  consumer: {
    word: 'consumer',
    meaning: 'A mainstream consumer refuses the archive, or reads another image out of it.',
  },
  practice: {
    word: 'practice',
    meaning: 'A habit of producers, a limit of portability, or a hardening; it never fails an archive.',
  },
  expectation: {
    word: 'expectation',
    meaning: 'The documented procedure, or your own expectation, says so.',
  },
};

/** What every output calls the weight of a change. */
export const WEIGHT_WORDS: Readonly<Record<GateWeight, string>> = {
  scripts: 'scripts or tools break',
  bytes: 'bytes differ',
  cosmetic: 'cosmetic',
};

/** The verdict of an upgrade's gate. */
export const GATE_WORDS: Readonly<Record<GateReport['verdict'], Pick<StatusWords, 'symbol' | 'word'>>> = {
  go: { symbol: '✓', word: 'Go' },
  'no-go': { symbol: '✗', word: 'No-go' },
  'could-not-judge': { symbol: '?', word: 'Could not judge' },
};

export const VERDICT_WORDS: Readonly<Record<Verdict, StatusWords>> = {
  conforms: { symbol: '✓', word: 'Conforms', meaning: 'No requirement fails.' },
  'does-not-conform': { symbol: '✗', word: 'Does not conform', meaning: 'At least one requirement fails.' },
  'could-not-judge': { symbol: '?', word: 'Could not judge', meaning: 'The suite could not tell.' },
};
