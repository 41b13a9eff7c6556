import { describe, inject, test } from 'vitest';
import { once } from '../common/once.ts';
import { readEvidence } from '../gate/observations/read.ts';
import type { Gathered } from '../procedure/flow.ts';
import { saversOfScenario } from '../procedure/scenarios/savers.ts';
import type { ScenarioRequest } from '../procedure/scenarios/server.ts';
import { ARCHIVE_REQUIREMENTS } from '../requirements/archive/catalogue.ts';
import { checkArchive, evaluate } from '../requirements/check.ts';
import { type Played, readPlayed } from '../requirements/matrix/played.ts';
import { SCENARIO_REQUIREMENTS } from '../requirements/matrix/scenario.ts';
import type { ScenarioName, ScenarioRecord } from '../requirements/matrix/scenario-model.ts';
import { askSocket } from './ask-socket.ts';
import { judge } from './show.ts';

/** Plays one scenario with every saver and judges it: its own requirements, and the catalogue on its first archive. */
export function judgeScenario(scenario: ScenarioName): void {
  const own = SCENARIO_REQUIREMENTS.map(({ id }) => id);
  const catalogue = ARCHIVE_REQUIREMENTS.map(({ id }) => id);
  describe.for(saversOfScenario(scenario))(`${scenario}, saved by %s`, (saver) => {
    const subject = { step: 'scenario', scenario, saver };
    const play = once(() => playScenario({ play: scenario, saver }));

    test('what the scenario asks', (context) =>
      judge(context, subject, own, play(), (played) => ({
        outcomes: SCENARIO_REQUIREMENTS.map((requirement) => evaluate(requirement, played)),
        facts: factsOf(played, `${inject('engine').name}/${scenario}/${saver}`),
      })));

    test('the archive upholds every invariant of the catalogue', (context) =>
      // Where the scenario is not played, the test above says so once.
      judge(context, subject, [], play(), ({ saves: [first] }) => ({
        outcomes:
          first?.archive === undefined
            ? catalogue.map((id) => ({
                id,
                status: 'not-applicable',
                reason: 'the image could not be saved',
                findings: [],
              }))
            : checkArchive(first.archive, ARCHIVE_REQUIREMENTS),
      })));
  });
}

async function playScenario(request: ScenarioRequest): Promise<Gathered<Played>> {
  const answer = (await askSocket(inject('scenarioSocket'), request)) as Gathered<ScenarioRecord>;
  return 'unsupported' in answer ? answer : { evidence: await readPlayed(answer.evidence) };
}

function factsOf({ record, saves: [archive], differences }: Played, subject: string) {
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
