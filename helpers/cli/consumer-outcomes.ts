import { readFile } from 'node:fs/promises';
import { quoteWord } from '../common/escape.ts';
import { didYouMean } from '../common/suggest.ts';
import { UsageError } from '../common/usage.ts';
import { measuredTable } from '../consumers/measured.ts';
import { type Prediction, predictReceptions, type Reason } from '../consumers/predict.ts';
import type { Reception } from '../consumers/reception.ts';
import type { MeasuredConsumer } from '../consumers/receptions.ts';
import { explainViolation } from '../requirements/explain.ts';
import type { JudgedArchive } from '../requirements/judge-archive.ts';
import type { Finding, Outcome } from '../requirements/outcome.ts';

type Described = JudgedArchive['requirements'][number];
interface Verdicts {
  readonly outcomes: readonly Outcome[];
  readonly requirements: readonly Described[];
}

/** Names of measured consumers; `all` stands for every one. Throws `UsageError` for one that the table does not know. */
export async function chooseMeasured(names: readonly string[]): Promise<readonly string[]> {
  const known = (await measuredTable()).consumers.map(({ name }) => name);
  return choose(names, known);
}

function choose(names: readonly string[], known: readonly string[]): readonly string[] {
  if (names.includes('all')) return known;
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return names;
  throw new UsageError(
    `No consumer is called ${quoteWord(wrong)}.${didYouMean(wrong, known)} There are ${known.join(', ')}.`,
  );
}

/** `check --for`: what the table says that consumers will do with this archive, as one outcome for each. */
export async function predictedOutcomes(judged: JudgedArchive, names: readonly string[]): Promise<Verdicts> {
  const broken = judged.outcomes.flatMap(({ id, status, findings }) =>
    findings.length > 0 && status !== 'pass' ? id : [],
  );
  const predictions = predictReceptions(await measuredTable(), judged.archive, broken, names);
  return {
    requirements: predictions.map(({ consumer }) =>
      describe(consumer, 'takes the archive, by the measured table'),
    ),
    outcomes: predictions.map(outcomeOf),
  };
}

function outcomeOf({ consumer, reasons, unlike }: Prediction): Outcome {
  const requirement = describe(consumer, 'takes the archive, by the measured table');
  const isSure = reasons.some(({ always }) => always);
  const unknown = reasons.length === 0 && unlike !== undefined ? [`not known: ${unlike}`] : [];
  return {
    id: requirement.id,
    status: isSure ? 'fail' : reasons.length + unknown.length > 0 ? 'warn' : 'pass',
    findings: [
      ...reasons.map((reason) => finding(requirement, sayReason(reason), reason.archives)),
      ...unknown.map((why) => finding(requirement, why, 'fixtures/consumers/receptions.json')),
    ],
  };
}

function sayReason({ effect, always, words }: Reason): string {
  const how = always ? effect : `sometimes ${effect}`;
  return words === undefined ? how : `${how}: ${words}`;
}

/** `check --load`: what consumers do with the archive itself. Starts each from its recipe and stops it again. */
export async function loadedOutcomes(
  source: string,
  judged: JudgedArchive,
  names: readonly string[],
): Promise<Verdicts> {
  const { listConsumers, loadConsumer } = await import('../consumers/recipe.ts');
  const { openConsumer } = await import('../consumers/consumer.ts');
  const chosen = choose(names, await listConsumers());
  const bytes = await readFile(source);
  const requirements: Described[] = [];
  const outcomes: Outcome[] = [];
  for (const name of chosen) {
    const recipe = await loadConsumer(name);
    const requirement = describe(recipe, 'takes the archive');
    requirements.push(requirement);
    const consumer = await openConsumer(recipe);
    try {
      outcomes.push(received(requirement, await consumer.receive({ bytes, archive: judged.archive })));
    } finally {
      await consumer.stop();
    }
  }
  return { requirements, outcomes };
}

function received(requirement: Described, { status, words, lost = [], root = [] }: Reception): Outcome {
  const said = [...(words === undefined ? [] : [words]), ...lost.map((what) => `lost ${what}`), ...root];
  if (status === 'taken') return { id: requirement.id, status: 'pass', findings: [] };
  return {
    id: requirement.id,
    status: 'fail',
    findings: [finding(requirement, [status, ...said].join(': '), 'handing it over')],
  };
}

function finding(requirement: Pick<Described, 'title'>, actual: string, from: string): Finding {
  const violation = {
    where: {},
    expected: { value: 'taken whole', from: '' },
    actual: { value: actual, from },
  };
  return { ...violation, message: explainViolation(requirement, violation) };
}

function describe({ name, title }: Pick<MeasuredConsumer, 'name' | 'title'>, predicate: string): Described {
  return {
    id: `consumer.${name}`,
    title: `${title} ${predicate}`,
    level: 'consumer',
    subject: 'archive',
    source: {
      document: 'receptions',
      section: name,
      quote: 'What consumers did with every archive of this project.',
    },
    consequence: `The image cannot be used there, or another one comes out of the archive.`,
  };
}
