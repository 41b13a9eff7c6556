import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILDERS, type BuilderName, type EngineHandle, type SaverName } from '../engine/model.ts';
import { loadBuilder } from '../flow/build/builders.ts';
import { type BuildContext, writeContext } from '../flow/context.ts';

import type { ImageFacts } from '../flow/evidence.ts';
import type { Flow, Gathered } from '../flow/flow.ts';
import { inspectImage } from '../flow/image-facts.ts';
import { CONTEXT_MTIME } from '../flow/tar-context.ts';
import { projectFolder } from '../project-files.ts';
import { SCENARIOS } from './catalogue.ts';
import { type LoadForeign, loadForeign } from './load-foreign.ts';
import type { Reference, SavedFile, Scenario, ScenarioName, ScenarioRecord } from './model.ts';
import { reload } from './reload.ts';
import { saveImages, whyNotSaved } from './save-images.ts';

/** Plays scenarios on one engine, one at a time, after the documented procedure. */
export interface Scenarios {
  play(name: ScenarioName, saver: SaverName): Promise<Gathered<ScenarioRecord>>;
  /** Loads an archive that another engine saved. */
  load(file: string): Promise<LoadForeign>;
}

/** The builder that most people use comes first; a scenario is about saving. */
const PREFERRED: readonly BuilderName[] = ['docker-build', 'podman-build', 'buildah', ...BUILDERS];

export function createScenarios(handle: EngineHandle, flow: Flow): Scenarios {
  const builder = PREFERRED.find((name) => handle.builders.includes(name));
  const built = new Map<string, Promise<BuiltImage>>();
  let turn: Promise<unknown> = afterTheProcedure(handle, flow);
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  const image = (context: string, name: BuilderName) => {
    const known = built.get(context) ?? buildContext(handle, context, name);
    built.set(context, known);
    return known;
  };
  return {
    play: (name, saver) => {
      const scenario = SCENARIOS[name];
      const reason =
        builder === undefined ? 'This engine builds nothing.' : whyNotSaved(handle, saver, scenario);
      if (builder === undefined || reason !== undefined)
        return Promise.resolve({ unsupported: reason ?? 'This engine builds nothing.' });
      return inTurn(async () => {
        const images: BuiltImage[] = [];
        for (const context of scenario.contexts) images.push(await image(context, builder));
        return playSaves(handle, scenario, builder, saver, images);
      });
    },
    load: (file) => inTurn(() => loadForeign(handle, file)),
  };
}

/** Two at a time would disturb the procedure's own measurements, and its images. */
async function afterTheProcedure(handle: EngineHandle, flow: Flow): Promise<void> {
  await Promise.allSettled([...handle.builders.map((builder) => flow.load(builder)), flow.shell()]);
}

export interface BuiltImage {
  readonly tag: string;
  readonly facts: ImageFacts;
}

async function buildContext(handle: EngineHandle, name: string, builder: BuilderName): Promise<BuiltImage> {
  const tag = `${handle.runId}/${name}:1`;
  const context = await readFixture(handle, name);
  const build = await loadBuilder(builder);
  await build({ handle, context, tag, useCache: true });
  return { tag, facts: await inspectImage(handle, 'build', tag) };
}

async function readFixture(handle: EngineHandle, name: string): Promise<BuildContext> {
  const folder = projectFolder(`fixtures/contexts/${name}`);
  const names = (await readdir(folder)).toSorted();
  const files = await Promise.all(
    names.map(async (file) => ({
      name: file,
      mode: 0o644,
      content: await readFile(join(folder, file)),
      mtime: CONTEXT_MTIME,
    })),
  );
  await mkdir(join(handle.workDir, 'contexts'), { recursive: true });
  return writeContext(join(handle.workDir, 'contexts', name), files);
}

async function playSaves(
  handle: EngineHandle,
  scenario: Scenario,
  builder: BuilderName,
  saver: SaverName,
  images: readonly BuiltImage[],
): Promise<Gathered<ScenarioRecord>> {
  const folder = join(handle.workDir, 'scenarios', scenario.name);
  await mkdir(folder, { recursive: true });
  const saves: SavedFile[] = [];
  let second = 0;
  for (const [position, step] of scenario.saves.entries()) {
    const references = images.map((image) => referenceOf(image, step.by));
    if (references.includes(undefined)) continue;
    if (step.after === 'next-second') await laterThan(second);
    if (step.after === 'reload') await reload(handle, images, saves.at(-1)?.file);
    const file = join(folder, `${saver}-${position}.tar`);
    const command = await saveImages(handle, saver, references as readonly string[], file);
    second = Math.floor(Date.now() / 1000);
    saves.push({ by: step.by, command, ...(command.exitCode === 0 && { file }) });
  }
  const record = { scenario: scenario.name, builder, saver, images: images.map(({ facts }) => facts), saves };
  return { evidence: record };
}

/** `undefined` for an image that the engine knows no digest of. */
function referenceOf({ tag, facts }: BuiltImage, by: Reference): string | undefined {
  if (by === 'digest') return facts.repoDigest;
  return by === 'tag' ? tag : facts.id;
}

/** Headers of a tar count whole seconds: a time of saving shows only in another one. */
function laterThan(second: number): Promise<void> {
  const wait = Math.max(0, (second + 1) * 1000 - Date.now() + 5);
  return new Promise((resolve) => setTimeout(resolve, wait));
}
