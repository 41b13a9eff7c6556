import { quoteWord } from '../common/escape.ts';
import { isInRange } from '../common/version-range.ts';

/** What is needed of a recipe to find it by a short name. */
interface NamedEngine {
  readonly name: string;
  /** As the recipe expects it, `28.5.2`. */
  readonly version: string;
}

/**
 * Finds the engine that a person means: its full name, or a family and the beginning of a version (`docker-20.10`,
 * `docker-28`), optionally with what follows in the name (`docker-28-containerd`). Of several, the newest version of
 * the shortest name. Answers a sentence when there is none.
 */
export function findEngine(wanted: string, engines: readonly NamedEngine[]): NamedEngine | string {
  const exact = engines.find(({ name }) => name === wanted);
  if (exact !== undefined) return exact;
  const [, family, version, variant = ''] = /^([a-z]+)-(\d+(?:\.\d+)*)(-[a-z0-9-]+)?$/.exec(wanted) ?? [];
  const fitting = engines.filter(
    ({ name, version: has }) =>
      family !== undefined &&
      version !== undefined &&
      name.startsWith(`${family}-`) &&
      variantOf(name) === variant &&
      isInRange(has, version),
  );
  const newest = [...fitting].sort((a, b) => (isInRange(a.version, `>${b.version}`) ? -1 : 1))[0];
  if (newest !== undefined) return newest;
  const names = engines.map(({ name }) => name).join(', ');
  return `No engine is called ${quoteWord(wanted)}; there are ${names}. A stored report is named by its file, for example report/matrix.json or report/matrix.json#docker-28.`;
}

/** What follows the version in a name: `-containerd` of `docker-28-containerd`. */
function variantOf(name: string): string {
  return /^[a-z]+-\d+(?:\.\d+)*(-[a-z0-9-]+)?$/.exec(name)?.[1] ?? '';
}
