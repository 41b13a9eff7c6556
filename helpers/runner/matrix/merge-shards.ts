import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { EngineError } from '../../engines/error.ts';
import type { Report } from '../../report/model.ts';
import type { Progress } from '../../report/progress.ts';
import { type MatrixPlan, PLAN_VARIABLE } from './plan.ts';
import type { MatrixResult } from './run.ts';
import { runSpecs } from './run-specs.ts';

/**
 * Merges what the shards of a matrix left in the sub-folders of a folder: vitest reads its blobs again
 * (`--merge-reports`), and the reporter makes one report of all of them.
 */
export async function mergeShards(
  folder: string,
  output: string,
  command: string,
  progress: Progress,
): Promise<MatrixResult> {
  const shards = await readShards(resolve(folder));
  const work = await mkdtemp(join(tmpdir(), 'scratch-conformance-merge-'));
  try {
    const plan = mergePlans(
      shards.map(({ plan }) => plan),
      { command, output: resolve(output) },
    );
    const file = join(work, 'plan.json');
    const blobs = join(work, 'blobs');
    await mkdir(blobs);
    await writeFile(file, JSON.stringify(plan));
    await Promise.all(
      shards.flatMap(({ blob }, position) =>
        blob === undefined ? [] : copyFile(blob, join(blobs, `blob-${position}.json`)),
      ),
    );
    const failure = await runSpecs(dirname(projectFolder('specs')), { [PLAN_VARIABLE]: file }, progress, [
      'run',
      `--merge-reports=${blobs}`,
    ]);
    const text = await readFile(join(plan.output, 'matrix.json'), 'utf8').catch(() => undefined);
    if (failure !== undefined || text === undefined) return { failure: failure ?? 'there is no report.' };
    return { report: JSON.parse(text) as Report };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface StoredShard {
  readonly plan: MatrixPlan;
  /** Absent when none of the shard's engines could be had. */
  readonly blob?: string;
}

async function readShards(folder: string): Promise<readonly StoredShard[]> {
  const names = await readdir(folder).catch(() => {
    throw new EngineError(`The folder ${folder} of the shards cannot be read.`);
  });
  const shards = await Promise.all(
    names.toSorted().map(async (name): Promise<StoredShard | undefined> => {
      const text = await readFile(join(folder, name, 'plan.json'), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      const files = await readdir(join(folder, name));
      const blob = files.includes('blob.json') ? { blob: join(folder, name, 'blob.json') } : {};
      return { plan: JSON.parse(text) as MatrixPlan, ...blob };
    }),
  );
  const found = shards.filter((shard) => shard !== undefined);
  if (found.length === 0)
    throw new EngineError(
      `No sub-folder of ${folder} holds the plan.json of a shard; give the folder above them.`,
    );
  return found;
}

/** One plan of all shards; what differs by run (start, command, folder) is of the merging. */
function mergePlans(plans: readonly MatrixPlan[], run: Pick<MatrixPlan, 'command' | 'output'>): MatrixPlan {
  return {
    ...run,
    engines: plans.flatMap(({ engines }) => engines),
    unavailable: plans.flatMap(({ unavailable }) => unavailable),
    startedAt: plans.map(({ startedAt }) => startedAt).toSorted()[0] ?? new Date().toISOString(),
    startMs: Object.assign({}, ...plans.map(({ startMs }) => startMs)),
  };
}
