import type { SaverName } from '../../engines/engine-model.ts';
import { FLOW_SAVERS } from '../../engines/savers/savers.ts';
import type { ScenarioName } from '../../requirements/matrix/scenario-model.ts';
import { SCENARIOS } from './all-scenarios.ts';

/** Savers that play a scenario, in the order of the reports. */
export function saversOfScenario(name: ScenarioName): readonly SaverName[] {
  return SCENARIOS[name].savers ?? FLOW_SAVERS;
}
