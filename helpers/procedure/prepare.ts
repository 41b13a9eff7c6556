import { join } from 'node:path';
import { digestOf } from '../archive/digest.ts';
import {
  type BuildContext,
  ensureFolder,
  PROGRAM,
  readContextFiles,
  type WrittenContext,
  writeContext,
} from '../engines/build-context.ts';
import { copyContext } from '../engines/copy-context.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import type { ExpectedImage } from '../requirements/procedure/evidence.ts';
import { type Compiled, compileFor } from './compile.ts';
import { readExpectedImage } from './expected-image.ts';
import { expectedOf, type GivenImage } from './given-image.ts';

/** What a flow builds, ready for the engine. */
interface Prepared {
  readonly expectedImage: ExpectedImage;
  readonly context: BuildContext;
  /** Digest of the compiled program; `null` where the suite compiles none. */
  readonly program: string | null;
}

interface PreparedDocumented extends Prepared {
  readonly compiled: Compiled;
  readonly context: WrittenContext;
}

/** Compiles the documented program, and writes the documented context. */
export async function prepareDocumented(handle: EngineHandle): Promise<PreparedDocumented> {
  const { workDir } = handle;
  const [compiled, { expectedImage }] = await Promise.all([
    compileFor(handle, join(workDir, 'c')),
    readExpectedImage(),
  ]);
  const context = await writeContext(join(workDir, 'context'), await readContextFiles(compiled.program));
  const program = context.files.find(({ name }) => name === PROGRAM)?.content ?? Buffer.alloc(0);
  return { compiled, expectedImage, context, program: digestOf(program) };
}

/** Copies a given context to where the engine's tools see it. */
export async function prepareGiven({ workDir }: EngineHandle, image: GivenImage): Promise<Prepared> {
  const folder = join(workDir, 'given');
  await ensureFolder(folder);
  const context = await copyContext(image.folder, join(folder, image.name));
  return { expectedImage: expectedOf(image), context, program: null };
}
