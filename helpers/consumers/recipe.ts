import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { projectFolder } from '../common/project-files.ts';
import { EngineError } from '../engines/error.ts';
import { loadRecipe, type RootfsSource } from '../engines/recipe.ts';
import { RECEPTIONS_FILE } from './receptions.ts';
import type { SandboxStart } from './sandbox.ts';

/** A consumer as data: a file of fixtures/consumers, checked against its schema. */
export interface ConsumerRecipe {
  readonly name: string;
  readonly title: string;
  /** What sentences call it; recipes of one product and variant form a series, ordered by version. */
  readonly product: string;
  /** What tells two series of one product apart: `containerd store`, `oci-archive`. */
  readonly variant?: string;
  readonly version: string;
  readonly source: RootfsSource;
  readonly start: SandboxStart;
  readonly method: Method;
}

export type Method = DockerMethod | StorageMethod | ContainerdMethod | ToolMethod;

/** `docker load` through the API of a daemon. */
export interface DockerMethod {
  readonly type: 'docker';
  /** Folders inside that must be empty before the next archive: there a layer of this one could be found again. */
  readonly stores: readonly string[];
  /** With the containerd store: folder of the sha256 blobs. */
  readonly content?: string;
}

/** podman and buildah: a store of its own for each archive. `{store}`, `{run}` and `{archive}` are filled in. */
export interface StorageMethod {
  readonly type: 'containers-storage';
  readonly take: readonly string[];
  /** Prints the folder of the root of `{image}`. */
  readonly mount?: readonly string[];
  readonly run?: readonly string[];
}

/** `ctr`: a namespace of its own for each archive. `{socket}`, `{namespace}`, `{archive}` are filled in. */
export interface ContainerdMethod {
  readonly type: 'containerd';
  readonly take: readonly string[];
  readonly list: readonly string[];
  readonly mount: readonly string[];
  readonly run: readonly string[];
}

/** A command that reads an archive or a layout and writes something. `{input}`, `{select}` and `{output}` are filled in. */
export interface ToolMethod {
  readonly type: 'tool';
  readonly input: 'archive' | 'layout';
  /** How the command is told which of several images it shall take; it is run once for each. */
  readonly select: Selector;
  readonly take: readonly string[];
  /** Succeeds as soon as the daemon that the tool talks to answers. */
  readonly ready?: readonly string[];
  /** What `{output}` holds afterwards. */
  readonly output: 'dir' | 'layout' | 'bundle' | 'nothing';
}

/** By position in manifest.json or index.json, by name or digest in index.json; or no choice. */
export type Selector = 'docker-position' | 'oci-position' | 'oci-name' | 'oci-digest' | 'none';

/** As it stands in the file: an engine's recipe may give source and start; what stands here goes first. */
type Written = Omit<ConsumerRecipe, 'name' | 'source' | 'start'> & {
  readonly engine?: string;
  readonly source?: RootfsSource;
  readonly start?: SandboxStart;
};

export const CONSUMER_FOLDER: string = projectFolder('fixtures/consumers');
/** Why our verdict differs from the table, where it does. */
export const DIFFERENCES_FILE = 'differences.json';

/** Names of all consumers, sorted. */
export async function listConsumers(folder: string = CONSUMER_FOLDER): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.json') && file !== RECEPTIONS_FILE && file !== DIFFERENCES_FILE)
    .map((file) => file.slice(0, -5))
    .sort();
}

/** Reads and checks one recipe. Throws EngineError with one sentence for an unknown name or a malformed file. */
export async function loadConsumer(name: string, folder: string = CONSUMER_FOLDER): Promise<ConsumerRecipe> {
  const names = await listConsumers(folder);
  if (!names.includes(name))
    throw new EngineError(`No consumer is called ${JSON.stringify(name)}; there are ${names.join(', ')}.`);
  return complete(name, await parseConsumer(await readFile(join(folder, `${name}.json`), 'utf8'), name));
}

async function complete(name: string, written: Written): Promise<ConsumerRecipe> {
  const { engine, source, start, ...rest } = written;
  if (engine === undefined) {
    if (source === undefined)
      throw new EngineError(`The consumer recipe ${name} names neither an engine nor a source.`);
    return { ...rest, name, source, start: start ?? {} };
  }
  const recipe = await loadRecipe(engine);
  const packages = source ?? (recipe.source.type === 'rootfs' ? recipe.source : undefined);
  if (packages === undefined)
    throw new EngineError(
      `The consumer recipe ${name} needs an engine of Debian packages; ${engine} is an image.`,
    );
  const { command, ...common } = recipe.start;
  // The command of a daemonless engine is its API service, which its own command line does not need.
  const own = rest.method.type === 'docker' ? { ...common, command } : common;
  return { ...rest, name, source: packages, start: { ...own, ...start } };
}

let validator: ReturnType<typeof compileSchema> | undefined;

async function compileSchema() {
  const schema = JSON.parse(await readFile(join(CONSUMER_FOLDER, 'schema/consumer.json'), 'utf8'));
  return new Ajv({ discriminator: true, strictRequired: false, strictTypes: false }).compile<Written>(schema);
}

/** Checks the text of a recipe file called `name`. */
export async function parseConsumer(text: string, name: string): Promise<Written> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new EngineError(`The consumer recipe ${name} is not JSON: ${(error as Error).message}.`);
  }
  validator ??= compileSchema();
  const validate = await validator;
  if (validate(data)) return data;
  const [problem] = validate.errors ?? [];
  const extra = problem?.params?.['additionalProperty'] ?? problem?.params?.['allowedValues'];
  const detail = extra === undefined ? '' : ` (${JSON.stringify(extra)})`;
  throw new EngineError(
    `The consumer recipe ${name} is wrong at ${problem?.instancePath || '/'}: ${problem?.message}${detail}.`,
  );
}
