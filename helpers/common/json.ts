/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON on lines of its own, in which no character can steer a terminal or hide text: control characters (DEL and C1
 * too), bidirectional overrides, zero-width characters and lone surrogates are written as `\uXXXX`, which means the same.
 */
export function toJsonText(value: unknown, indent = 1): string {
  return JSON.stringify(value, null, indent).replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
