import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { projectFolder } from '../../common/project-files.ts';
import { compareVersions, isInRange, rangeProblem } from '../../common/version-range.ts';
import type { SandboxStart } from '../../consumers/sandbox.ts';
import { EngineError } from '../../engines/error.ts';
import { loadRecipe, type RootfsSource } from '../../engines/recipe.ts';
import type { Chain, MayChange, MayRefuse } from '../../requirements/tools/passage.ts';

/** One version of a tool, ready to be started: a file of fixtures/tools, and one of its versions. */
export interface ToolRecipe {
  /** `skopeo@1.18` */
  readonly name: string;
  readonly product: string;
  readonly title: string;
  readonly version: string;
  readonly source: RootfsSource;
  readonly start: SandboxStart;
  readonly asksVersion: readonly string[];
  /** Debian package whose version counts where the program itself tells none. */
  readonly versionPackage?: string;
  /** Prints nothing and ends well as soon as the daemon of the recipe answers. */
  readonly ready?: readonly string[];
  /** Patterns of lines on standard error that are no warnings. */
  readonly usualWords: readonly string[];
  readonly mayChange: readonly MayChange[];
  readonly mayRefuse: readonly MayRefuse[];
  readonly chains: readonly Chain[];
}

/** One version as it stands in the file. */
interface WrittenVersion {
  readonly title: string;
  readonly version: string;
  /** An engine of fixtures/engines whose root file system has the tool. */
  readonly engine?: string;
  readonly source?: RootfsSource;
  readonly start?: SandboxStart;
}

interface WrittenTool {
  readonly start?: SandboxStart;
  readonly asksVersion: readonly string[];
  /** Debian package whose version counts where the program itself tells none. */
  readonly versionPackage?: string;
  readonly ready?: readonly string[];
  readonly usualWords?: readonly string[];
  readonly mayChange?: readonly MayChange[];
  readonly mayRefuse?: readonly MayRefuse[];
  readonly versions: Readonly<Record<string, WrittenVersion>>;
  readonly chains: readonly Chain[];
}

const TOOL_FOLDER: string = projectFolder('fixtures/tools');

/** Names of all tools with their versions, `skopeo@1.9` before `skopeo@1.18`. */
export async function listTools(folder: string = TOOL_FOLDER): Promise<readonly string[]> {
  const products = await listProducts(folder);
  const names = await Promise.all(
    products.map(async (product) => {
      const { versions } = await readTool(product, folder);
      return Object.keys(versions)
        .toSorted(compareVersions)
        .map((version) => `${product}@${version}`);
    }),
  );
  return names.flat();
}

/** Reads one version of one tool. Throws EngineError with one sentence for an unknown name or a malformed file. */
export async function loadTool(name: string, folder: string = TOOL_FOLDER): Promise<ToolRecipe> {
  const names = await listTools(folder);
  if (!names.includes(name))
    throw new EngineError(`No tool is called ${JSON.stringify(name)}; there are ${names.join(', ')}.`);
  const [product = '', version = ''] = name.split('@');
  const {
    versions,
    start,
    usualWords = [],
    mayChange = [],
    mayRefuse = [],
    chains,
    ...rest
  } = await readTool(product, folder);
  const written = versions[version];
  if (written === undefined) throw new EngineError(`The tool ${product} has no version ${version}.`);
  const { source, start: engineStart } = await sourceOf(name, written);
  return {
    ...rest,
    ...{ name, product, title: written.title, version: written.version, source },
    start: { ...engineStart, ...start, ...written.start },
    ...{ usualWords, mayChange, mayRefuse },
    chains: chains.filter(({ versions: range = '*' }) => isInRange(written.version, range)),
  };
}

async function listProducts(folder: string): Promise<readonly string[]> {
  return (await readdir(folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort();
}

async function sourceOf(
  name: string,
  { engine, source }: WrittenVersion,
): Promise<{ readonly source: RootfsSource; readonly start: SandboxStart }> {
  if (engine === undefined) {
    if (source === undefined) throw new EngineError(`The tool ${name} names neither an engine nor a source.`);
    return { source, start: {} };
  }
  const recipe = await loadRecipe(engine);
  if (recipe.source.type !== 'rootfs')
    throw new EngineError(`The tool ${name} needs an engine of Debian packages; ${engine} is an image.`);
  return { source: recipe.source, start: recipe.start };
}

async function readTool(product: string, folder: string): Promise<WrittenTool> {
  return parseTool(await readFile(join(folder, `${product}.json`), 'utf8'), product);
}

let validator: ReturnType<typeof compileSchema> | undefined;

async function compileSchema() {
  const schema = JSON.parse(await readFile(join(TOOL_FOLDER, 'schema/tool.json'), 'utf8'));
  return new Ajv({ strictRequired: false, strictTypes: false }).compile<WrittenTool>(schema);
}

/** Checks the text of a file called `name`. */
export async function parseTool(text: string, name: string): Promise<WrittenTool> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new EngineError(`The tool recipe ${name} is not JSON: ${(error as Error).message}.`);
  }
  validator ??= compileSchema();
  const validate = await validator;
  if (!validate(data)) {
    const [problem] = validate.errors ?? [];
    const extra = problem?.params?.['additionalProperty'] ?? problem?.params?.['allowedValues'];
    const detail = extra === undefined ? '' : ` (${JSON.stringify(extra)})`;
    throw new EngineError(
      `The tool recipe ${name} is wrong at ${problem?.instancePath || '/'}: ${problem?.message}${detail}.`,
    );
  }
  const wrong = problemOfTool(data);
  if (wrong !== undefined) throw new EngineError(`The tool recipe ${name} is wrong: ${wrong}`);
  return data;
}

/** What a schema cannot say: ranges that can be read, names that exist. */
function problemOfTool({ chains, mayChange = [], mayRefuse = [] }: WrittenTool): string | undefined {
  const names = chains.map(({ name }) => name);
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined) return `two chains are called ${twice}.`;
  for (const { versions = '*' } of [...chains, ...mayChange, ...mayRefuse]) {
    const problem = rangeProblem(versions);
    if (problem !== undefined) return problem;
  }
  for (const { chains: about = [] } of [...mayChange, ...mayRefuse]) {
    const unknown = about.find((chain) => !names.includes(chain));
    if (unknown !== undefined) return `it states something of the chain ${unknown}, which it does not have.`;
  }
  return undefined;
}
