/** A Dockerfile as a list of instructions: as much of its grammar as is needed to say which features it asks for. */

export interface Instruction {
  /** In capitals: `COPY`. */
  readonly name: string;
  /** All that follows the name, on one line; without the text of heredocs. */
  readonly rest: string;
  /** Names of the options that come first: `chmod` of `--chmod=0640`. */
  readonly flags: readonly string[];
  readonly hasHeredoc: boolean;
  /** Counted from 1. */
  readonly line: number;
}

/** https://docs.docker.com/reference/dockerfile/#parser-directives: the lines before the first that is none. */
const DIRECTIVE = /^#\s*([a-z]+)\s*=\s*(\S+)\s*$/i;
const HEREDOC = /<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_]*)\2/g;
/** Elsewhere `<<` is text. https://docs.docker.com/reference/dockerfile/#here-documents */
const WITH_HEREDOC: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);

export function readInstructions(text: string): readonly Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const continuation = continuationOf(lines);
  const instructions: Instruction[] = [];
  for (let position = 0; position < lines.length; position += 1) {
    const line = position + 1;
    let joined = (lines[position] ?? '').trim();
    if (isIgnored(joined)) continue;
    while (joined.endsWith(continuation) && position + 1 < lines.length) {
      position += 1;
      const next = (lines[position] ?? '').trim();
      joined = isIgnored(next) ? joined : `${joined.slice(0, -1)} ${next}`;
    }
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(joined) ?? [];
    const name = word.toUpperCase();
    const heredocs = WITH_HEREDOC.has(name) ? [...rest.matchAll(HEREDOC)] : [];
    for (const [, dash, , end = ''] of heredocs) position = endOfHeredoc(lines, position, end, dash !== '');
    instructions.push({ name, rest, flags: flagsOf(rest), hasHeredoc: heredocs.length > 0, line });
  }
  return instructions;
}

function isIgnored(line: string): boolean {
  return line === '' || line.startsWith('#');
}

function continuationOf(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name, value = ''] = DIRECTIVE.exec(line.trim()) ?? [];
    if (name === undefined) break;
    if (name.toLowerCase() === 'escape') return value;
  }
  return '\\';
}

/** Index of the line that ends it; of the last line where none does. */
function endOfHeredoc(lines: readonly string[], from: number, end: string, stripsTabs: boolean): number {
  const found = lines.findIndex(
    (line, position) => position > from && (stripsTabs ? line.replace(/^\t+/, '') : line) === end,
  );
  return found === -1 ? lines.length - 1 : found;
}

function flagsOf(rest: string): readonly string[] {
  const flags: string[] = [];
  for (const word of rest.split(/\s+/)) {
    const flag = /^--([a-z][a-z-]*)(?:=|$)/.exec(word)?.[1];
    if (flag === undefined) break;
    flags.push(flag);
  }
  return flags;
}
