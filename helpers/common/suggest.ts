import { quoteWord } from './escape.ts';

/** At most three of the candidates that a person may have meant, nearest first. */
function nearMisses(word: string, candidates: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase();
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `Did you mean a, b or c?` with a leading blank; `''` when nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = word === '' ? [] : nearMisses(word, candidates);
  if (near.length === 0) return '';
  const last = near.at(-1) ?? '';
  return ` Did you mean ${near.length === 1 ? last : `${near.slice(0, -1).join(', ')} or ${last}`}?`;
}

/** Throws `RangeError`, in one sentence, for a word of a calling program that is none of the known ones. */
export function requireKnown(
  what: string,
  words: readonly string[] | undefined,
  known: readonly string[],
): void {
  for (const word of words ?? []) {
    if (known.includes(word)) continue;
    const near = didYouMean(word, known);
    const all = near === '' && known.length <= 50 ? ` There are ${known.join(', ')}.` : near;
    throw new RangeError(`No ${what} is called ${quoteWord(word)}.${all}`);
  }
}

/** Words that contain the whole of what was typed are near; otherwise the edit distance (Levenshtein). */
function distanceOf(a: string, b: string): number {
  if (a.length >= 3 && b.includes(a)) return 1;
  if (a.length > 100) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
