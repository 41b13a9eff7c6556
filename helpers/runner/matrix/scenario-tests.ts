import { describe, type TestContext, test } from 'vitest';
import { once } from '../../common/once.ts';
import type { SaverName } from '../../engines/engine-model.ts';
import { readEvidence } from '../../gate/observations/read-observations.ts';
import type { Gathered } from '../../procedure/gathered.ts';
import { saversOfScenario } from '../../procedure/scenarios/all-scenarios.ts';
import { ARCHIVE_REQUIREMENTS } from '../../requirements/archive/archive-requirements.ts';
import { checkArchive, evaluate } from '../../requirements/check.ts';
import { type Played, readPlayed } from '../../requirements/matrix/played.ts';
import type { ScenarioName } from '../../requirements/matrix/scenario-model.ts';
import type { Outcome } from '../../requirements/outcome.ts';
import type { Worker } from '../begin.ts';
import { judgeAbsent, judgeEvidence } from '../judge.ts';
import type { Judged } from '../judged.ts';
import { show } from '../show.ts';
import { SCENARIO_REQUIREMENTS } from '../steps.ts';

const OWN = SCENARIO_REQUIREMENTS.map(({ id }) => id);

/** Plays scenarios with every saver; of those that the engine cannot play, one test for each saver and reason. */
export function registerScenarios(names: readonly ScenarioName[], worker: Worker): void {
  const all = names.flatMap((scenario) =>
    saversOfScenario(scenario).map((saver) => ({ scenario, saver, step: 'scenario' })),
  );
  const absent = new Map<string, Judged[]>();
  describe('scenarios', () => {
    for (const subject of all) {
      const { scenario, saver } = subject;
      const reason = worker.scenarios.whyNot(scenario, saver);
      if (reason === undefined) registerScenario(scenario, saver, worker);
      else {
        const title = `${saver}: ${reason}`;
        absent.set(title, [...(absent.get(title) ?? []), judgeAbsent(worker.engine, subject, OWN, reason)]);
      }
    }
    for (const [title, judged] of absent)
      test(title, (context) => show(context, { judged, skipped: `unsupported: ${title}` }));
  });
}

/** Judges one scenario: by what scenarios are asked, and its first archive by the catalogue. */
function registerScenario(scenario: ScenarioName, saver: SaverName, { engine, scenarios }: Worker): void {
  const subject = { step: 'scenario', scenario, saver };
  const play = once(async (): Promise<Gathered<Played>> => {
    const record = await scenarios.play(scenario, saver);
    return 'unsupported' in record ? record : { evidence: await readPlayed(record.evidence) };
  });
  describe(`${scenario}, saved by ${saver}`, () => {
    test('what the scenario asks', async (context: TestContext) => {
      const judgement = await judgeEvidence(engine, subject, OWN, play(), (played) => ({
        outcomes: SCENARIO_REQUIREMENTS.map((requirement) => evaluate(requirement, played)),
        observations: observationsOf(played, `${engine.name}/${scenario}/${saver}`),
      }));
      show(context, judgement);
    });

    test('the archive meets every requirement of the catalogue', async (context: TestContext) => {
      // Where the scenario is not played, the test above says so once.
      const judgement = await judgeEvidence(engine, subject, [], play(), (played) => ({
        outcomes: archiveOutcomes(played),
      }));
      show(context, judgement);
    });
  });
}

function archiveOutcomes({ saves: [first] }: Played): readonly Outcome[] {
  if (first?.archive !== undefined) return checkArchive(first.archive, ARCHIVE_REQUIREMENTS);
  const reason = 'the image could not be saved';
  return ARCHIVE_REQUIREMENTS.map(({ id }) => ({ id, status: 'not-applicable', reason, findings: [] }));
}

function observationsOf({ record, saves: [archive], differences }: Played, subject: string) {
  const isRepeated = record.scenario === 'save-twice' || record.scenario === 'save-twice-repeated-layer';
  const savedTwice = differences.length === 0 ? 'identical' : 'different';
  const imageId = record.images[0]?.id;
  return readEvidence(
    {
      ...(record.scenario === 'save-selectors' && archive?.archive && { archive: archive.archive }),
      ...(imageId !== undefined && { imageId }),
      ...(isRepeated && { savedTwice }),
    },
    subject,
  );
}
