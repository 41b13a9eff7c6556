import { join } from 'node:path';
import { type BuildContext, ensureFolder } from '../engines/build-context.ts';
import { loadBuilder } from '../engines/builders/builders.ts';
import { type BuilderName, type EngineHandle, isPrivate } from '../engines/engine-model.ts';
import { SAVE_WITH } from '../engines/savers/save-images.ts';
import { saversOf } from '../engines/savers/savers.ts';
import { FlowError } from '../engines/step-error.ts';
import type { BuiltTwice } from '../requirements/procedure/evidence.ts';
import { tagOf } from './build.ts';
import { laterSecond } from './clock.ts';

interface Twice {
  readonly name: string;
  readonly context: BuildContext;
  readonly epoch: number;
}

/** Builds a context twice, each step executed anew and at least a second apart, and saves both images. */
export async function buildTwice(
  handle: EngineHandle,
  builder: BuilderName,
  request: Twice,
): Promise<BuiltTwice> {
  const first = await buildOnce(handle, builder, request, 'first');
  await laterSecond(Date.now(), isPrivate(handle) ? 'this host' : 'elsewhere');
  const second = await buildOnce(handle, builder, request, 'second');
  const { epoch } = request;
  return { builder, epoch, command: first.command, files: [first.file, second.file] };
}

async function buildOnce(
  handle: EngineHandle,
  builder: BuilderName,
  { name, context, epoch }: Twice,
  turn: 'first' | 'second',
): Promise<{ readonly command: string; readonly file: string }> {
  const build = await loadBuilder(builder);
  const tag = `${tagOf(handle, builder, name)}-${turn}`;
  const { command } = await build({ handle, context, tag, useCache: false, epoch });
  const [saver] = saversOf(builder).filter((each) => handle.savers.includes(each));
  if (saver === undefined)
    throw new FlowError('reproduce', 'this engine has no saver, so there is nothing to compare.');
  const folder = join(handle.workDir, 'archives');
  const file = join(folder, `${name}-${builder}-${turn}.tar`);
  await ensureFolder(folder);
  const saved = await SAVE_WITH[saver](handle, [{ reference: tag, folder: context.folder }], file);
  if (saved.exitCode !== 0)
    throw new FlowError(
      'reproduce',
      `${saved.command} failed with exit code ${saved.exitCode}: ${saved.stderr}`,
    );
  return { command, file };
}
