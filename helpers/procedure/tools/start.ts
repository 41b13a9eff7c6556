import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { compareVersions } from '../../common/version-range.ts';
import { fillWords } from '../../consumers/methods/command-answer.ts';
import { openSandbox, type Sandbox } from '../../consumers/sandbox.ts';
import { EngineError } from '../../engines/error.ts';
import { provideRootfs, type TellProgress } from '../../engines/start/rootfs.ts';
import { failureOf } from './ending.ts';
import type { ToolRecipe } from './recipe.ts';

const ASK_VERSION_MS = 30_000;
/** A daemon of a recipe answers within a second where the machine is idle. */
const READY_MS = 60_000;

/** A tool in its root file system, ready for any number of passages. */
export interface RunningTool {
  readonly recipe: ToolRecipe;
  readonly sandbox: Pick<Sandbox, 'work' | 'run' | 'execute' | 'stop'>;
}

/** Starts a tool and asks for its version. Throws EngineError with one sentence where it cannot be had as it is stated. */
export async function startTool(recipe: ToolRecipe, onProgress?: TellProgress): Promise<RunningTool> {
  const sandbox = await openSandbox(recipe.source, recipe.start, onProgress);
  try {
    await assertVersion(recipe, sandbox);
    await untilReady(recipe, sandbox);
    return { recipe, sandbox };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** Another version is another tool: what it does says nothing about the version that was asked for. */
export async function assertVersion(
  { name, asksVersion, versionPackage, version, source }: ToolRecipe,
  { execute }: Pick<Sandbox, 'execute'>,
): Promise<void> {
  const command = asksVersion.join(' ');
  const end = await execute({ argv: asksVersion, timeoutMs: ASK_VERSION_MS });
  const failure = failureOf(end, command);
  const suites = source.suites.join(', ');
  if (failure?.status === 'missing')
    throw new EngineError(
      `${name} is missing: ${failure.words}, though the packages ${source.packages.join(', ')} of Debian ${suites} were to bring it.`,
    );
  if (failure !== undefined)
    throw new EngineError(
      `${name} does not tell its version: ${command} ${failure.status} (${failure.words}).`,
    );
  const told =
    versionPackage === undefined
      ? end.stdout
      : await packageVersion(await provideRootfs(source), versionPackage);
  const [found] = /\d+(?:\.\d+)+/.exec(told) ?? [];
  if (found === undefined)
    throw new EngineError(`${name} does not tell its version: ${command} prints no number.`);
  if (compareVersions(found, version) !== 0)
    throw new EngineError(
      `${name} is of another version: ${command} says ${found}, its recipe states ${version}. Where Debian ${suites} has moved on, correct fixtures/tools.`,
    );
}

/** As apt installed it into the root file system. */
async function packageVersion(rootfs: string, wanted: string): Promise<string> {
  const lines = (await readFile(join(rootfs, 'packages'), 'utf8')).split('\n');
  return lines.find((line) => line.startsWith(`${wanted} `))?.slice(wanted.length) ?? '';
}

async function untilReady(
  { name, ready }: ToolRecipe,
  { execute, run: { socket } }: Pick<Sandbox, 'execute' | 'run'>,
): Promise<void> {
  if (ready === undefined) return;
  const argv = fillWords(ready, { socket });
  let words = 'no answer';
  for (const deadline = performance.now() + READY_MS; performance.now() < deadline; await setTimeout(50)) {
    const failure = failureOf(await execute({ argv, timeoutMs: ASK_VERSION_MS }), argv.join(' '));
    if (failure === undefined) return;
    words = failure.words;
  }
  throw new EngineError(`The daemon of ${name} does not answer within ${READY_MS / 1000} s: ${words}.`);
}
