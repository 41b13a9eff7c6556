import { RE2JS } from 're2js';
import { MAX_PATTERN_STEPS } from '../../archive/limits.ts';
import { UnjudgedError } from '../outcome.ts';
import { foldCase, type RequiredLiteral, requiredLiteral } from './literal.ts';

/** What must hold at the start of a text, as `(?=…)` and `(?!…)` after `^` say it, and the rest of the pattern. */
interface Pattern {
  readonly ahead: readonly { readonly isWanted: boolean; readonly expression: RE2JS }[];
  readonly rest: RE2JS;
}

/**
 * Regular expressions of an expectation, in the syntax of RE2: matching takes time in proportion to the text, whatever
 * the pattern. (A pattern that backtracks may take for ever.) `\u{…}` and `\/` may be written as in JavaScript, and a
 * pattern may start with lookaheads: `^(?!.*secret)` is how it says that something must not be there.
 */
function compile(source: string): Pattern {
  const ahead: Pattern['ahead'][number][] = [];
  let rest = source;
  while (/^\^\(\?[=!]/.test(rest)) {
    const end = findAtTop(rest.slice(4), ')');
    if (end < 0) break;
    const condition = compileRe2(`^(?:${rest.slice(4, 4 + end)})`);
    ahead.push({ isWanted: rest[3] === '=', expression: condition });
    rest = `^${rest.slice(5 + end)}`;
  }
  if (ahead.length > 0 && findAtTop(rest, '|') >= 0)
    throw new Error('put alternatives that follow a lookahead into a group: ^(?!a)(?:b|c)');
  return { ahead, rest: compileRe2(rest) };
}

function compileRe2(source: string): RE2JS {
  return RE2JS.compile(RE2JS.translateRegExp(source));
}

/** The first such character outside groups, classes and escapes; -1 when there is none. */
function findAtTop(source: string, wanted: ')' | '|'): number {
  let depth = 0;
  let isClass = false;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (isClass) isClass = character !== ']';
    else if (depth === 0 && character === wanted) return at;
    else if (character === '[') isClass = true;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
  }
  return -1;
}

/** Why a pattern cannot be used; `undefined` when it can. */
export function whyNoPattern(source: string): string | undefined {
  try {
    compile(source);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^error parsing regexp: /, '').slice(0, 200);
  }
}

/** Finds patterns in texts. All searches of one matcher share a budget. */
export interface Matcher {
  /** Throws `UnjudgedError` when the patterns cost more than the budget. */
  matches(pattern: string, text: string): boolean;
  /** Where the first match starts; likewise. */
  find(pattern: string, text: string): number | undefined;
}

interface Prepared extends Pattern {
  readonly size: number;
  readonly literal: RequiredLiteral | undefined;
}

/** Looking for a literal costs about as little of a step. */
const LITERAL_STEP = 1 / 32;

export function createMatcher(maxSteps = MAX_PATTERN_STEPS): Matcher {
  const prepared = new Map<string, Prepared>();
  const folded = { text: '', as: '' };
  let steps = 0;
  return { matches: (pattern, text) => find(pattern, text) !== undefined, find };

  function find(pattern: string, text: string): number | undefined {
    const { ahead, rest, size, literal } = prepare(pattern);
    if (literal) {
      spend(LITERAL_STEP * text.length);
      if (!(literal.isFolded ? fold(text) : text).includes(literal.text)) return undefined;
    }
    spend(size * (text.length + 1));
    if (!ahead.every(({ isWanted, expression }) => expression.matcher(text).find() === isWanted))
      return undefined;
    const matcher = rest.matcher(text);
    return matcher.find() ? matcher.start() : undefined;
  }

  function prepare(pattern: string): Prepared {
    const known = prepared.get(pattern);
    if (known) return known;
    const { ahead, rest } = compile(pattern);
    const size = rest.programSize() + ahead.reduce((sum, part) => sum + part.expression.programSize(), 0);
    const literal = ahead.length > 0 ? undefined : requiredLiteral(pattern);
    const made = { ahead, rest, size, literal };
    prepared.set(pattern, made);
    return made;
  }

  /** Several patterns are looked for in one text, one after the other. */
  function fold(text: string): string {
    if (folded.text !== text) Object.assign(folded, { text, as: foldCase(text) });
    return folded.as;
  }

  function spend(amount: number): void {
    steps += amount;
    if (steps > maxSteps)
      throw new UnjudgedError(
        `The patterns of the expectation take more than ${maxSteps} steps; make them shorter, or state content or digest instead.`,
      );
  }
}
