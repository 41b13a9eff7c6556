import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { showName } from '../../common/escape.ts';
import { EngineError } from '../../engines/error.ts';
import type { Report } from '../../report/model.ts';
import { writeOutputs } from '../../report/write.ts';
import { assembleMatrix } from '../assemble-matrix.ts';
import type { ProjectResult } from '../reporter.ts';
import type { MatrixPlan } from './plan.ts';

/** What a shard leaves: which engines it had, and what their tests found out. */
interface StoredShard {
  readonly plan: MatrixPlan;
  readonly results: readonly (readonly [engine: string, result: ProjectResult])[];
}

const FILE = 'shard.json';

export async function storeShard(
  folder: string,
  plan: MatrixPlan,
  results: ReadonlyMap<string, ProjectResult>,
): Promise<void> {
  const shard: StoredShard = { plan, results: [...results] };
  await writeFile(join(folder, FILE), JSON.stringify(shard));
}

/** Makes one report of what the shards of a matrix left in the sub-folders of a folder. */
export async function mergeShards(folder: string, output: string, command: string): Promise<Report> {
  const shards = await readShards(resolve(folder));
  const plan = mergePlans(
    shards.map((shard) => shard.plan),
    command,
  );
  const report = await assembleMatrix(plan, new Map(shards.flatMap(({ results }) => results)));
  await writeOutputs(report, resolve(output));
  return report;
}

async function readShards(folder: string): Promise<readonly StoredShard[]> {
  const names = await readdir(folder).catch(() => {
    throw new EngineError(`The folder ${showName(folder)} of the shards cannot be read.`);
  });
  const shards = await Promise.all(
    names.toSorted().map(async (name): Promise<readonly StoredShard[]> => {
      const text = await readFile(join(folder, name, FILE), 'utf8').catch(() => undefined);
      return text === undefined ? [] : [JSON.parse(text) as StoredShard];
    }),
  );
  const found = shards.flat();
  if (found.length === 0)
    throw new EngineError(
      `No sub-folder of ${showName(folder)} holds the ${FILE} of a shard; give the folder above them.`,
    );
  return found;
}

/** One plan of all shards; the command is that of the merging. */
function mergePlans(plans: readonly MatrixPlan[], command: string): MatrixPlan {
  return {
    command,
    engines: plans.flatMap(({ engines }) => engines),
    unavailable: plans.flatMap(({ unavailable }) => unavailable),
    startedAt: plans.map(({ startedAt }) => startedAt).toSorted()[0] ?? new Date().toISOString(),
    startMs: Object.assign({}, ...plans.map(({ startMs }) => startMs)),
  };
}
