import { type ParseArgsConfig, parseArgs } from 'node:util';
import { escapeControl, quoteWord } from './escape.ts';
import { didYouMean } from './suggest.ts';

/** Wrong use of a command: one or more lines for the terminal, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `parseArgs` of Node, strict, with every refusal as a `UsageError` of one sentence. */
export function parseOptions<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const problem = problemOf(config);
  if (problem !== undefined) throw new UsageError(problem);
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new UsageError(escapeControl(message));
  }
}

/** What Node found on the command line; its types know the kinds only where the options are known. */
type Token =
  | OptionToken
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: string };
interface OptionToken {
  readonly kind: 'option';
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** The first thing that is wrong with the words, in one sentence. */
function problemOf(config: ParseArgsConfig): string | undefined {
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true });
  const seen = new Set<string>();
  for (const token of tokens as readonly Token[]) {
    const problem = isOption(token) ? optionProblem(token, config, seen) : positionalProblem(token, config);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isOption(token: Token): token is OptionToken {
  return token.kind === 'option';
}

function optionProblem(token: OptionToken, config: ParseArgsConfig, seen: Set<string>): string | undefined {
  const { name, rawName, value, inlineValue } = token;
  const options = config.options ?? {};
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) return unknownOption(rawName, config);
  if (option.type === 'boolean')
    return value === undefined ? undefined : `${rawName} takes no value, but has ${quoteWord(value)}.`;
  if (value === undefined) return `${rawName} needs a value.`;
  if (inlineValue !== true && value.length > 1 && value.startsWith('-'))
    return `${rawName} needs a value; if ${quoteWord(value)} is meant, write it as ${rawName}=VALUE.`;
  if (option.multiple !== true && seen.has(name)) return `${rawName} is given more than once; give it once.`;
  seen.add(name);
  return undefined;
}

function unknownOption(rawName: string, config: ParseArgsConfig): string {
  const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
  const behind = config.allowPositionals ? ' A name that begins with - stands behind -- or after ./.' : '';
  return `No option is called ${quoteWord(rawName)}.${didYouMean(rawName, known) || behind}`;
}

function positionalProblem(token: Token, { allowPositionals }: ParseArgsConfig): string | undefined {
  if (token.kind !== 'positional' || !('value' in token) || allowPositionals === true) return undefined;
  return `The command takes options only, but ${quoteWord(token.value ?? '')} is none.`;
}

/** Values of an option that may be repeated or hold a list: `--level must,should --level practice`. */
export function optionList(values: readonly string[] | undefined): readonly string[] | undefined {
  return values?.flatMap((value) => value.split(',')).map((value) => value.trim());
}

/** A whole number of an option, with bounds that are both allowed. Throws `UsageError`. */
export function wholeNumber(option: string, text: string, [from, to]: readonly [number, number]): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw new UsageError(`${option} ${quoteWord(text)} is no number from ${from} to ${to}.`);
}

/** What a word names. Throws `UsageError` with all that there is. */
export function chooseFrom<Value>(
  what: string,
  word: string,
  choices: Readonly<Record<string, Value>>,
): Value {
  const found = Object.entries(choices).find(([name]) => name === word);
  if (found !== undefined) return found[1];
  const known = Object.keys(choices);
  throw new UsageError(
    `No ${what} is called ${quoteWord(word)}; there are ${known.join(', ')}.${didYouMean(word, known)}`,
  );
}

/** The same where a choice is its own name. */
export function chooseOne<const Choice extends string>(
  what: string,
  word: string,
  known: readonly Choice[],
): Choice {
  return chooseFrom(what, word, Object.fromEntries(known.map((each) => [each, each])));
}
