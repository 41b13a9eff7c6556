import { readFile } from 'node:fs/promises';
import type { Archive } from '../../archive/model.ts';
import { escapeControl } from '../../common/escape.ts';
import { requireKnown } from '../../common/suggest.ts';
import { measuredTable } from '../../consumers/measured.ts';
import { type Prediction, predictReceptions, type Reason } from '../../consumers/predict.ts';
import type { Reception } from '../../consumers/reception.ts';
import { ARCHIVE_REQUIREMENTS } from '../../requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../requirements/check.ts';
import { UnjudgedError } from '../../requirements/outcome.ts';
import { archiveGiven, type MatchResult } from './match-result.ts';

// Loaded before the first test, so that the matcher needs no await, which could be forgotten.
const table = await measuredTable();

export function toLoadIn(
  received: unknown,
  consumer: string,
  { start = false }: { readonly start?: boolean } = {},
): MatchResult | Promise<MatchResult> {
  const archive = archiveGiven(received, 'toLoadIn');
  return start ? handOver(archive, consumer) : predict(archive, consumer);
}

/** What consumers were measured to do with each violation that the archive has, and with archives of its form. */
function predict(archive: Archive, name: string): MatchResult {
  const names = table.consumers.map((consumer) => consumer.name);
  requireKnown('measured consumer', [name], names);
  const broken = checkArchive(archive, ARCHIVE_REQUIREMENTS).filter(({ findings }) => findings.length > 0);
  const [prediction] = predictReceptions(
    table,
    archive,
    broken.map(({ id }) => id),
    [name],
  );
  const reasons = prediction?.reasons ?? [];
  const source = escapeControl(archive.source);
  const untold = whyUntold(archive, prediction);
  if (untold !== undefined)
    throw new UnjudgedError(
      `the table cannot tell whether ${name} takes ${source}: ${untold}. Ask it: toLoadIn('${name}', { start: true })`,
    );
  return {
    pass: reasons.length === 0,
    message: () =>
      reasons.length === 0
        ? `expected ${source} not to load in ${name}, and nothing is known against it`
        : `expected ${source} to load in ${titleOf(prediction)}, by the measured table${linesOf(reasons)}`,
  };
}

/** Where the table is sure of neither. */
function whyUntold({ incomplete }: Archive, prediction: Prediction | undefined): string | undefined {
  const { reasons = [], unlike } = prediction ?? {};
  if (reasons.some(({ always }) => always)) return undefined;
  const [first] = reasons;
  if (first) return `it ${first.effect} some ${first.archives}, and takes others`;
  return incomplete === undefined ? unlike : `the archive was not read to its end, because ${incomplete}`;
}

function titleOf(prediction: Prediction | undefined): string {
  return prediction === undefined ? '' : `${prediction.consumer.name} (${prediction.consumer.title})`;
}

function linesOf(reasons: readonly Reason[]): string {
  const lines = reasons.flatMap(({ archives, effect, always, words }) => [
    '',
    archives,
    '  expected taken whole',
    `  found    ${always ? effect : `sometimes ${effect}`}${words === undefined ? '' : `: ${escapeControl(words)}`}`,
  ]);
  return lines.map((line) => `\n${line}`).join('');
}

/** Starts the consumer of a recipe, gives it the archive, and ends it. */
async function handOver(archive: Archive, name: string): Promise<MatchResult> {
  const { listConsumers, loadConsumer } = await import('../../consumers/recipe.ts');
  const { openConsumer } = await import('../../consumers/consumer.ts');
  requireKnown('consumer', [name], await listConsumers());
  const bytes = await readFile(archive.source);
  const consumer = await openConsumer(await loadConsumer(name));
  try {
    return receptionResult(archive, name, await consumer.receive({ bytes, archive }));
  } finally {
    await consumer.stop();
  }
}

function receptionResult(
  { source }: Archive,
  name: string,
  { status, words, lost = [], root = [] }: Reception,
): MatchResult {
  const said = [...(words === undefined ? [] : [words]), ...lost.map((what) => `lost ${what}`), ...root];
  return {
    pass: status === 'taken',
    message: () =>
      [
        `expected ${escapeControl(source)} ${status === 'taken' ? 'not ' : ''}to load in ${name}`,
        '  expected taken whole',
        `  found    ${escapeControl([status, ...said].join(': '))}`,
      ].join('\n'),
  };
}
