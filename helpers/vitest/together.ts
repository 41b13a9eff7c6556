import { expect, inject, type TestContext } from 'vitest';
import { readArchive } from '../archive/read.ts';
import { evaluate } from '../check.ts';
import { applyDeviations, circumstancesOf, loadRegister } from '../deviations.ts';
import type { EngineHandle, SaverName } from '../engine/model.ts';
import type { SavedArchive } from '../flow/evidence.ts';
import type { Gathered } from '../flow/flow.ts';
import { FLOW_SAVERS, saversOf } from '../flow/savers.ts';
import { breachesOf } from '../judging/judge.ts';
import type { MatrixEngine } from '../matrix/plan.ts';
import { type Outcome, worst } from '../outcome.ts';
import type { Requirement } from '../requirements/define.ts';
import type { LoadForeign } from '../scenarios/load-foreign.ts';
import type { ScenarioName, ScenarioRecord } from '../scenarios/model.ts';
import { saversOfScenario } from '../scenarios/savers.ts';
import type { ScenarioRequest } from '../scenarios/server.ts';
import { whyRefused } from '../together/exceptions.ts';
import type { BuiltImage, Loaded } from '../together/model.ts';
import { askSocket, NoEvidence } from './flow.ts';

/** Images of all engines of a matrix, for what only their comparison shows. */

const images = new Map<string, Promise<readonly BuiltImage[]>>();

/** The documented image of every builder of every engine, as the given savers wrote it. */
export async function builtImages(
  savers: readonly SaverName[] = FLOW_SAVERS,
): Promise<readonly BuiltImage[]> {
  const all = await Promise.all(inject('engines').map((engine) => imagesOf(engine, savers)));
  return all.flat();
}

function imagesOf(engine: MatrixEngine, savers: readonly SaverName[]): Promise<readonly BuiltImage[]> {
  const key = `${engine.engine.name} ${savers.join(' ')}`;
  const known = images.get(key) ?? readImages(engine, savers);
  images.set(key, known);
  return known;
}

async function readImages(
  { engine, flowSocket }: MatrixEngine,
  savers: readonly SaverName[],
): Promise<readonly BuiltImage[]> {
  const read: BuiltImage[] = [];
  for (const builder of engine.builders)
    for (const saver of saversOf(builder).filter(
      (name) => savers.includes(name) && engine.savers.includes(name),
    )) {
      const saved = await askSaved(flowSocket, builder, saver);
      if (saved === undefined) continue;
      const archive = await readArchive(saved.file, { contents: { paths: 'all', maxFileBytes: 0 } });
      read.push({ engine, builder, saver, archive });
    }
  return read;
}

/** A build or a save that failed is told where it failed; there is nothing to compare. */
async function askSaved(path: string, builder: string, saver: string): Promise<SavedArchive | undefined> {
  try {
    const answer = (await askSocket(path, { step: 'save', builder, saver })) as Gathered<SavedArchive>;
    return 'unsupported' in answer ? undefined : answer.evidence;
  } catch (error) {
    if (error instanceof NoEvidence) return undefined;
    throw error;
  }
}

/** What the exporters of every engine made of a reproducible build. */
export async function reproducedImages(scenario: ScenarioName): Promise<readonly BuiltImage[]> {
  const images: BuiltImage[] = [];
  for (const { engine, scenarioSocket } of inject('engines'))
    for (const saver of saversOfScenario(scenario)) {
      const request: ScenarioRequest = { play: scenario, saver };
      const answer = (await askSocket(scenarioSocket, request)) as Gathered<ScenarioRecord>;
      const file = 'unsupported' in answer ? undefined : answer.evidence.saves[0]?.file;
      if (file !== undefined)
        images.push({ engine, builder: scenario, saver, archive: await readArchive(file) });
    }
  return images;
}

/** Every engine of the matrix, in its order. */
export function allEngines(): readonly EngineHandle[] {
  return inject('engines').map(({ engine }) => engine);
}

function scenarioSocketOf({ name }: EngineHandle): string {
  const found = inject('engines').find(({ engine }) => engine.name === name);
  if (found === undefined) throw new Error(`Suite bug: the matrix has no engine ${name}.`);
  return found.scenarioSocket;
}

/** What one engine is worth beside the others, as one subject: the findings of all comparisons by requirement. */
export async function judgeTogether<Subject>(
  context: TestContext,
  engine: EngineHandle,
  requirement: Requirement<Subject>,
  subjects: readonly Subject[],
  nothing: string,
): Promise<void> {
  const { id } = requirement;
  const outcomes = subjects.map((subject) => evaluate(requirement, subject));
  const merged: Outcome =
    outcomes.length === 0
      ? { id, status: 'not-applicable', reason: nothing, findings: [] }
      : {
          id,
          status: worst(outcomes.map(({ status }) => status)),
          findings: outcomes.flatMap(({ findings }) => findings),
        };
  const circumstances = { ...circumstancesOf(engine.stack), scenario: 'together' };
  const today = new Date().toISOString().slice(0, 10);
  const judged = applyDeviations([merged], circumstances, await loadRegister(), today);
  context.task.meta.judged = {
    step: 'together',
    subject: { id: `${engine.name}/together`, engine: engine.name },
    outcomes: judged,
    facts: [],
  };
  if (merged.status === 'not-applicable') return context.skip(`not applicable: ${nothing}`);
  expect(breachesOf(judged), 'breaches').toEqual([]);
}

/** Asks an engine to load what another one saved. */
export async function loadIn(loader: EngineHandle, saved: BuiltImage): Promise<Loaded> {
  const request: ScenarioRequest = { load: saved.archive.source };
  const answer = (await askSocket(scenarioSocketOf(loader), request)) as Gathered<LoadForeign>;
  if ('unsupported' in answer) throw new NoEvidence(answer.unsupported);
  const refused = whyRefused(saved, loader);
  return { saved, loader, answer: answer.evidence, ...(refused !== undefined && { refused }) };
}
