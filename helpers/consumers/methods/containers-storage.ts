import { readFile } from 'node:fs/promises';
import { EngineError } from '../../engines/error.ts';
import { ASK_MS, type Handover, RUN_MS, TAKE_MS, type Taker } from '../method.ts';
import { readFolderRoot } from '../read-roots.ts';
import type { Answer, TakenImage, TakenRoot } from '../reception.ts';
import type { StorageMethod } from '../recipe.ts';
import type { Sandbox } from '../sandbox.ts';
import { statedPlatform } from '../stated.ts';
import { commandAnswer, fillWords, runWords } from './command-answer.ts';
import { HOST_ARCHITECTURE } from './docker.ts';

/** Stores stay until the next start: removing one means unmounting it first. */
const BATCH = 100;

interface StoredImage {
  readonly id: string;
  readonly digest?: string;
  readonly names?: readonly string[];
  readonly layer?: string;
}

interface StoredLayer {
  readonly id: string;
  readonly parent?: string;
  readonly 'diff-digest'?: string;
}

/** podman and buildah: every archive gets a store of its own, read from the files in which it is kept. */
export function storageTaker(method: StorageMethod, sandbox: Sandbox): Taker {
  let taken = 0;

  async function take({ number, file, run }: Handover): Promise<Answer> {
    taken++;
    const store = `/var/lib/store/${number}`;
    const values = { store, run: `/run/store/${number}`, archive: file };
    const end = await sandbox.execute({ argv: fillWords(method.take, values), timeoutMs: TAKE_MS });
    const answer = commandAnswer(end);
    if (answer) return answer;
    const { images, platforms } = await readStore(sandbox.hostPath(store));
    const position = platforms.indexOf(`linux/${HOST_ARCHITECTURE}`);
    const id = images[position]?.ids[0]?.replace('sha256:', '');
    if (id === undefined) return { status: 'taken', images };
    const root = await mountRoot({ ...values, image: id }, position);
    const said = run ? await runImage({ ...values, image: id }) : undefined;
    return {
      status: 'taken',
      images,
      ...(root ? { root } : {}),
      ...(said === undefined ? {} : { run: said }),
    };
  }

  async function mountRoot(
    values: Readonly<Record<string, string>>,
    image: number,
  ): Promise<TakenRoot | undefined> {
    if (!method.mount) return undefined;
    const end = await sandbox.execute({ argv: fillWords(method.mount, values), timeoutMs: ASK_MS });
    if (end.timedOut) throw new EngineError('A root was not mounted in time.');
    const folder = end.stdout.trim();
    if (end.status !== 0 || !folder.startsWith('/')) return undefined;
    const files = await readFolderRoot(sandbox.hostPath(folder));
    return files && { image, files };
  }

  async function runImage(values: Readonly<Record<string, string>>): Promise<string | undefined> {
    if (!method.run) return undefined;
    return runWords(await sandbox.execute({ argv: fillWords(method.run, values), timeoutMs: RUN_MS }));
  }

  return {
    ready: () => Promise.resolve(),
    take,
    clear: () => Promise.resolve(taken < BATCH),
  };
}

/** The images of a store of containers/storage, with what their configs and layers say. */
async function readStore(
  store: string,
): Promise<{ images: readonly TakenImage[]; platforms: readonly (string | undefined)[] }> {
  const stored = await readJson<readonly StoredImage[]>(`${store}/overlay-images/images.json`);
  const layers = new Map(
    ((await readJson<readonly StoredLayer[]>(`${store}/overlay-layers/layers.json`)) ?? []).map((layer) => [
      layer.id,
      layer,
    ]),
  );
  const images = await Promise.all((stored ?? []).map((image) => takenImage(store, image, layers)));
  return { images, platforms: images.map(({ platform }) => platform) };
}

async function takenImage(
  store: string,
  { id, digest, names, layer }: StoredImage,
  layers: ReadonlyMap<string, StoredLayer>,
): Promise<TakenImage> {
  const key = Buffer.from(`sha256:${id}`).toString('base64');
  // Big data is kept under its name, or under the base64 of a name that holds other characters.
  const config = await readJson<never>(`${store}/overlay-images/${id}/=${key}`);
  const platform = statedPlatform(config);
  return {
    ids: [`sha256:${id}`, ...(digest === undefined ? [] : [digest])],
    configs: [`sha256:${id}`],
    names: names ?? [],
    diffIds: diffIdsOf(layer, layers),
    ...(platform === undefined ? {} : { platform }),
  };
}

function diffIdsOf(top: string | undefined, layers: ReadonlyMap<string, StoredLayer>): readonly string[] {
  const diffIds: string[] = [];
  for (let layer = layers.get(top ?? ''); layer; layer = layers.get(layer.parent ?? ''))
    diffIds.unshift(layer['diff-digest'] ?? '');
  return diffIds;
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
