import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onceFor } from '../../common/once.ts';
import type { CommandResult, InspectedImage } from '../../engines/answers.ts';
import { ensureFolder, type WrittenContext } from '../../engines/build-context.ts';
import type { BuildRequest } from '../../engines/builders/builder.ts';
import { loadBuilder } from '../../engines/builders/builders.ts';
import { clientOf, runTool } from '../../engines/command.ts';
import {
  type BuilderName,
  type EngineHandle,
  isPrivate,
  type SaverName,
} from '../../engines/engine-model.ts';
import { inspectImage } from '../../engines/inspect-image.ts';
import { limited } from '../../engines/limited.ts';
import type { BuildTimes } from '../../engines/savers/export.ts';
import type { Saveable } from '../../engines/savers/save-images.ts';
import { isExporter } from '../../engines/savers/savers.ts';
import { FlowError } from '../../engines/step-error.ts';
import { watchEngine } from '../../engines/watch-engine.ts';
import type {
  Reference,
  SavedFile,
  Scenario,
  ScenarioName,
  ScenarioRecord,
} from '../../requirements/matrix/scenario-model.ts';
import { laterSecond } from '../clock.ts';
import type { Flow } from '../flow.ts';
import type { Gathered } from '../gathered.ts';
import { loadArchive } from '../load.ts';
import { createWideContexts, type WideContexts } from '../wide/play-wide.ts';
import { SCENARIOS } from './all-scenarios.ts';
import { prepareContext } from './contexts.ts';
import { preferredBuilder } from './preferred-builder.ts';
import { saveImages, whyNotSaved } from './save-images.ts';

/** Plays scenarios on one engine, one at a time, after the documented procedure. */
export interface Scenarios {
  readonly wide: WideContexts;
  play(name: ScenarioName, saver: SaverName): Promise<Gathered<ScenarioRecord>>;
  /** Why a saver cannot play a scenario here; `undefined` when it can. */
  whyNot(name: ScenarioName, saver: SaverName): string | undefined;
}

export function createScenarios(handle: EngineHandle, flow: Flow): Scenarios {
  // A scenario is about saving.
  const preferred = preferredBuilder(handle);
  const watch = watchEngine(handle);
  let turn: Promise<unknown> = afterTheProcedure(handle, flow);
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(() => watch.during('scenario', (lost) => limited('scenario', work, lost)));
    turn = result.catch(() => {});
    return result;
  };
  const image = onceFor(
    async (
      context: string,
      builder: BuilderName,
      epoch: number | undefined,
      platforms: string | undefined,
      ...tags: readonly string[]
    ) => {
      const prepared = await prepareImage(handle, context, builder, {
        isBuiltFirst: epoch === undefined,
        ...(platforms !== undefined && { platforms: platforms.split(',') }),
      });
      return tags.length === 0 ? prepared : addTags(handle, prepared, tags);
    },
  );
  const builderOf = (saver: SaverName) => (isExporter(saver) ? 'buildx' : preferred);
  const whyNot = (name: ScenarioName, saver: SaverName) =>
    builderOf(saver) === undefined
      ? 'This engine builds nothing.'
      : whyNotSaved(handle, saver, SCENARIOS[name]);
  const play = onceFor(async (name: ScenarioName, saver: SaverName): Promise<Gathered<ScenarioRecord>> => {
    const scenario = SCENARIOS[name];
    const builder = builderOf(saver);
    const reason = whyNot(name, saver);
    if (reason !== undefined || builder === undefined) return { unsupported: reason ?? '' };
    return inTurn(async () => {
      const images: PreparedImage[] = [];
      const { otherTags = [] } = scenario;
      for (const context of scenario.contexts)
        images.push(
          await image(context, builder, scenario.epoch, scenario.platforms?.join(','), ...otherTags),
        );
      return { evidence: await playSaves(handle, scenario, builder, saver, images) };
    });
  });
  return { play, whyNot, wide: createWideContexts(handle, inTurn) };
}

/** Two at a time would disturb the procedure's own measurements, and its images. */
async function afterTheProcedure(handle: EngineHandle, flow: Flow): Promise<void> {
  await Promise.allSettled([...handle.builders.map((builder) => flow.load(builder)), flow.shell()]);
}

interface PreparedImage {
  readonly tag: string;
  readonly otherTags: readonly string[];
  readonly context: WrittenContext;
  /** Second in which the build ended; 0 for an image that is not built yet. */
  readonly builtAt: number;
  /** Absent for an image that is not in the store. */
  readonly inspected?: InspectedImage;
}

/** Writes the context, and builds it unless every save is to be a build of its own. */
async function prepareImage(
  handle: EngineHandle,
  name: string,
  builder: BuilderName,
  { isBuiltFirst, ...request }: Pick<BuildRequest, 'platforms'> & { readonly isBuiltFirst: boolean },
): Promise<PreparedImage> {
  // One for each builder: where an ID is that of a manifest, the tag of the first image would move to the second.
  const tag = `${handle.runId}/${name}:${builder}`;
  const context = await prepareContext(handle, name);
  if (!isBuiltFirst) return { tag, otherTags: [], context, builtAt: 0 };
  const build = await loadBuilder(builder);
  await build({ handle, context, tag, useCache: true, ...request });
  return {
    tag,
    otherTags: [],
    context,
    builtAt: Date.now(),
    inspected: await inspectImage(handle, 'build', tag),
  };
}

/** Gives an image more names, and looks at it again. */
async function addTags(
  handle: EngineHandle,
  image: PreparedImage,
  tags: readonly string[],
): Promise<PreparedImage> {
  const otherTags = tags.map((tag) => `${repositoryOf(image.tag)}:${tag}`);
  for (const tag of otherTags) {
    const { command, exitCode, stderr } = await runTool(handle, clientOf(handle), ['tag', image.tag, tag]);
    if (exitCode !== 0) throw new FlowError('scenario', `${command} failed: ${stderr}`);
  }
  return { ...image, otherTags, inspected: await inspectImage(handle, 'build', image.tag) };
}

function repositoryOf(tag: string): string {
  return tag.slice(0, tag.lastIndexOf(':'));
}

async function playSaves(
  handle: EngineHandle,
  scenario: Scenario,
  builder: BuilderName,
  saver: SaverName,
  images: readonly PreparedImage[],
): Promise<ScenarioRecord> {
  const folder = join(handle.workDir, 'scenarios', scenario.name);
  await ensureFolder(join(handle.workDir, 'scenarios'));
  await ensureFolder(folder);
  const saves: SavedFile[] = [];
  // A time of saving shows only in a later second than that of the build.
  let savedAt = Math.max(...images.map(({ builtAt }) => builtAt));
  for (const [position, step] of scenario.saves.entries()) {
    const platforms = step.platform === undefined ? platformsToExport(scenario, saver) : [step.platform];
    const saveables = images
      .flatMap((image) => saveableOf(image, step.by))
      .map((image) => ({ ...image, ...(platforms && { platforms }) }));
    if (saveables.length < images.length) continue;
    if (position === 0 || step.after === 'next-second')
      await laterSecond(savedAt, isPrivate(handle) ? 'this host' : 'elsewhere');
    if (step.after === 'reload') await reload(handle, images, saves.at(-1)?.file);
    const file = join(folder, `${saver}-${position}.tar`);
    const command = await saveImages(handle, saver, saveables, file, timesOfBuild(scenario));
    savedAt = Date.now();
    saves.push({ by: step.by, command, ...(command.exitCode === 0 ? { file } : await leftAt(file)) });
  }
  const loads = await loadByPlatform(handle, scenario, saves.at(-1)?.file);
  return {
    scenario: scenario.name,
    builder,
    saver,
    images: images.flatMap(({ inspected }) => inspected ?? []),
    saves,
    ...(loads.length > 0 && { loads }),
    ...(scenario.epoch !== undefined && { epoch: { seconds: scenario.epoch, files: timesOf(images) } }),
  };
}

/** None for an image that the engine knows no digest of. */
function saveableOf(
  { tag, otherTags, inspected, context: { folder } }: PreparedImage,
  by: Reference,
): readonly Saveable[] {
  const references: Readonly<Record<Reference, readonly (string | undefined)[]>> = {
    tag: [tag],
    id: [inspected?.id],
    digest: [inspected?.repoDigest],
    repository: [repositoryOf(tag)],
    'every-tag': [tag, ...otherTags],
  };
  return references[by].flatMap((reference) => (reference === undefined ? [] : { reference, folder }));
}

/** An exporter builds for all of them; out of the store comes what is there. */
function platformsToExport({ platforms }: Scenario, saver: SaverName): readonly string[] | undefined {
  return isExporter(saver) ? platforms : undefined;
}

async function loadByPlatform(
  handle: EngineHandle,
  { loads = [] }: Scenario,
  file: string | undefined,
): Promise<NonNullable<ScenarioRecord['loads']>> {
  const done: { platform: string; command: CommandResult }[] = [];
  for (const platform of file === undefined ? [] : loads) {
    const command = await runTool(handle, 'docker', ['load', '--platform', platform, '-i', file ?? '']);
    done.push({ platform, command });
  }
  return done;
}

function timesOfBuild({ epoch, keepsTimes }: Scenario): BuildTimes | undefined {
  return epoch === undefined ? undefined : { epoch, rewritten: keepsTimes !== true };
}

/** What a save that failed has left in place of the archive. */
async function leftAt(file: string): Promise<Pick<SavedFile, 'left'>> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? {} : { left: found.size };
}

function timesOf(images: readonly PreparedImage[]): Readonly<Record<string, number>> {
  const files = images.flatMap(({ context }) => context.files);
  return Object.fromEntries(files.map(({ name, mtime }) => [name, mtime]));
}

/** Takes images out of the store and brings them back from their archive. Throws `FlowError` when either fails. */
async function reload(
  handle: EngineHandle,
  images: readonly { readonly tag: string }[],
  file: string | undefined,
): Promise<void> {
  if (file === undefined)
    throw new FlowError('load', 'there is no archive to load, because the save failed.');
  const removed = await runTool(handle, clientOf(handle), ['rmi', ...images.map(({ tag }) => tag)]);
  if (removed.exitCode !== 0) throw new FlowError('load', `${removed.command} failed: ${removed.stderr}`);
  const loaded = await loadArchive(handle, file);
  if (loaded.exitCode !== 0) throw new FlowError('load', `${loaded.command} failed: ${loaded.stderr}`);
}
