import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { showName } from '../common/escape.ts';
import { isCheckout } from '../common/project-files.ts';
import { listRecipes, loadRecipe } from '../engines/recipe.ts';
import { findEngine } from '../gate/engine-name.ts';
import { narrowReport } from '../gate/narrow.ts';
import type { Side } from '../gate/pair.ts';
import { GateError, readGateReport, readStored } from '../gate/stored.ts';
import { ownCommand } from '../report/own-command.ts';
import type { Report } from '../report/report-model.ts';
import { isToolName, runToolSides } from './gate-tools.ts';

export interface ProvideOptions {
  /** Where `matrix.json` of the last run stands. */
  readonly folder: string;
  /** Run engines again, even where that file has them. */
  readonly fresh: boolean;
  /** Says nothing while it runs. */
  readonly quiet: boolean;
}

/** Has both sides of a comparison: reads stored reports, takes engines and tools from the last run, and runs what is missing. */
export async function provideSides(
  [baseline, candidate]: readonly [string, string],
  options: ProvideOptions,
): Promise<readonly [Side, Side]> {
  const wanted = [await classify(baseline), await classify(candidate)] as const;
  const sideOf = async (kind: 'engine' | 'tool', run: typeof runEngines, file: string) => {
    const last = options.fresh ? undefined : await lastReport(join(options.folder, file));
    const names = wanted.flatMap((each) => (kind in each ? nameOf(each) : []));
    const missing = [...new Set(names)].filter((name) => !isJudged(last, name));
    const ran = missing.length > 0 ? await run(missing, options) : undefined;
    return (name: string) => pick(name, [ran, last]);
  };
  const engineOf = await sideOf('engine', runEngines, 'matrix.json');
  const toolOf = await sideOf('tool', runToolSides, 'tools.json');
  const find = (each: Wanted): Side => {
    if ('side' in each) return each.side;
    return 'tool' in each ? toolOf(each.tool) : engineOf(each.engine);
  };
  const sides = [find(wanted[0]), find(wanted[1])] as const;
  requireOneImage(sides);
  return sides;
}

/** What differs between two images says nothing of two engines. */
function requireOneImage([before, after]: readonly [Side, Side]): void {
  if (before.report.context === after.report.context) return;
  const [first, second] = [before, after].map(({ name, report: { context } }) => {
    const image =
      context === undefined ? 'the documented image' : `the image of the context ${showName(context)}`;
    return `${showName(name)} is about ${image}`;
  });
  throw new GateError(`${first}, ${second}: a gate compares one image on two sides. Judge the same on both.`);
}

type Wanted = { readonly side: Side } | { readonly engine: string } | { readonly tool: string };

function nameOf(each: Wanted): readonly string[] {
  if ('side' in each) return [];
  return ['tool' in each ? each.tool : each.engine];
}

/** A file is one by its name or its presence, a tool by its recipe; everything else is an engine. */
async function classify(text: string): Promise<Wanted> {
  if (/\.json(#|$)/.test(text) || existsSync(text)) return { side: await readStored(text) };
  if (isCheckout() && (await isToolName(text))) return { tool: text };
  const recipes = await Promise.all((await listRecipes()).map((name) => loadRecipe(name)));
  const found = findEngine(
    text,
    recipes.map(({ name, expectedVersion }) => ({ name, version: expectedVersion })),
  );
  if (typeof found === 'string') throw new GateError(found);
  return { engine: found.name };
}

async function lastReport(file: string): Promise<Report | undefined> {
  return existsSync(file) ? readGateReport(file) : undefined;
}

function isJudged(report: Report | undefined, engine: string): boolean {
  return report !== undefined && (narrowReport(report, engine)?.subjects.length ?? 0) > 0;
}

async function runEngines(engines: readonly string[], options: ProvideOptions): Promise<Report> {
  const { runMatrix } = await import('../runner/matrix/run.ts');
  const { createProgress } = await import('../report/progress.ts');
  const progress = createProgress({ quiet: options.quiet });
  const command = ownCommand('matrix', ['--engine', engines.join(',')]);
  try {
    return await runMatrix({ engines, output: join(options.folder, 'gate'), command, progress });
  } finally {
    progress.close();
  }
}

function pick(engine: string, reports: readonly (Report | undefined)[]): Side {
  for (const report of reports) {
    const narrowed = report && narrowReport(report, engine);
    if (narrowed !== undefined && narrowed.subjects.length > 0) return { name: engine, report: narrowed };
  }
  const entry = reports.flatMap((report) => report?.engines ?? []).find(({ name }) => name === engine);
  throw new GateError(
    `${engine} could not be judged: ${entry?.reason ?? 'its run ended without a result.'} A gate needs both sides.`,
  );
}
