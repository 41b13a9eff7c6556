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
