/** Text that every match of a pattern holds, so that most texts need not be searched by the pattern at all. */
export interface RequiredLiteral {
  readonly text: string;
  /** The pattern starts with `(?i)`: `text` and what is searched are folded. */
  readonly isFolded: boolean;
}

/** Shorter ones are in every text. */
const MIN_LITERAL = 3;

/** The longest run of plain characters outside groups and classes; `undefined` where no run is certain to be there. */
export function requiredLiteral(source: string): RequiredLiteral | undefined {
  const isFolded = source.startsWith('(?i)');
  const body = isFolded ? source.slice(4) : source;
  // Flags inside change what a character means.
  if (/\(\?[a-zA-Z-]/.test(body)) return undefined;
  const runs = plainRuns(body);
  const longest = runs?.reduce((best, run) => (run.length > best.length ? run : best), '') ?? '';
  if (longest.length < MIN_LITERAL || (isFolded && /[^\x20-\x7e]/.test(longest))) return undefined;
  return { text: isFolded ? foldCase(longest) : longest, isFolded };
}

/** Case as RE2 folds it for ASCII: the long s and the Kelvin sign are an `s` and a `k`. */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('\u017f', 's');
}

/** Runs of characters that stand for themselves once; `undefined` with alternatives at the top. */
function plainRuns(body: string): readonly string[] | undefined {
  const runs: string[] = [];
  let run = '';
  const end = () => {
    runs.push(run);
    run = '';
  };
  for (let at = 0; at < body.length; at++) {
    const character = body[at] ?? '';
    if (character === '|') return undefined;
    if (character === '(' || character === '[') {
      end();
      at = skip(body, at);
    } else if ('*?{'.includes(character)) {
      // What stands before it may be absent.
      run = run.replace(/.$/su, '');
      end();
      if (character === '{') at = Math.max(at, body.indexOf('}', at));
    } else if (character === '\\') {
      const next = body[at + 1] ?? '';
      // \Q…\E quotes; letters and digits are classes, positions or codes.
      if (next === 'Q') return undefined;
      if (/[\w]/.test(next)) {
        end();
        if ('pPxu'.includes(next)) return undefined;
      } else run += next;
      at++;
    } else if ('+^$.)'.includes(character)) end();
    else run += character;
  }
  end();
  return runs;
}

/** The place where a group or class ends. */
function skip(body: string, start: number): number {
  let depth = 0;
  let isClass = false;
  for (let at = start; at < body.length; at++) {
    const character = body[at];
    if (character === '\\') at++;
    else if (isClass) {
      // A bracket that comes first in a class stands for itself.
      const isFirst = body[at - 1] === '[' || (body[at - 1] === '^' && body[at - 2] === '[');
      if (character === ']' && !isFirst) {
        isClass = false;
        if (depth === 0) return at;
      }
    } else if (character === '[') isClass = true;
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at;
  }
  return body.length;
}
