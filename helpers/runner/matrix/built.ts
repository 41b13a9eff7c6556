import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchive } from '../../archive/read-archive.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';
import { saversOf } from '../../engines/savers/savers.ts';
import type { Gathered } from '../../procedure/gathered.ts';
import { SCENARIOS, saversOfScenario } from '../../procedure/scenarios/all-scenarios.ts';
import { describeBuilt } from '../../requirements/matrix/built-image.ts';
import type { BuiltImage } from '../../requirements/matrix/built-image-model.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../../requirements/matrix/scenario-model.ts';
import type { Worker } from '../begin.ts';

/** What the worker of an engine leaves for those of the others: a file in the folder of the engine. */

function fileOf({ workDir }: EngineHandle): string {
  return join(workDir, 'built.json');
}

/** Describes what the engine built and saved. Builds and saves that failed are told where they failed. */
export async function leaveBuilt(worker: Worker): Promise<void> {
  const images = await flowImages(worker);
  if (worker.source.image === undefined) images.push(...(await reproducedImages(worker)));
  await writeFile(fileOf(worker.engine), JSON.stringify(images));
}

/** What all engines left; nothing of an engine whose worker did not come so far. */
export async function readBuilt(engines: readonly EngineHandle[]): Promise<readonly BuiltImage[]> {
  const texts = await Promise.all(
    engines.map((engine) => readFile(fileOf(engine), 'utf8').catch(() => '[]')),
  );
  return texts.flatMap((text) => JSON.parse(text) as readonly BuiltImage[]);
}

/** The documented image, or a given one, of every builder, as every saver wrote it. */
async function flowImages({ engine, flow, source, begunAt }: Worker): Promise<BuiltImage[]> {
  const images: BuiltImage[] = [];
  for (const builder of engine.builders)
    for (const saver of saversOf(builder).filter((name) => engine.savers.includes(name))) {
      const saved = await evidenceOf(flow.save(builder, saver));
      if (saved === undefined) continue;
      const { file, program } = saved;
      const scenario = source.image === undefined ? 'hello' : 'given';
      const since = source.image === undefined ? undefined : begunAt;
      images.push(await describe(file, { engine, builder, saver, scenario, program }, since));
    }
  return images;
}

/** Whether two builds of it are to give the same bytes. */
function isReproducible(name: ScenarioName): boolean {
  const { epoch, keepsTimes } = SCENARIOS[name];
  return epoch !== undefined && keepsTimes !== true;
}

/** What the exporters made of the reproducible builds. */
async function reproducedImages({ engine, scenarios }: Worker): Promise<readonly BuiltImage[]> {
  const images: BuiltImage[] = [];
  for (const scenario of SCENARIO_NAMES.filter(isReproducible))
    for (const saver of saversOfScenario(scenario)) {
      const file = (await evidenceOf(scenarios.play(scenario, saver)))?.saves[0]?.file;
      if (file !== undefined)
        images.push(await describe(file, { engine, builder: 'buildx', saver, scenario, program: null }));
    }
  return images;
}

async function evidenceOf<T>(gathered: Promise<Gathered<T>>): Promise<T | undefined> {
  const result = await gathered.catch(() => undefined);
  return result !== undefined && 'evidence' in result ? result.evidence : undefined;
}

async function describe(
  file: string,
  who: Parameters<typeof describeBuilt>[1],
  since?: number,
): Promise<BuiltImage> {
  return describeBuilt(await readArchive(file, { contents: { paths: 'all', maxFileBytes: 0 } }), who, since);
}
