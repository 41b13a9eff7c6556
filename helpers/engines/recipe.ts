import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { quoteWord } from '../common/escape.ts';
import { projectFolder } from '../common/project-files.ts';
import type { BuilderName, EngineHandle, Feature, SaverName, ToolName } from './engine-model.ts';
import { EngineError } from './error.ts';

/** One engine as data: a file of fixtures/engines, checked against fixtures/engines/schema/recipe.json. */
export interface EngineRecipe {
  readonly name: string;
  readonly title: string;
  readonly family: EngineHandle['family'];
  readonly source: RootfsSource | ImageSource;
  /** What the engine should report, as a prefix of its version: a moved package is reported. */
  readonly expectedVersion: string;
  readonly start: EngineStart;
  readonly tools: Readonly<Partial<Record<ToolName, readonly string[]>>>;
  readonly features: readonly Feature[];
  readonly builders: readonly BuilderName[];
  readonly savers: readonly SaverName[];
  readonly lacking: Readonly<Record<string, string>>;
  /** What the engine cannot do beyond builders and savers, in sentences; shown when it starts. */
  readonly limits?: readonly string[];
  /** Profile of the archives that each saver is expected to write. */
  readonly profiles: Readonly<Partial<Record<SaverName, string>>>;
}

export interface RootfsSource {
  readonly type: 'rootfs';
  /** Debian suites; the packages are taken from the first one unless apt must combine them. */
  readonly suites: readonly string[];
  readonly packages: readonly string[];
  /** Suites whose release file may have expired on a mirror (testing, unstable). Signatures are verified in any case. */
  readonly expires?: boolean;
}

export interface ImageSource {
  readonly type: 'image';
  readonly reference: string;
  /** Folder of the engine's images in the container, which must not be an overlay: `/var/lib/docker`. */
  readonly data: string;
}

export interface EngineStart {
  /** The engine's own command inside its root; `{socket}` stands for the socket's path. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** `private`: a cgroup2 hierarchy of its own, for engines that refuse the host's layout. */
  readonly cgroup2?: 'private';
  /** The engine needs no root: it runs in a user namespace of the caller. */
  readonly userNamespace?: boolean;
  /** Files written into the engine's root before it starts, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

const RECIPE_FOLDER: string = projectFolder('fixtures/engines');

/** Names of all recipes, sorted. */
export async function listRecipes(folder: string = RECIPE_FOLDER): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort();
}

/** Reads and checks one recipe. Throws EngineError with one sentence for an unknown name or a malformed file. */
export async function loadRecipe(name: string, folder: string = RECIPE_FOLDER): Promise<EngineRecipe> {
  const names = await listRecipes(folder);
  if (!names.includes(name)) {
    throw new EngineError(`No engine is called ${quoteWord(name)}; there are ${names.join(', ')}.`);
  }
  return parseRecipe(await readFile(join(folder, `${name}.json`), 'utf8'), name);
}

let validator: ReturnType<typeof compileSchema> | undefined;

async function compileSchema() {
  const schema = JSON.parse(await readFile(join(RECIPE_FOLDER, 'schema/recipe.json'), 'utf8'));
  // That the schema itself is one is tested; optimizing the code takes longer than it saves on a dozen recipes.
  const speed = { validateSchema: false, code: { optimize: false } };
  const ajv = new Ajv({ ...speed, discriminator: true, strictRequired: false, strictTypes: false });
  return ajv.compile<Omit<EngineRecipe, 'name'>>(schema);
}

/** Checks the text of a recipe file called `name`. */
export async function parseRecipe(text: string, name: string): Promise<EngineRecipe> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new EngineError(`The engine recipe ${name} is not JSON: ${(error as Error).message}.`);
  }
  validator ??= compileSchema();
  const validate = await validator;
  if (validate(data)) return { ...data, name };
  const [problem] = validate.errors ?? [];
  const extra = problem?.params?.['additionalProperty'] ?? problem?.params?.['propertyName'];
  const allowed = problem?.params?.['allowedValues'];
  const detail = [extra, allowed]
    .filter((part) => part !== undefined)
    .map((part) => ` (${JSON.stringify(part)})`);
  throw new EngineError(
    `The engine recipe ${name} is wrong at ${problem?.instancePath || '/'}: ${problem?.message}${detail.join('')}.`,
  );
}
