import type { SaverName } from '../engine/model.ts';
import { FLOW_SAVERS } from '../flow/savers.ts';
import { SCENARIOS } from './catalogue.ts';
import type { ScenarioName } from './model.ts';

/** Savers that play a scenario, in the order of the reports. */
export function saversOfScenario(name: ScenarioName): readonly SaverName[] {
  return SCENARIOS[name].savers ?? FLOW_SAVERS;
}
