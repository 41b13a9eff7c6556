import { renderHelp } from '../common/command-help.ts';
import { runByTable } from '../common/command-line.ts';
import { printNote, printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import type { RunningEngine } from '../engines/engine-model.ts';
import { EngineError } from '../engines/error.ts';
import { listRecipes, loadRecipe } from '../engines/recipe.ts';
import { resolveEngine } from '../engines/resolve.ts';
import { endOnSignals } from '../engines/start/stop-at-end.ts';
import { ENGINE } from './options/tables.ts';

/** Engines by hand: which there are, and one that runs until it is interrupted. */
export function run(args: readonly string[]): Promise<number> {
  return runByTable(ENGINE, args, async (_values, positionals) => {
    const [action, name, ...more] = positionals;
    if (action === 'help') return runByTable(ENGINE, ['--help'], async () => 0);
    try {
      if (action === 'list' && name === undefined) return await list();
      if (action === 'start' && more.length === 0) return await start(name);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      printNote(error.message);
      return error.exitCode;
    }
    throw new UsageError(renderHelp(ENGINE).trimEnd());
  });
}

async function list(): Promise<number> {
  for (const name of await listRecipes()) {
    const { title, builders, savers } = await loadRecipe(name);
    printText(`${name.padEnd(22)} ${title}\n${' '.repeat(23)}${builders.join(' ')} | ${savers.join(' ')}\n`);
  }
  return 0;
}

async function start(name: string | undefined): Promise<number> {
  const started = performance.now();
  endOnSignals();
  const engine = await resolveEngine({
    ...(name === undefined ? {} : { engine: name }),
    onProgress: (line) => printNote(line),
  });
  printText(describe(engine, Math.round(performance.now() - started)));
  // A signal ends the process.
  return new Promise(() => {});
}

function describe({ handle }: RunningEngine, milliseconds: number): string {
  const { stack } = handle;
  const quoted = Object.entries(handle.tools).map(([tool, argv]) => `${tool}='${argv?.join(' ')}'`);
  return [
    `${stack.engine} ${stack.version}, API ${stack.api}, store ${stack.store}, ready in ${milliseconds} ms`,
    `export DOCKER_HOST=${handle.dockerHost}`,
    ...quoted,
    `run ${handle.runId}`,
    `work folder ${handle.workDir}`,
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}
