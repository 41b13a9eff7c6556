import { askEngine } from './api.ts';
import { EngineError } from './error.ts';
import { readAnswer } from './read-answer.ts';

/** Entries of BuildKit's cache in an engine: how many bytes each takes, by its ID. */
type BuildCache = ReadonlyMap<string, number>;

interface CacheEntry {
  readonly ID: string;
  readonly Size?: number;
}

interface DiskUsage {
  readonly BuildCache?: readonly CacheEntry[] | null;
  /** In place of the other since API 1.52, when details are asked for. */
  readonly BuildCacheUsage?: { readonly Items?: readonly CacheEntry[] | null } | null;
}

/** Old engines do not know the type and count everything they have, which takes longer. */
const PATH = '/system/df?type=build-cache&verbose=1';
const WAIT_MS = 20_000;

export async function readBuildCache(
  dockerHost: string,
  environment: NodeJS.ProcessEnv,
): Promise<BuildCache> {
  const { status, body } = await askEngine(dockerHost, PATH, { environment, timeoutMs: WAIT_MS });
  if (status >= 400) throw new EngineError(`GET ${PATH} was answered with status ${status}.`);
  const usage = readAnswer<DiskUsage>('diskUsage', `GET ${PATH}`, body);
  const entries = usage.BuildCacheUsage?.Items ?? usage.BuildCache ?? [];
  return new Map(entries.map(({ ID, Size = 0 }) => [ID, Size]));
}

/**
 * What a run leaves in the cache, in one sentence. None of it is removed: an entry names no owner, and a build of
 * somebody else may have made or used it meanwhile.
 */
export function describeGrowth(before: BuildCache, after: BuildCache): string | undefined {
  const sizes = [...after].flatMap(([id, size]) => (before.has(id) ? [] : [size]));
  if (sizes.length === 0) return undefined;
  const kilobytes = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1000);
  const entries = sizes.length === 1 ? '1 entry' : `${sizes.length} entries`;
  return `${entries} of build cache (${kilobytes.toLocaleString('en')} kB). The engine does not say which build an entry belongs to, so none is removed; "docker builder prune" removes all that no image needs.`;
}
