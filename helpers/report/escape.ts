/**
 * Characters that move a cursor, colour a terminal, reorder text or hide in it: C0, DEL, C1, the bidi controls,
 * zero-width characters, line separators, the byte-order mark, interlinear annotations, tags and lone surrogates.
 */
const INVISIBLE =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** Makes every such character visible as `\u{202e}`, for text that came out of an archive or an engine. */
export function escapeControls(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same, but line feeds and tabs stay. */
export function escapeControlsExceptLines(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
