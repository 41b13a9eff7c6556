import { describe, type TestContext, test } from 'vitest';
import { readArchive } from '../../archive/read-archive.ts';
import { once } from '../../common/once.ts';
import { productOf } from '../../engines/builders/builder-features.ts';
import { BUILDERS, type BuilderName, type EngineHandle } from '../../engines/engine-model.ts';
import type { Gathered } from '../../procedure/gathered.ts';
import { preferredBuilder } from '../../procedure/scenarios/preferred-builder.ts';
import { readWideExpectation } from '../../procedure/wide/read-wide.ts';
import { ARCHIVE_REQUIREMENTS } from '../../requirements/archive/archive-requirements.ts';
import { checkArchive, evaluate } from '../../requirements/check.ts';
import { checkExpectation, contentsWanted } from '../../requirements/expectation/check.ts';
import type { Expectation } from '../../requirements/expectation/expectation-model.ts';
import { expectationFor } from '../../requirements/matrix/wide-differences.ts';
import {
  WIDE_CONTEXTS,
  type WideContextName,
  type WidePlayed,
  type WideRecord,
} from '../../requirements/matrix/wide-model.ts';
import type { Outcome } from '../../requirements/outcome.ts';
import type { Worker } from '../begin.ts';
import { judgeAbsent, judgeEvidence } from '../judge.ts';
import { show } from '../show.ts';
import { WIDE_REQUIREMENTS } from '../steps.ts';

const OWN = WIDE_REQUIREMENTS.map(({ id }) => id);

/** Has every builder build every wide context; of those that the engine lacks, one test for each builder. */
export function registerWide(worker: Worker): void {
  const { engine } = worker;
  describe('wide contexts', () => {
    for (const context of WIDE_CONTEXTS)
      for (const builder of engine.builders) registerContext(context, builder, worker);
    for (const builder of BUILDERS.filter((name) => !engine.builders.includes(name))) {
      const reason = engine.lacking[builder] ?? 'This engine lacks the builder.';
      const judged = WIDE_CONTEXTS.map((scenario) =>
        judgeAbsent(engine, { step: 'scenario', scenario, builder }, OWN, reason),
      );
      test(`${builder}: ${reason}`, (context) =>
        show(context, { judged, skipped: `unsupported: ${reason}` }));
    }
  });
}

/** Judges one image: by what is asked of builders, by its expectation, and by the catalogue of any archive. */
function registerContext(name: WideContextName, builder: BuilderName, worker: Worker): void {
  const { engine, scenarios } = worker;
  const subject = { step: 'scenario', scenario: name, builder };
  const play = once(() => readWide(scenarios.wide.play(name, builder), engine));
  test(`${name}, built by ${builder}`, async (context: TestContext) => {
    const judgement = await judgeEvidence(engine, subject, OWN, play(), async (played) => ({
      outcomes: [
        ...WIDE_REQUIREMENTS.map((requirement) => evaluate(requirement, played)),
        ...archiveOutcomes(played, engine),
      ],
    }));
    show(context, judgement);
  });
}

interface WideEvidence extends WidePlayed {
  /** With what is known of the builder; absent where nothing was saved. */
  readonly expectation?: Expectation;
}

async function readWide(
  played: Promise<Gathered<WideRecord>>,
  engine: EngineHandle,
): Promise<Gathered<WideEvidence>> {
  const gathered = await played;
  if ('unsupported' in gathered) return gathered;
  const { evidence: record } = gathered;
  const { saved, context, builder } = record;
  if (saved?.file === undefined) return { evidence: record };
  const { expectation: stated, differences } = await readWideExpectation(context);
  const product = productOf(engine, builder);
  const maker = { product, builder, store: engine.stack.store, saver: saved.saver };
  const expectation = expectationFor(stated, differences, maker);
  const archive = await readArchive(saved.file, { contents: contentsWanted(expectation) });
  return { evidence: { ...record, archive, expectation } };
}

/**
 * The archives of all builders are written by one saver: that of the builder that most people use is held against all
 * that is asked of any archive. What was not saved, or not built as it was asked for, is told by
 * what is asked of builders.
 */
function archiveOutcomes(
  { archive, expectation, lacks, builder }: WideEvidence,
  engine: EngineHandle,
): readonly Outcome[] {
  if (archive === undefined || expectation === undefined || lacks !== null) return [];
  const byCatalogue = builder === preferredBuilder(engine);
  return [
    ...checkExpectation(archive, expectation),
    ...(byCatalogue ? checkArchive(archive, ARCHIVE_REQUIREMENTS) : []),
  ];
}
