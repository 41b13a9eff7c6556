import { join } from 'node:path';
import type { EngineHandle, SaverName } from '../../engines/model.ts';
import type { ScenarioName } from '../../requirements/matrix/scenario-model.ts';
import type { Gathered } from '../flow.ts';
import { type AnswerServer, serveAnswers } from '../serve-answers.ts';
import type { Scenarios } from './scenarios.ts';

/** What a worker asks for: one line of JSON. */
export type ScenarioRequest =
  | { readonly play: ScenarioName; readonly saver: SaverName }
  | { readonly load: string };

export type ScenarioAnswer = Gathered<unknown> | { readonly error: string };

/** Serves scenarios beside the flow, in the engine's work folder. */
export function serveScenarios(scenarios: Scenarios, { workDir }: EngineHandle): Promise<AnswerServer> {
  return serveAnswers(join(workDir, 'play.sock'), (request) => answer(scenarios, request as ScenarioRequest));
}

async function answer(scenarios: Scenarios, request: ScenarioRequest): Promise<ScenarioAnswer> {
  try {
    if ('play' in request) return await scenarios.play(request.play, request.saver);
    return { evidence: await scenarios.load(request.load) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
