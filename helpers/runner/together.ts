import { expect, inject, type TestContext } from 'vitest';
import { readArchive } from '../archive/read.ts';
import { once } from '../common/once.ts';
import type { EngineHandle } from '../engines/model.ts';
import { saversOf } from '../engines/savers/savers.ts';
import type { Gathered } from '../procedure/flow.ts';
import { SCENARIOS } from '../procedure/scenarios/catalogue.ts';
import { saversOfScenario } from '../procedure/scenarios/savers.ts';
import type { ScenarioRequest } from '../procedure/scenarios/server.ts';
import type { Requirement } from '../requirements/define.ts';
import { describeBuilt } from '../requirements/matrix/built-image.ts';
import type { BuiltImage, Loaded, LoadForeign } from '../requirements/matrix/built-image-model.ts';
import { SCENARIO_NAMES, type ScenarioRecord } from '../requirements/matrix/scenario-model.ts';
import type { Outcome } from '../requirements/outcome.ts';
import type { SavedArchive } from '../requirements/procedure/evidence.ts';
import { askSocket, NoEvidence } from './ask-socket.ts';
import { breachesOf } from './judge.ts';
import { type Comparison, compareEngine, judgeSubjects } from './matrix/across/comparisons.ts';
import { whyRefused } from './matrix/across/exceptions.ts';
import type { MatrixEngine } from './matrix/plan.ts';

/** Images of all engines of a matrix, for what only their comparison shows. */

/** The documented image of every builder of every engine, as every saver wrote it. */
export const builtImages = once(async (): Promise<readonly BuiltImage[]> => {
  const all = await Promise.all(inject('engines').map(readImages));
  return all.flat();
});

async function readImages({ engine, flowSocket }: MatrixEngine): Promise<readonly BuiltImage[]> {
  const read: BuiltImage[] = [];
  for (const builder of engine.builders)
    for (const saver of saversOf(builder).filter((name) => engine.savers.includes(name))) {
      const saved = await askSaved(flowSocket, builder, saver);
      if (saved === undefined) continue;
      const { file, program } = saved;
      read.push(await readBuilt(file, { engine, builder, saver, scenario: 'hello', program }));
    }
  return read;
}

async function readBuilt(file: string, who: Parameters<typeof describeBuilt>[1]): Promise<BuiltImage> {
  return describeBuilt(await readArchive(file, { contents: { paths: 'all', maxFileBytes: 0 } }), who);
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

/** What the exporters of every engine made of the reproducible builds. */
export const reproducedImages = once(async (): Promise<readonly BuiltImage[]> => {
  const read: BuiltImage[] = [];
  for (const scenario of SCENARIO_NAMES.filter((name) => SCENARIOS[name].epoch !== undefined))
    for (const { engine, scenarioSocket } of inject('engines'))
      for (const saver of saversOfScenario(scenario)) {
        const file = await askPlayed(scenarioSocket, { play: scenario, saver });
        if (file !== undefined)
          read.push(await readBuilt(file, { engine, builder: 'buildx', saver, scenario, program: null }));
      }
  return read;
});

/** A scenario that could not be played is told where it was judged. */
async function askPlayed(socket: string, request: ScenarioRequest): Promise<string | undefined> {
  try {
    const answer = (await askSocket(socket, request)) as Gathered<ScenarioRecord>;
    return 'unsupported' in answer ? undefined : answer.evidence.saves[0]?.file;
  } catch (error) {
    if (error instanceof NoEvidence) return undefined;
    throw error;
  }
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

/** Judges one comparison of an engine's images with those of the others, and hands its own on for other shards. */
export async function compareTogether(
  context: TestContext,
  engine: EngineHandle,
  comparison: Comparison,
  images: readonly BuiltImage[],
): Promise<void> {
  const own = images.filter((image) => image.engine.name === engine.name && comparison.groupOf(image));
  record(context, engine, await compareEngine(comparison, engine, images), own);
}

/** What one engine does with the archives of the others, as one subject. */
export async function judgeLoads(
  context: TestContext,
  engine: EngineHandle,
  requirement: Requirement<Loaded>,
  loaded: readonly Loaded[],
): Promise<void> {
  record(context, engine, await judgeSubjects(engine, requirement, loaded, 'there is no other engine'));
}

function record(
  context: TestContext,
  { name }: EngineHandle,
  outcomes: readonly Outcome[],
  images: readonly BuiltImage[] = [],
): void {
  context.task.meta.judged = [
    { step: 'together', subject: { id: `${name}/together`, engine: name }, outcomes, facts: [], images },
  ];
  const [only] = outcomes;
  if (only?.status === 'not-applicable') context.skip(`not applicable: ${only.reason}`);
  expect(breachesOf(outcomes), 'breaches').toEqual([]);
}

/** Asks an engine to load what another one saved. */
export async function loadIn(loader: EngineHandle, saved: BuiltImage): Promise<Loaded> {
  const request: ScenarioRequest = { load: saved.file };
  const answer = (await askSocket(scenarioSocketOf(loader), request)) as Gathered<LoadForeign>;
  if ('unsupported' in answer) throw new NoEvidence(answer.unsupported);
  const refused = whyRefused(saved, loader);
  return { saved, loader, answer: answer.evidence, ...(refused !== undefined && { refused }) };
}
