import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { arch, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { reasonOf } from '../../common/system-error.ts';
import { EngineError } from '../error.ts';
import type { RootfsSource } from '../recipe.ts';
import { type DebianSource, findDebianSource } from './debian-sources.ts';
import { explainFailure } from './explain-failure.ts';
import { acquireLock } from './lock.ts';
import { markUsed, removeUnused, setAside } from './rootfs-cache.ts';
import { damageOf } from './rootfs-content.ts';
import { type SupervisedOptions, scriptPath, supervise } from './supervise.ts';

export type TellProgress = (line: string) => void;

/** Whether the caller counts as root only in a user namespace. */
type Rights = Pick<SupervisedOptions, 'userNamespace'>;

/** Part of every key: raise it when the layout of a root file system changes. */
const LAYOUT = 2;
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'armhf',
  ia32: 'i386',
};
/** No line of progress for this long means that the package archive hangs. */
const SILENCE_MS = 120_000;

/** A relative XDG_CACHE_HOME is ignored, as its specification asks, and so is an empty HOME. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME: cache = '', HOME: home = '' } = environment;
  return join(isAbsolute(cache) ? cache : join(homeFolder(home), '.cache'), 'scratch-conformance/rootfs');
}

function homeFolder(home: string): string {
  try {
    return isAbsolute(home) ? home : userInfo().homedir;
  } catch {
    throw new EngineError(
      'This user has no home folder for the cache; set HOME or XDG_CACHE_HOME to a folder.',
    );
  }
}

/**
 * Returns the folder of a root file system with the packages, made on first use and shared by all runs afterwards.
 * Downloads some 100 MB through apt with folders of its own; needs Debian's package archive.
 */
export async function provideRootfs(
  source: RootfsSource,
  onProgress: TellProgress = () => {},
  rights: Rights = {},
): Promise<string> {
  const cache = cacheFolder();
  const final = join(cache, rootfsKey(source));
  await markUsed(final);
  if ((await damageOf(final)) === undefined) {
    await tidy(cache, onProgress);
    return final;
  }
  await makeCache(cache);
  const lock = await acquireLock(join(cache, `${rootfsKey(source)}.lock`), () =>
    onProgress('waiting for another run that makes the same root file system'),
  );
  try {
    const damage = await damageOf(final);
    if (damage === undefined) return final;
    if (existsSync(final)) {
      onProgress(`the cached root file system is damaged (${damage}); making it anew`);
      await setAside(final);
    }
    await removeLeftovers(cache, rootfsKey(source));
    onProgress(
      `First use: Debian’s packages of ${source.packages.join(', ')} are fetched once and kept in ${final}; this takes about a minute`,
    );
    const startedAt = Date.now();
    await makeRootfs(source, final, onProgress, rights);
    onProgress(`ready after ${Math.ceil((Date.now() - startedAt) / 1000)} s; later runs take it from there`);
    return final;
  } finally {
    await lock.release();
  }
}

const tidied = new Set<string>();

/** Once in a process is enough. */
async function tidy(cache: string, onProgress: TellProgress): Promise<void> {
  if (tidied.has(cache)) return;
  tidied.add(cache);
  const removed = await removeUnused(cache);
  if (removed > 0)
    onProgress(
      `removed from ${cache} what no run has used for 30 days: root file systems, ${removed} in number`,
    );
}

/** One after the other: a recursive `mkdir` reports a read-only parent as one that does not exist. */
async function makeFolders(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolders(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function makeCache(cache: string): Promise<void> {
  try {
    await makeFolders(cache);
    await access(cache, constants.W_OK);
  } catch (error) {
    throw new EngineError(
      `The cache folder ${cache} ${reasonOf(error)}; set XDG_CACHE_HOME to a folder that can be written to.`,
    );
  }
}

export function rootfsKey({ suites, packages }: RootfsSource): string {
  const text = JSON.stringify([LAYOUT, arch(), suites, packages]);
  return `${suites[0]}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Folders of runs that were killed while making the same root file system. Only the holder of the lock calls this. */
async function removeLeftovers(cache: string, key: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(`${key}.partial-`));
  await Promise.all(names.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

async function makeRootfs(
  source: RootfsSource,
  final: string,
  onProgress: TellProgress,
  rights: Rights,
): Promise<void> {
  const work = await mkdtemp(`${final}.partial-`);
  try {
    const debian = await packageArchive();
    await writeFile(join(work, 'sources.sources'), sourcesFile(source, debian));
    await writeFile(join(work, 'apt.conf'), aptConfiguration(work, source.expires === true));
    const run = await runProvision(work, final, source, onProgress, rights);
    if (run !== undefined)
      throw new EngineError(`Making a root file system of Debian ${source.suites[0]} failed: ${run}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Runs the script; returns the reason of a failure. */
async function runProvision(
  work: string,
  final: string,
  source: RootfsSource,
  onProgress: TellProgress,
  rights: Rights,
): Promise<string | undefined> {
  const progress = aptProgress(source.suites[0] ?? '', onProgress);
  let silent = false;
  const alarm = setTimeout(() => {
    silent = true;
    void child.stop();
  }, SILENCE_MS);
  const child = supervise({
    ...rights,
    run: work,
    command: ['sh', scriptPath('provision.sh'), work, final, ...source.packages],
    onLine: (line) => {
      alarm.refresh();
      progress(line);
    },
  });
  const { status, lines } = await child.ended.finally(() => clearTimeout(alarm));
  if (status === 0) return undefined;
  if (silent) return `no progress for ${SILENCE_MS / 1000} s; is the package archive reachable?`;
  return explainFailure(lines);
}

async function packageArchive(): Promise<DebianSource> {
  const override = process.env['SCRATCH_DEBIAN_MIRROR'];
  const found = await findDebianSource();
  if (override) return { suites: [], components: [], ...found, uri: override };
  if (found) return found;
  throw new EngineError(
    'The sources of apt on this host name no Debian archive; set SCRATCH_DEBIAN_MIRROR to the URL of one.',
  );
}

function sourcesFile({ suites }: RootfsSource, { uri, signedBy }: DebianSource): string {
  const fields = {
    Types: 'deb',
    URIs: uri,
    Suites: suites.join(' '),
    Components: 'main',
    Architectures: ARCHITECTURES[arch()] ?? arch(),
    ...(signedBy === undefined ? {} : { 'Signed-By': signedBy }),
  };
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n`;
}

/** Read after the host's own configuration, so that its proxies hold and its hooks do not. */
function aptConfiguration(work: string, expires: boolean): string {
  const settings: Readonly<Record<string, string>> = {
    'Dir::State': work,
    'Dir::State::status': `${work}/status`,
    'Dir::State::lists': `${work}/lists`,
    'Dir::State::extended_states': `${work}/extended_states`,
    'Dir::Cache': work,
    'Dir::Cache::archives': `${work}/archives`,
    'Dir::Etc::sourcelist': `${work}/sources.sources`,
    'Dir::Etc::sourceparts': `${work}/none`,
    'Dir::Etc::preferences': `${work}/none`,
    'Dir::Etc::preferencesparts': `${work}/none`,
    'Dir::Log': work,
    'Acquire::Languages': 'none',
    'Acquire::Retries': '0',
    'Acquire::http::Timeout': '30',
    'Acquire::https::Timeout': '30',
    'APT::Architecture': ARCHITECTURES[arch()] ?? arch(),
    // The folders may lie below a home that apt's own unprivileged user cannot enter.
    'APT::Sandbox::User': 'root',
    ...(expires ? { 'Acquire::Check-Valid-Until': 'false' } : {}),
  };
  const hooks = ['APT::Update', 'DPkg'].flatMap((name) => [`${name}::Pre-Invoke`, `${name}::Post-Invoke`]);
  const cleared = [
    ...hooks,
    'APT::Update::Post-Invoke-Success',
    'DPkg::Pre-Install-Pkgs',
    'Acquire::IndexTargets::deb::DEP-11',
  ];
  return [
    ...cleared.map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
    '',
  ].join('\n');
}

/** Turns apt's lines into a few lines of progress: what is fetched, then every tenth of the packages. */
export function aptProgress(suite: string, onProgress: TellProgress): TellProgress {
  let total = 0;
  let done = 0;
  return (line) => {
    const size = /^Need to get (.+) of archives/.exec(line)?.[1];
    const count = /, (\d+) newly installed/.exec(line)?.[1];
    if (line === 'step update') onProgress(`reading the package lists of Debian ${suite}`);
    if (count !== undefined) total = Number(count);
    if (size !== undefined) onProgress(`downloading ${total} packages, ${size}`);
    if (/^Get:\d+ .*\[.*\]$/.test(line)) {
      done += 1;
      if (done % Math.max(1, Math.ceil(total / 10)) === 0 || done === total)
        onProgress(`downloading package ${done} of ${total}`);
    }
    if (line === 'step unpack') onProgress(`unpacking ${total} packages`);
  };
}
