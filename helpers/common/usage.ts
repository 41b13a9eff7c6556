import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean } from './suggest.ts';

/** Wrong use of a command: one or more lines for the terminal, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `parseArgs` of Node, strict, with every refusal as a `UsageError` of one sentence. */
export function parseOptions<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    const [, option = ''] = /^Unknown option '--([\w-]+)'/u.exec(message) ?? [];
    const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    const hint = option === '' ? '' : didYouMean(`--${option}`, known);
    throw new UsageError(`${firstSentence(message)}.${hint}`);
  }
}

function firstSentence(text: string): string {
  return text.split(/\.(?:\s|$)/u, 1)[0] ?? text;
}

/** Values of an option that may be repeated or hold a list: `--level must,should --level practice`. */
export function listOf(values: readonly string[] | undefined): readonly string[] | undefined {
  return values?.flatMap((value) => value.split(',')).map((value) => value.trim());
}
