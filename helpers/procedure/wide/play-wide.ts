import { join } from 'node:path';
import { onceFor } from '../../common/once.ts';
import { type BuildContext, ensureFolder, readDockerfile } from '../../engines/build-context.ts';
import { productOf, whyNotBuilt } from '../../engines/builders/builder-features.ts';
import { loadBuilder } from '../../engines/builders/builders.ts';
import { type BuilderName, type EngineHandle, isPrivate } from '../../engines/engine-model.ts';
import { STORE_SAVERS } from '../../engines/savers/savers.ts';
import { BuildRefusedError } from '../../engines/step-error.ts';
import type { WideContextName, WideRecord, WideSave } from '../../requirements/matrix/wide-model.ts';
import { laterSecond } from '../clock.ts';
import type { Gathered } from '../gathered.ts';
import { preferredBuilder } from '../scenarios/preferred-builder.ts';
import { saveImages } from '../scenarios/save-images.ts';
import { prepareWideContext, whyNotHere } from './prepare-wide.ts';

/** Has wide contexts built by every builder, one at a time. */
export interface WideContexts {
  play(context: WideContextName, builder: BuilderName): Promise<Gathered<WideRecord>>;
}

/** `inTurn` carries out one thing after the other on this engine. */
export function createWideContexts(
  handle: EngineHandle,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
): WideContexts {
  const prepared = onceFor((name: WideContextName) => prepareWideContext(handle, name));
  const play = onceFor(async (context: WideContextName, builder: BuilderName) => {
    if (!handle.builders.includes(builder))
      return { unsupported: handle.lacking[builder] ?? 'This engine lacks the builder.' };
    return inTurn(async () => ({
      evidence: await buildAndSave(handle, context, builder, await prepared(context)),
    }));
  });
  return { play };
}

async function buildAndSave(
  handle: EngineHandle,
  context: WideContextName,
  builder: BuilderName,
  prepared: BuildContext,
): Promise<WideRecord> {
  const dockerfile = await readDockerfile(prepared);
  const lacks =
    (await whyNotHere(handle, context)) ?? whyNotBuilt(dockerfile, productOf(handle, builder)) ?? null;
  const tag = `${handle.runId}/wide-${context}:${builder}`;
  const build = await loadBuilder(builder);
  let builtAt: number;
  try {
    await build({ handle, context: prepared, tag, useCache: true });
    builtAt = Date.now();
  } catch (error) {
    if (!(error instanceof BuildRefusedError)) throw error;
    return { context, builder, refusal: error.said, lacks };
  }
  // Its archive is held against all that is asked of any, times too: whether they tell of the save is not left to luck.
  if (builder === preferredBuilder(handle))
    await laterSecond(builtAt, isPrivate(handle) ? 'this host' : 'elsewhere');
  return {
    context,
    builder,
    refusal: null,
    lacks,
    saved: await save(handle, context, builder, tag, prepared),
  };
}

/** By the saver that people use first. What the others make of an image is what the procedure and the scenarios ask. */
async function save(
  handle: EngineHandle,
  context: WideContextName,
  builder: BuilderName,
  tag: string,
  { folder }: BuildContext,
): Promise<WideSave> {
  const own = STORE_SAVERS.filter((name) => handle.savers.includes(name));
  const saver = own.find((name) => name !== 'api-save') ?? 'api-save';
  const archives = join(handle.workDir, 'wide');
  await ensureFolder(archives);
  const file = join(archives, `${context}-${builder}.tar`);
  const command = await saveImages(handle, saver, [{ reference: tag, folder }], file);
  return { saver, command, ...(command.exitCode === 0 && { file }) };
}
