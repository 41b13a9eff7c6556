import type { ChoiceList, CommandOption, CommandTable } from '../../common/command-table.ts';

/** The words that lists of choices stand for, read from the project. */
export type ChoiceWords = Readonly<Record<ChoiceList, readonly string[]>>;

/** What may stand somewhere on a command line: words, or names of files or folders. */
interface Completion {
  readonly words: readonly string[];
  /** The words are a list of the project, which a script holds once. */
  readonly list?: ChoiceList;
  readonly path?: 'file' | 'folder';
}

/** Completes words of our own only: nothing in them needs quoting in any shell. */
const PLAIN = /^[\w.@:/-]+$/;

function completionOf(choices: CommandTable['operands'] | CommandOption['choices']): Completion {
  if (choices === 'files') return { words: [], path: 'file' };
  if (typeof choices === 'string') return { words: [], list: choices };
  return { words: choices ?? [] };
}

function isEmpty({ words, list, path }: Completion): boolean {
  return words.length === 0 && list === undefined && path === undefined;
}

/** The lists of the project as variables of a script. */
function lists(all: ChoiceWords, line: (name: string, words: readonly string[]) => string): string {
  return Object.entries(all)
    .map(([name, words]) =>
      line(
        variableOf(name),
        words.filter((word) => PLAIN.test(word)),
      ),
    )
    .join('\n');
}

function variableOf(name: string): string {
  return `_scratch_conformance_${name}`;
}

function valueCompletion({ choices, value }: CommandOption): Completion {
  if (choices !== undefined) return completionOf(choices);
  if (value === 'FILE' || value === 'PATH' || value === 'A' || value === 'B')
    return { words: [], path: 'file' };
  return value === 'FOLDER' ? { words: [], path: 'folder' } : { words: [] };
}

function flagsOf({ options }: CommandTable): readonly string[] {
  return Object.entries(options).flatMap(([name, { short }]) => [
    `--${name}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
}

type Valued = readonly [flag: string, option: CommandOption];

function valuedOptions({ options }: CommandTable): readonly Valued[] {
  return Object.entries(options).flatMap(([name, option]) =>
    option.type === 'boolean' ? [] : [[`--${name}`, option] as const],
  );
}

/** For bash 4 and later: `source <(scratch-conformance completion bash)`. */
export function renderBash(tables: readonly CommandTable[], all: ChoiceWords): string {
  const reply = ({ words, list, path }: Completion) =>
    path === undefined
      ? `mapfile -t COMPREPLY < <(compgen -W ${list === undefined ? `'${words.join(' ')}'` : `"$${variableOf(list)}"`} -- "$cur")`
      : `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -${path === 'file' ? 'f' : 'd'} -- "$cur")`;
  const values = tables.flatMap((table) =>
    valuedOptions(table).map(
      ([flag, option]) => `    ${table.name}:${flag}) ${reply(valueCompletion(option))}; return ;;`,
    ),
  );
  const operands = tables.map((table) => {
    const flags = `if [[ $cur == -* ]]; then ${reply({ words: flagsOf(table) })}; return; fi`;
    const rest = completionOf(table.operands);
    return `    ${table.name}) ${flags}; ${reply(isEmpty(rest) ? { words: flagsOf(table) } : rest)} ;;`;
  });
  return `# Completion of scratch-conformance for bash: source <(scratch-conformance completion bash)
${lists(all, (name, words) => `${name}='${words.join(' ')}'`)}
_scratch_conformance() {
  local cur prev command
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    ${reply({ words: [...tables.map(({ name }) => name), '--help', '--version'] })}
    return
  fi
  case "$command:$prev" in
${values.join('\n')}
  esac
  case "$command" in
${operands.join('\n')}
  esac
}
complete -F _scratch_conformance scratch-conformance
`;
}

/** Summaries stand in single quotes; colons and brackets mean something to zsh. */
function zshText(text: string): string {
  return text.replaceAll("'", '’').replace(/[[\]:\\]/g, (character) => `\\${character}`);
}

/** For zsh: as a file of fpath, or `source <(scratch-conformance completion zsh)`. */
export function renderZsh(tables: readonly CommandTable[], all: ChoiceWords): string {
  const action = ({ words, list, path }: Completion) => {
    if (list !== undefined) return `{compadd -a ${variableOf(list)}}`;
    if (path !== undefined) return path === 'folder' ? '_files -/' : '_files';
    return words.length > 0 ? `(${words.join(' ')})` : ' ';
  };
  const cases = tables.map((table) => {
    const options = Object.entries(table.options).map(([name, option]) => {
      const value =
        option.type === 'boolean'
          ? ''
          : `:${zshText(option.value ?? 'value')}:${action(valueCompletion(option))}`;
      return `        '${option.multiple ? '*' : ''}--${name}[${zshText(option.summary)}]${value}'`;
    });
    const rest = completionOf(table.operands);
    const operands = isEmpty(rest) ? [] : [`        '*:operand:${action(rest)}'`];
    return `      ${table.name})\n        _arguments \\\n${[...options, ...operands].join(' \\\n')}\n        ;;`;
  });
  return `#compdef scratch-conformance
# Completion of scratch-conformance for zsh: source <(scratch-conformance completion zsh)
typeset -ga ${Object.keys(all).map(variableOf).join(' ')}
${lists(all, (name, words) => `${name}=(${words.join(' ')})`)}
_scratch_conformance() {
  local -a commands
  commands=(
${tables.map(({ name, summary }) => `    '${name}:${zshText(summary)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [[ \${funcstack[1]} == _scratch_conformance ]]; then _scratch_conformance "$@"; else compdef _scratch_conformance scratch-conformance; fi
`;
}

/** For fish: `scratch-conformance completion fish | source`. */
export function renderFish(tables: readonly CommandTable[], all: ChoiceWords): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const base = 'complete -c scratch-conformance';
  const added = ({ words, list }: Completion) =>
    list !== undefined
      ? ` -a "$${variableOf(list)}"`
      : words.length > 0
        ? ` -a ${quote(words.join(' '))}`
        : '';
  const commands = tables.map(
    ({ name, summary }) => `${base} -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
  );
  const rest = tables.flatMap((table) => {
    const here = `${base} -n '__fish_seen_subcommand_from ${table.name}'`;
    const operand = completionOf(table.operands);
    const operands = operand.path === undefined ? [`${here} -f${added(operand)}`] : [];
    const options = Object.entries(table.options).map(([name, option]) => {
      const value = valueCompletion(option);
      const needs = option.type === 'boolean' ? '' : value.path ? ' -r -F' : ` -x${added(value)}`;
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      return `${here} -l ${name}${short}${needs} -d ${quote(option.summary)}`;
    });
    return [...operands, ...options];
  });
  return `# Completion of scratch-conformance for fish: scratch-conformance completion fish | source\n${lists(all, (name, words) => `set -g ${name} ${words.join(' ')}`)}\n${[...commands, ...rest].join('\n')}\n`;
}
