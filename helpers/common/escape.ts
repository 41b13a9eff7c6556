/** Control characters (ESC, newline), format characters (bidirectional overrides, zero-width), line separators, lone surrogates. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Turns every character that could steer a terminal or hide text into a visible escape: `\x1b`, `\u{202e}`. */
export function escapeControl(text: string): string {
  return text.replace(EVERY_UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return (
      SHORT_ESCAPES[character] ??
      (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`)
    );
  });
}

/** Longest word of a caller that a sentence repeats. */
const MAX_WORD = 240;

/** A word that somebody typed, for a sentence about it: in quotes, escaped, on one line, and of a length that can be read. */
export function quoteWord(word: string): string {
  const quoted = escapeControl(JSON.stringify(shorten(word, MAX_WORD)));
  return word.length > MAX_WORD ? `${quoted} (${word.length} characters)` : quoted;
}

/** A name without quotes in a sentence: escaped, on one line, and of a length that can be read. */
export function showName(name: string): string {
  const shown = escapeControl(shorten(name, MAX_WORD));
  return name.length > MAX_WORD ? `${shown} (${name.length} characters)` : shown;
}

/** A word of a line for `sh`, which reads it as it stands. */
export function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The beginning, with an ellipsis where something is left out; never half a character. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

/** Colours and weights of our own, as picocolors writes them. */
const COLOURS = new RegExp(`(${String.fromCharCode(27)}\\[\\d{1,2}m)`);

/**
 * Lines for a terminal or a log: only line breaks keep their meaning, and colours where they are wanted. A line that
 * GitHub Actions would take for a command (`::error::`, `##[error]`) loses it.
 */
export function escapeLines(text: string, { color = false } = {}): string {
  return text
    .split('\n')
    .map((line) => {
      const parts = color ? line.split(COLOURS) : [line];
      const escaped = parts.map((part, index) => (index % 2 === 1 ? part : escapeControl(part))).join('');
      return escaped.replace(
        /^(\s*)(?::(?=:)|#(?=#\[))/u,
        (_, blanks: string) => `${blanks}\\x${escaped.trimStart().charCodeAt(0).toString(16)}`,
      );
    })
    .join('\n');
}
