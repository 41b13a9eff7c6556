import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { digestOf } from '../../archive/digest.ts';
import type { Archive } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { EngineError } from '../../engines/error.ts';
import { ASK_MS, type Handover, TAKE_MS, type Taker } from '../method.ts';
import { readFolderRoot } from '../read-roots.ts';
import type { Answer, TakenImage } from '../reception.ts';
import type { Selector, ToolMethod } from '../recipe.ts';
import type { Sandbox } from '../sandbox.ts';
import { statedPlatform } from '../stated.ts';
import { normaliseWords } from '../words.ts';
import { commandAnswer, fillWords } from './command-answer.ts';

/** No more images of one archive than this are taken. */
const MAX_IMAGES = 8;
const START_MS = 60_000;

/** A tool that reads a file or folder and writes another; nothing is left between two archives. */
export function toolTaker(method: ToolMethod, sandbox: Sandbox): Taker {
  async function take(handover: Handover): Promise<Answer> {
    const input = method.input === 'archive' ? handover.file : join(handover.folder, 'layout');
    if (method.input === 'layout') {
      const refusal = await unpackLayout(handover.file, input);
      if (refusal !== undefined) return { status: 'refused', words: refusal };
    }
    const images: TakenImage[] = [];
    const selections = selectionsOf(method.select, handover.archive);
    let root: Extract<Answer, { status: 'taken' }>['root'];
    for (const [position, select] of selections.entries()) {
      const output = join(handover.folder, `output${position}`);
      const values = { input, select, output, number: `t${handover.number}` };
      const end = await sandbox.execute({ argv: fillWords(method.take, values), timeoutMs: TAKE_MS });
      if (method.ready && !sandbox.isRunning())
        throw new EngineError(
          `The daemon that a tool talks to ended: ${(await sandbox.ended).lines.at(-1)}.`,
        );
      const answer = commandAnswer(end);
      if (answer) return answer;
      if (method.output === 'bundle') {
        const folder = join(output, 'rootfs');
        const files =
          selections.length === 1 && existsSync(folder) ? await readFolderRoot(folder) : undefined;
        if (files) root = { image: -1, files };
      } else if (method.output !== 'nothing') images.push(...(await readOutput(output)));
    }
    const isReadable = method.output === 'dir' || method.output === 'layout';
    return { status: 'taken', ...(isReadable ? { images } : {}), ...(root ? { root } : {}) };
  }
  async function ready(): Promise<void> {
    if (!method.ready) return;
    const deadline = performance.now() + START_MS;
    while (sandbox.isRunning() && performance.now() < deadline) {
      const end = await sandbox.execute({ argv: method.ready, timeoutMs: ASK_MS });
      if (end.status === 0) return;
      await setTimeout(50);
    }
    throw new EngineError(`The daemon that a tool talks to does not answer within ${START_MS / 1000} s.`);
  }
  return { ready, take, clear: () => Promise.resolve(true) };
}

/** As everybody does it: with tar. Its own refusal is the reception, for the tool never sees the archive. */
async function unpackLayout(file: string, folder: string): Promise<string | undefined> {
  await mkdir(folder);
  return new Promise((resolve) => {
    const options = [
      '--extract',
      '--file',
      file,
      '--directory',
      folder,
      '--no-same-owner',
      '--no-same-permissions',
    ];
    execFile('tar', options, { timeout: TAKE_MS, env: { ...process.env, LC_ALL: 'C' } }, (error, _, stderr) =>
      resolve(error ? `tar: ${normaliseWords(stderr.split('\n', 1)[0] ?? '')}` : undefined),
    );
  });
}

/** One text for each image that is to be taken; one empty text where there is no choice to make. */
function selectionsOf(selector: Selector, archive: Archive): readonly string[] {
  const listed = listedIn(archive, selector === 'docker-position' ? 'manifest.json' : 'index.json').slice(
    0,
    MAX_IMAGES,
  );
  if (selector === 'none' || listed.length === 0) return [''];
  if (selector === 'oci-position' || selector === 'docker-position') {
    // One image needs no choice, and older tools know none.
    return listed.length === 1 ? [''] : listed.map((_, position) => `:@${position}`);
  }
  return listed.map((descriptor) => {
    if (selector === 'oci-digest') return `@${String(descriptor['digest'])}`;
    const name = refName(descriptor);
    return name === undefined ? '' : `:${name}`;
  });
}

type JsonObject = { readonly [key: string]: Json };

function listedIn({ documents }: Archive, name: 'manifest.json' | 'index.json'): readonly JsonObject[] {
  const value = documents[name]?.value;
  const list = name === 'index.json' && isObject(value) ? value['manifests'] : value;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function refName(descriptor: JsonObject): string | undefined {
  const annotations = descriptor['annotations'];
  const name = isObject(annotations) ? annotations['org.opencontainers.image.ref.name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Images of a `dir:` folder or of a layout: every manifest found, with its config. */
async function readOutput(folder: string): Promise<readonly TakenImage[]> {
  const files = await jsonFilesOf(folder);
  return [...files.values()].flatMap(({ digest, value }) => {
    const config = isObject(value) ? value['config'] : undefined;
    const configDigest = isObject(config) ? config['digest'] : undefined;
    if (typeof configDigest !== 'string') return [];
    const document = files.get(configDigest)?.value;
    const platform = statedPlatform(document);
    return [
      {
        ids: [digest, configDigest],
        configs: [configDigest],
        diffIds: diffIdsOf(document),
        ...(platform === undefined ? {} : { platform }),
      },
    ];
  });
}

function diffIdsOf(config: Json | undefined): readonly string[] {
  const rootfs = isObject(config) ? config['rootfs'] : undefined;
  const list = isObject(rootfs) ? rootfs['diff_ids'] : undefined;
  return Array.isArray(list) ? list.map(String) : [];
}

/** Small JSON files of a folder and of `blobs/*` below it, by their sha256. */
async function jsonFilesOf(
  folder: string,
): Promise<ReadonlyMap<string, { readonly digest: string; readonly value: Json }>> {
  const found = new Map<string, { readonly digest: string; readonly value: Json }>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (bytes[0] !== 0x7b) continue;
    try {
      found.set(digestOf(bytes), {
        digest: digestOf(bytes),
        value: JSON.parse(bytes.toString('utf8')) as Json,
      });
    } catch {
      // A blob that begins like JSON and is none is no manifest.
    }
  }
  return found;
}
