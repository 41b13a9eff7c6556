import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { showName } from '../../common/escape.ts';
import { EngineError } from '../../engines/error.ts';
import type { Report } from '../../report/report-model.ts';
import { tellMeasured } from '../../report/tell-measured.ts';
import { writeOutputs } from '../../report/write.ts';
import { assembleMatrix, type MissingPart } from '../assemble-matrix.ts';
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

/**
 * Makes one report of what the shards of a matrix left in the sub-folders of a folder. `required` names engines that
 * must be among them, beside those that a shard was asked for.
 */
export async function mergeShards(
  folder: string,
  output: string,
  command: string,
  required: readonly string[] = [],
  finish: (report: Report) => Report = (report) => report,
): Promise<Report> {
  const { shards, missing } = await readShards(resolve(folder));
  const plan = mergePlans(
    shards.map((shard) => shard.plan),
    command,
    required,
  );
  const results = new Map(shards.flatMap((shard) => shard.results));
  const report = finish(await tellMeasured(await assembleMatrix(plan, results, missing)));
  await writeOutputs(report, resolve(output));
  return report;
}

interface FoundShards {
  readonly shards: readonly StoredShard[];
  /** Parts that ended before they had judged anything: they must not be left out in silence. */
  readonly missing: readonly MissingPart[];
}

async function readShards(folder: string): Promise<FoundShards> {
  const names = await readdir(folder).catch(() => {
    throw new EngineError(`The folder ${showName(folder)} of the shards cannot be read.`);
  });
  const parts = await Promise.all(names.toSorted().map((name) => readShard(folder, name)));
  const shards = parts.flatMap((part) => (part !== undefined && 'plan' in part ? part : []));
  const missing = parts.flatMap((part) => (part !== undefined && 'reason' in part ? part : []));
  if (shards.length === 0)
    throw new EngineError(
      `No sub-folder of ${showName(folder)} holds the ${FILE} of a shard; give the folder above them.`,
    );
  return { shards, missing };
}

async function readShard(folder: string, name: string): Promise<StoredShard | MissingPart | undefined> {
  if (!(await stat(join(folder, name))).isDirectory()) return undefined;
  const text = await readFile(join(folder, name, FILE), 'utf8').catch(() => undefined);
  if (text === undefined)
    return {
      subject: name,
      reason: `The part ${showName(name)} holds no ${FILE}: its run ended early. Run it again.`,
    };
  return (
    parseShard(text) ?? {
      subject: name,
      reason: `${FILE} of the part ${showName(name)} is cut off, or of another version of the suite. Run that part again.`,
    }
  );
}

function parseShard(text: string): StoredShard | undefined {
  try {
    const shard = JSON.parse(text) as Partial<StoredShard> | null;
    const isWhole =
      Array.isArray(shard?.plan?.engines) &&
      Array.isArray(shard.plan.required) &&
      Array.isArray(shard.results);
    return isWhole ? (shard as StoredShard) : undefined;
  } catch {
    return undefined;
  }
}

/** One plan of all shards; the command is that of the merging. */
function mergePlans(plans: readonly MatrixPlan[], command: string, required: readonly string[]): MatrixPlan {
  const [image] = plans.flatMap((plan) => plan.image ?? []);
  const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];
  return {
    command,
    ...(image && { image }),
    planned: union([...plans.map(({ planned }) => planned), required]),
    required: union([...plans.map((plan) => plan.required), required]),
    engines: plans.flatMap(({ engines }) => engines),
    unavailable: plans.flatMap(({ unavailable }) => unavailable),
    startedAt: plans.map(({ startedAt }) => startedAt).toSorted()[0] ?? new Date().toISOString(),
    startMs: Object.assign({}, ...plans.map(({ startMs }) => startMs)),
  };
}
