import { readFile } from 'node:fs/promises';
import { readBounded, SETTINGS_BYTES, whyUnread } from '../../common/bounded-file.ts';
import {
  type CommandTable,
  type OptionTable,
  type OptionValues,
  type ParsedCommand,
  parseCommand,
} from '../../common/command-table.ts';
import { quoteWord, showName } from '../../common/escape.ts';
import type { Json } from '../../common/json.ts';
import { schemaProblems } from '../../common/json-schema.ts';
import { didYouMean } from '../../common/suggest.ts';
import { UsageError } from '../../common/usage.ts';
import { JsonSyntaxError, locateValues, positionAt } from '../../requirements/expectation/json-position.ts';
import type { Waiver } from '../../requirements/policy.ts';
import schema from './config.schema.json' with { type: 'json' };
import { rememberSettings } from './settings-in-force.ts';

const CONFIG_FILE = 'scratch-conformance.json';
const CONFIG_KEY = 'scratch-conformance';

/** A command line together with the settings of the folder. */
interface ConfiguredCommand<Options extends OptionTable> extends ParsedCommand<Options> {
  readonly waivers: readonly Waiver[];
  /** Files that were read for it: no output may replace them. */
  readonly inputs: readonly string[];
}

/** Reads the words of a command line, and fills in what only the settings say. Throws `UsageError`. */
export async function readCommand<const Options extends OptionTable>(
  table: CommandTable<Options>,
  args: readonly string[],
): Promise<ConfiguredCommand<Options>> {
  const parsed = parseCommand(table, args);
  const named: Readonly<Record<string, unknown>> = parsed.values;
  if (named['help'] === true || !Object.hasOwn(table.options, 'config'))
    return { ...parsed, waivers: [], inputs: [] };
  const { config } = named;
  const found = await findConfig(typeof config === 'string' ? config : undefined);
  if (found === undefined) return { ...parsed, waivers: [], inputs: [] };
  const settings = settingsOf(found.value, table);
  rememberSettings(
    showName(found.file),
    Object.keys(settings).filter((name) => named[name] === undefined),
  );
  const values = { ...settings, ...named } as OptionValues<Options>;
  return { ...parsed, values, waivers: await waiversOf(found), inputs: [found.file] };
}

interface FoundConfig {
  readonly file: string;
  readonly value: { readonly [key: string]: Json };
}

async function findConfig(named: string | undefined): Promise<FoundConfig | undefined> {
  if (named !== undefined) return checkConfig(named, await readJson(named, true));
  const own = await readJson(CONFIG_FILE, false);
  if (own !== undefined) return checkConfig(CONFIG_FILE, own);
  const text = await readFile('package.json', 'utf8').catch(() => undefined);
  // Whatever else is wrong with somebody's package.json is not for us to say.
  if (text === undefined || !text.includes(`"${CONFIG_KEY}"`)) return undefined;
  const whole = await readJson('package.json', false);
  const value = isObject(whole) ? whole[CONFIG_KEY] : undefined;
  return value === undefined || typeof value === 'string'
    ? undefined
    : checkConfig('package.json', value, CONFIG_KEY);
}

async function readJson(file: string, isNamed: boolean): Promise<Json | undefined> {
  let text: string;
  try {
    text = readBounded(file, SETTINGS_BYTES).toString('utf8');
  } catch (error) {
    if (!isNamed && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`The settings ${showName(file)} cannot be read (${whyUnread(error)}).`);
  }
  const plain = text.replace(/^\uFEFF/, '');
  try {
    locateValues(plain);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, column } = positionAt(plain, error.offset);
    throw new UsageError(
      `${showName(file)} is no JSON: line ${line}, column ${column}: ${error.message} here.`,
    );
  }
  return JSON.parse(plain) as Json;
}

function checkConfig(file: string, value: Json | undefined, key?: string): FoundConfig {
  const name = `${showName(file)}${key === undefined ? '' : `, ${key}`}`;
  const [problem] = schemaProblems(schema, value ?? null, name);
  if (problem !== undefined) throw new UsageError(problem);
  return { file, value: value as FoundConfig['value'] };
}

/** The command's own section before the top level; numbers as the command line has them. */
function settingsOf(
  { ...value }: FoundConfig['value'],
  { name, options }: CommandTable,
): Readonly<Record<string, unknown>> {
  const section = value[name] as { readonly [key: string]: Json } | undefined;
  return Object.fromEntries(
    Object.keys(options).flatMap((option) => {
      const set = section?.[option] ?? value[option];
      return set === undefined ? [] : [[option, typeof set === 'number' ? String(set) : set]];
    }),
  );
}

async function waiversOf({ file, value }: FoundConfig): Promise<readonly Waiver[]> {
  const waivers = (value['waivers'] ?? []) as unknown as readonly Omit<Waiver, 'by'>[];
  const known = waivers.length === 0 ? [] : await knownIds();
  return waivers.map((waiver, position) => {
    const { id, until } = waiver;
    const place = `${showName(file)}: /waivers/${position}`;
    if (Number.isNaN(Date.parse(until)))
      throw new UsageError(`${place}/until is no day: ${JSON.stringify(until)}.`);
    if (!known.includes(id))
      throw new UsageError(
        `${place}/id: nothing is called ${quoteWord(id)}.${didYouMean(id, known)} "explain --list" prints all ids.`,
      );
    return { ...waiver, by: showName(file) };
  });
}

/** A waiver for an id that is misspelt would waive nothing, in silence. */
async function knownIds(): Promise<readonly string[]> {
  const [{ allRequirements }, { allTopics }] = await Promise.all([
    import('../known-requirements.ts'),
    import('../known-topics.ts'),
  ]);
  return [...(await allRequirements()), ...(await allTopics())].map(({ id }) => id);
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
