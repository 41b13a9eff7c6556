import { readdir } from 'node:fs/promises';
import { arch } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { normalisePath } from '../../archive/normalise-path.ts';
import { EngineError } from '../../engines/error.ts';
import { untilAnswering } from '../../engines/start/first-answer.ts';
import { parentsOf } from '../compare-roots.ts';
import { ASK_MS, type Handover, RUN_MS, TAKE_AT_MOST_MS, TAKE_MS, type Taker } from '../method.ts';
import { createTarRootReader } from '../read-roots.ts';
import type { Answer, TakenImage, TakenRoot } from '../reception.ts';
import type { DockerMethod } from '../recipe.ts';
import type { Sandbox } from '../sandbox.ts';
import { normaliseWords, tellingWords } from '../words.ts';
import { configsBelow } from './content-store.ts';
import { type ApiEnd, type ApiRequest, askDaemon, messageOf } from './docker-api.ts';
import { watchDaemon } from './watch-daemon.ts';

/** What Docker puts into every container by itself. */
const ADDED = [
  ...[
    '.dockerenv',
    'dev',
    'dev/console',
    'dev/pts',
    'dev/shm',
    'etc',
    'etc/hostname',
    'etc/hosts',
    'etc/mtab',
  ],
  ...['etc/resolv.conf', 'proc', 'sys'],
];
export const HOST_ARCHITECTURE = arch() === 'x64' ? 'amd64' : arch();
/** How often a file is handed over to a daemon that closes the connection and says nothing of a fault. */
const LOADS = 3;
type BrokenEnd = Extract<ApiEnd, { broken: string }>;
type AnsweredEnd = Exclude<ApiEnd, BrokenEnd>;

class UnansweredError extends EngineError {
  override readonly name = 'UnansweredError';
  readonly end: BrokenEnd;

  constructor(request: string, end: BrokenEnd) {
    super(`${request} has no answer: ${end.broken}.`);
    this.end = end;
  }
}

/** How long the end of a daemon may lag behind the end of its connections. */
const CRASH_MS = 3000;

interface Inspected {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly Os: string;
  readonly Architecture: string;
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
  readonly Config?: {
    readonly Cmd?: unknown;
    readonly Entrypoint?: unknown;
    readonly WorkingDir?: string;
    readonly Volumes?: Readonly<Record<string, unknown>> | null;
  } | null;
}

/** `docker load`, as the API has it. */
export function dockerTaker({ stores, content }: DockerMethod, sandbox: Sandbox): Taker {
  const { socket } = sandbox.run;
  const ask = (method: ApiRequest['method'], path: string, more: Partial<ApiRequest> = {}) =>
    askDaemon(socket, { method, path, timeoutMs: ASK_MS, ...more });

  /** A question about what was taken. Without an answer nothing is known of the image; it is not absent. */
  async function question(...[method, path, more]: Parameters<typeof ask>): Promise<AnsweredEnd> {
    const end = await ask(method, path, more);
    if ('broken' in end) throw new UnansweredError(`${method} ${path}`, end);
    return end;
  }

  async function listImages(): Promise<readonly string[]> {
    const images =
      jsonOf<readonly { readonly Id: string }[]>(await question('GET', '/images/json?all=1')) ?? [];
    return [...new Set(images.map(({ Id }) => Id))].sort();
  }

  /** What the last archive left, where that is known: listing images costs more than loading a small one. */
  let loaded: readonly string[] | undefined;

  async function take(handover: Handover): Promise<Answer> {
    try {
      return await loadAndAsk(handover);
    } catch (error) {
      if (!(error instanceof UnansweredError)) throw error;
      const { isUnheard: _, ...answer } = await brokenAnswer(error.end, sandbox);
      return answer;
    }
  }

  async function loadAndAsk({ file, run }: Handover): Promise<Answer> {
    loaded = undefined;
    const end = await load(file);
    if (!('body' in end)) return end;
    const refusal = end.status >= 400 ? messageOf(end.body) : errorDetail(end.body);
    if (refusal !== undefined) return { status: 'refused', words: normaliseWords(refusal) };
    const inspected: Inspected[] = [];
    loaded = await listImages();
    for (const id of loaded) {
      const image = jsonOf<Inspected>(await question('GET', `/images/${id}/json`));
      if (image) inspected.push(image);
    }
    const images = await Promise.all(
      inspected.map(async (image) => takenImage(image, await configsOf(image.Id))),
    );
    const position = images.findIndex(({ platform }) => platform === `linux/${HOST_ARCHITECTURE}`);
    const image = inspected[position];
    if (!image) {
      // The containerd store loads a config that it cannot read, and knows no platform of it.
      const unread = inspected.find(({ Os }) => Os === '');
      const words = unread && (await refusalOfContainer(unread.Id));
      return { status: 'taken', images, ...(words === undefined ? {} : { words }) };
    }
    return { status: 'taken', images, ...(await useContainer(image, position, run)) };
  }

  /**
   * The daemon's answer to the file, or what became of the daemon. One that has seen enough answers and closes the
   * connection while the rest is still on its way; a client that was writing then cannot read the answer, and asks again.
   */
  async function load(file: string): Promise<AnsweredEnd | Answer> {
    for (let left = LOADS; ; left--) {
      const end = await watchDaemon(sandbox, (signal) =>
        ask('POST', '/images/load?quiet=1', { file, timeoutMs: TAKE_AT_MOST_MS, signal }),
      );
      if (!('broken' in end)) return end;
      const { isUnheard, ...answer } = await brokenAnswer(end, sandbox);
      if (!isUnheard || left === 1) return answer;
    }
  }

  /** The image ID is the digest of the config, with the containerd store that of the manifest or index. */
  async function configsOf(id: string): Promise<readonly string[]> {
    return content === undefined ? [id] : await configsBelow(sandbox.hostPath(content), id);
  }

  /** A container of the image: its exported root, and how it runs. */
  async function useContainer(
    image: Inspected,
    position: number,
    run: boolean,
  ): Promise<{ root?: TakenRoot; run?: string }> {
    const hasCommand = Boolean(image.Config?.Cmd ?? image.Config?.Entrypoint);
    const settings = {
      Image: image.Id,
      HostConfig: { NetworkMode: 'none' },
      ...(hasCommand ? {} : { Cmd: ['/-'] }),
    };
    const created = await question('POST', '/containers/create', { json: settings });
    const id = jsonOf<{ readonly Id: string }>(created)?.Id;
    if (id === undefined) return { run: `no container: ${wordsOf(created)}` };
    const reader = createTarRootReader();
    // Not `/export`: after that, Docker 26 and 28 keep the layers of an image that is removed.
    const exported = await question('GET', `/containers/${id}/archive?path=/`, { onChunk: reader.push });
    const root = exported.status === 200 ? reader.end() : undefined;
    const said = run ? await runContainer(id) : undefined;
    await ask('DELETE', `/containers/${id}?force=1&v=1`);
    return {
      ...(root ? { root: { image: position, files: root, added: addedTo(image) } } : {}),
      ...(said === undefined ? {} : { run: said }),
    };
  }

  async function refusalOfContainer(image: string): Promise<string | undefined> {
    const created = await question('POST', '/containers/create', { json: { Image: image, Cmd: ['/-'] } });
    const id = jsonOf<{ readonly Id: string }>(created)?.Id;
    if (id === undefined) return `no container: ${wordsOf(created)}`;
    await ask('DELETE', `/containers/${id}?force=1&v=1`);
    return undefined;
  }

  async function runContainer(id: string): Promise<string> {
    // A start that takes long on a busy machine is a start.
    const started = await ask('POST', `/containers/${id}/start`, { timeoutMs: TAKE_MS });
    if ('broken' in started || started.status >= 400) return `does not start: ${wordsOf(started)}`;
    const waited = jsonOf<{ readonly StatusCode: number }>(
      await ask('POST', `/containers/${id}/wait`, { timeoutMs: RUN_MS }),
    );
    return waited ? `exit code ${waited.StatusCode}` : 'runs on';
  }

  return {
    ready: () =>
      untilAnswering({
        name: 'of a consumer',
        run: sandbox.run.path,
        socket,
        ended: sandbox.ended,
      }),
    take,
    async clear() {
      for (const id of loaded ?? (await listImages())) await ask('DELETE', `/images/${id}?force=1`);
      if ((await listImages()).length > 0) return false;
      for (let tries = 0; tries < 5; tries++) {
        if (await areEmpty(stores.map(sandbox.hostPath))) return true;
        await setTimeout(20);
      }
      return false;
    },
  };
}

/** Docker makes the folders of volumes and the working folder when a container is made. */
function addedTo({ Config }: Inspected): readonly string[] {
  const folders = [...Object.keys(Config?.Volumes ?? {}), Config?.WorkingDir ?? ''].map(normalisePath);
  return [...ADDED, ...folders.flatMap((folder) => [...parentsOf(folder), folder])];
}

function takenImage(
  { Id, RepoTags, Os, Architecture, RootFS }: Inspected,
  configs: readonly string[],
): TakenImage {
  return {
    ids: [Id],
    configs,
    names: RepoTags ?? [],
    diffIds: RootFS?.Layers ?? [],
    platform: `${Os}/${Architecture}`,
  };
}

/** Told apart: the daemon is gone, its handler broke, or it does not answer in time. */
async function brokenAnswer(
  end: BrokenEnd,
  sandbox: Pick<Sandbox, 'isRunning' | 'log'>,
): Promise<Answer & { readonly isUnheard?: true }> {
  if (end.timedOut) return { status: 'hung', words: normaliseWords(end.broken) };
  for (let waited = 0; waited < CRASH_MS && sandbox.isRunning(); waited += 50) await setTimeout(50);
  const log = await sandbox.log();
  const panic = log.find((line) => /^(?:panic|fatal error|runtime: )|http: panic serving/.test(line));
  if (!sandbox.isRunning())
    return { status: 'crashed', words: `the daemon ends: ${tellingWords(panic ?? log.at(-1) ?? '')}` };
  const answer = {
    status: 'crashed',
    words: `the connection breaks: ${tellingWords(panic ?? end.broken)}`,
  } as const;
  return panic === undefined ? { ...answer, isUnheard: true } : answer;
}

/** A load that fails after its first words answers with status 200 and says so in the stream. */
function errorDetail(body: string): string | undefined {
  for (const line of body.split('\n')) {
    if (!line.includes('"error')) continue;
    const value = parse<{ readonly error?: string }>(line);
    if (value?.error !== undefined) return value.error;
  }
  return undefined;
}

function jsonOf<T>(end: ApiEnd): T | undefined {
  if ('broken' in end || end.status >= 400) return undefined;
  return parse<T>(end.body);
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function wordsOf(end: ApiEnd): string {
  return normaliseWords('broken' in end ? end.broken : messageOf(end.body));
}

async function areEmpty(folders: readonly string[]): Promise<boolean> {
  const contents = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])));
  return contents.every((names) => names.length === 0);
}
