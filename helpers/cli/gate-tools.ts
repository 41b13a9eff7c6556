import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../engines/error.ts';
import { GateError } from '../gate/stored.ts';
import { listTools, loadTool } from '../procedure/tools/recipe.ts';
import { createProgress } from '../report/progress.ts';
import type { Report } from '../report/report-model.ts';

/** Whether a side of a gate is a tool in one version: `skopeo@1.18`. Throws where only the version is not known. */
export async function isToolName(text: string): Promise<boolean> {
  const known = await listTools();
  if (known.includes(text)) return true;
  const [product] = text.split('@');
  const versions = text.includes('@') ? known.filter((name) => name.startsWith(`${product}@`)) : [];
  if (versions.length === 0) return false;
  throw new GateError(`There is no recipe of the tool ${text}; there are ${versions.join(', ')}.`);
}

/** Sends the images of the suite through the tools of both sides. */
export async function runToolSides(
  names: readonly string[],
  { folder, quiet }: { readonly folder: string; readonly quiet: boolean },
): Promise<Report> {
  const { listToolInputs } = await import('../proof/tools/inputs.ts');
  const { runTools } = await import('../runner/tools/run-tools.ts');
  const progress = createProgress({ quiet });
  try {
    return await runTools({
      recipes: await Promise.all(names.map((name) => loadTool(name))),
      inputs: await listToolInputs(),
      jobs: availableParallelism() + 1,
      output: join(folder, 'gate'),
      command: `npm run tools -- --tool ${names.join(',')}`,
      progress,
    });
  } catch (error) {
    if (error instanceof EngineError) throw new GateError(error.message);
    throw error;
  } finally {
    progress.close();
  }
}
