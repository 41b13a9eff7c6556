import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from '../archive/model.ts';
import { EngineError } from '../engines/error.ts';
import type { TellProgress } from '../engines/start/rootfs.ts';
import { provideRootfs } from '../engines/start/rootfs.ts';
import { judgeAnswer } from './judge.ts';
import type { Taker } from './method.ts';
import { containerdTaker } from './methods/containerd.ts';
import { storageTaker } from './methods/containers-storage.ts';
import { dockerTaker } from './methods/docker.ts';
import { toolTaker } from './methods/tool.ts';
import type { Answer, Reception } from './reception.ts';
import type { ConsumerRecipe } from './recipe.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { settleAnswer } from './settle.ts';
import { statedImages } from './stated.ts';

/** One archive that is handed over: its bytes, and what the reader says of them. */
interface Given {
  readonly bytes: Uint8Array;
  readonly archive: Archive;
  /** Whether to run what was taken: it holds a program for this machine. */
  readonly run?: boolean;
}

interface Consumer {
  readonly recipe: ConsumerRecipe;
  /** Packages of its root file system with their versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** Hands one archive over in a clean state. */
  receive(given: Given): Promise<Reception>;
  stop(): Promise<void>;
}

/** Starts a consumer. It is started anew whenever it crashed, hung, or did not forget an archive, and to ask again. */
export async function openConsumer(recipe: ConsumerRecipe, onProgress?: TellProgress): Promise<Consumer> {
  const packages = await packagesOf(recipe, onProgress);
  let number = 0;
  let current = await start(recipe, onProgress);
  let isStopped = false;

  async function receive(given: Given): Promise<Reception> {
    const answer = await settleAnswer(() => handOver(given), restart, recipe.title);
    if (needsRestart(answer) || !(await current.taker.clear())) await restart();
    else await rm(folderOf(number), { recursive: true, force: true });
    return judgeAnswer(answer, statedImages(given.archive));
  }

  async function handOver({ bytes, archive, run = false }: Given): Promise<Answer> {
    const folder = folderOf(++number);
    await mkdir(folder);
    const file = join(folder, 'archive');
    await writeFile(file, bytes);
    const answer = await current.taker.take({ number, file, folder, archive, run });
    // A tool that needs no daemon runs in namespaces that something else keeps alive.
    if (recipe.start.command === undefined && !current.sandbox.isRunning())
      throw new EngineError(`The namespaces of ${recipe.title} ended while it was asked.`);
    return answer;
  }

  const folderOf = (position: number) => join(current.sandbox.work, String(position));

  async function restart(): Promise<void> {
    await current.sandbox.stop();
    if (!isStopped) current = await start(recipe, onProgress);
  }

  return {
    recipe,
    packages,
    receive,
    async stop() {
      isStopped = true;
      await current.sandbox.stop();
    },
  };
}

function needsRestart({ status }: Answer): boolean {
  return status === 'crashed' || status === 'hung';
}

interface Started {
  readonly sandbox: Sandbox;
  readonly taker: Taker;
}

async function start(
  { source, start: wanted, method }: ConsumerRecipe,
  onProgress?: TellProgress,
): Promise<Started> {
  const sandbox = await openSandbox(source, wanted, onProgress);
  const taker = takerOf(method, sandbox);
  try {
    await taker.ready();
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
  return { sandbox, taker };
}

function takerOf(method: ConsumerRecipe['method'], sandbox: Sandbox): Taker {
  switch (method.type) {
    case 'docker':
      return dockerTaker(method, sandbox);
    case 'containers-storage':
      return storageTaker(method, sandbox);
    case 'containerd':
      return containerdTaker(method, sandbox);
    case 'tool':
      return toolTaker(method, sandbox);
  }
}

/** Versions of the packages that the recipe asks for. */
async function packagesOf(
  { source }: ConsumerRecipe,
  onProgress?: TellProgress,
): Promise<Record<string, string>> {
  const text = await readFile(join(await provideRootfs(source, onProgress), 'packages'), 'utf8');
  const versions = new Map(
    text.split('\n').map((line): [string, string] => {
      const [name = '', version = ''] = line.split(' ');
      return [name, version];
    }),
  );
  const wanted = source.packages.map((name) => name.replace(/\/.*/, ''));
  return Object.fromEntries(
    [...wanted, 'containerd'].flatMap((name) => {
      const version = versions.get(name);
      return version === undefined ? [] : [[name, version]];
    }),
  );
}
