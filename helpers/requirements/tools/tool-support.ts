import { imagesOf } from '../../archive/images.ts';
import { normaliseName } from '../../common/image-name.ts';
import type { Json } from '../../common/json.ts';
import { type Requirement, requirementsAbout } from '../define.ts';
import type { Violation } from '../outcome.ts';
import { violation } from '../violation.ts';
import type { MayChange, Part, Passage, PassageComparison, PassageDifference } from './passage.ts';

/** What the requirements on passages have in common. */

/** Declares what is asked of every passage of an image through a tool. */
export const defineToolRequirements = requirementsAbout<Passage>('passage');

/** Parts of the flattened root. */
const ROOT: readonly string[] = ['files', 'modes', 'owners', 'attributes'];

/** A violation by a command or by its output. */
export function passageViolation(actual: Json, from: string, expected: Json, expectedFrom = ''): Violation {
  return violation(actual, from, expected, expectedFrom, { step: 'passage' });
}

/** The recipe of a passage, as the origin of what is expected. */
export function recipeOf({ tool, chain }: Passage): string {
  return `fixtures/tools/${tool.split('@')[0]}.json, ${chain.name}`;
}

/** Applies once the commands ended well. */
export function commandsEndedWell({ ending }: Passage): true | string {
  return ending.status === 'done' || 'the command did not end well';
}

/** Applies once there is an output that can be read and holds an image. */
export function wasRead({ output }: Passage): true | string {
  if (output?.status !== 'read') return 'there is no output that can be read';
  return imagesOf(output.archive).length > 0 || 'the output holds no image';
}

/** Applies where the output was compared and the recipe does not let all of the part change. */
export function mustKeep(part: Part): NonNullable<Requirement<Passage>['when']> {
  return (passage) => {
    const compared = comparisonOf(passage);
    if (typeof compared === 'string') return compared;
    const allowed = passage.mayChange.find(
      ({ part: allowedPart, what, onlyAdds }) => allowedPart === part && what === undefined && !onlyAdds,
    );
    return allowed === undefined || `may change: ${allowed.reason} (${allowed.source})`;
  };
}

/** The comparison, or why there is none. */
export function comparisonOf({ comparison, output }: Passage): PassageComparison | string {
  if (comparison === undefined)
    return output === undefined ? 'the command did not end well' : 'there is no output that can be read';
  return 'reason' in comparison ? comparison.reason : comparison;
}

/** One violation for each difference of the part that the recipe neither lets happen nor asks for. */
export function* mustNotChange(passage: Passage, part: Part): Iterable<Violation> {
  for (const { what, before, after } of undeclared(passage, part))
    yield {
      where: { step: 'passage', ...(what.startsWith('/') && { entry: what }) },
      expected: { value: before ?? 'nothing', from: `${what} of the input ${passage.input}` },
      actual: { value: after ?? 'nothing', from: `${what} of the output` },
    };
}

function undeclared(passage: Passage, part: Part): readonly PassageDifference[] {
  const { mayChange, chain } = passage;
  return differencesOf(passage).filter(
    (difference) =>
      partOf(difference) === part &&
      !mayChange.some((change) => change.part === part && covers(change, difference)) &&
      !chain.mustChange?.some((change) => change.part === part && isChange(change.what, difference)) &&
      !isSameNames(difference),
  );
}

/** The change itself, or the field that is there because of it alone. */
function isChange(what: string, { what: found, before, after }: PassageDifference): boolean {
  if (found === what) return true;
  const isField = before === undefined && what.startsWith(`${found} `);
  return isField && typeof after === 'object' && after !== null && Object.keys(after).length === 1;
}

/** Times of the config belong to its history, those of files to the root. */
function partOf({ area, what }: PassageDifference): string {
  return area === 'times' && !what.startsWith('/') ? 'history' : area;
}

/** Whether a statement of a recipe lets a difference happen; its pattern covers the whole text. */
function covers({ what, onlyAdds }: MayChange, difference: PassageDifference): boolean {
  if (onlyAdds && difference.before !== undefined) return false;
  return what === undefined || new RegExp(`^(?:${what})$`, 'u').test(difference.what);
}

/** Short and long names mean the same; each tool completes them in its own way. */
function isSameNames({ area, before, after }: PassageDifference): boolean {
  if (area !== 'names') return false;
  const [left, right] = [before, after].map((names) =>
    Array.isArray(names) ? [...new Set(names.map((name) => normaliseName(String(name))))].sort() : [],
  );
  return JSON.stringify(left) === JSON.stringify(right);
}

export function differencesOf(passage: Passage): readonly PassageDifference[] {
  const compared = comparisonOf(passage);
  return typeof compared === 'string' ? [] : compared.differences;
}

/** Whether the flattened roots differ: the layers then differ with them. */
export function hasOtherRoot(passage: Passage): boolean {
  return differencesOf(passage).some(
    ({ area, what }) => ROOT.includes(area) || (area === 'times' && what.startsWith('/')),
  );
}

/** Parts other than the root that differ, out of some. */
export function changedParts(passage: Passage, parts: readonly Part[]): readonly string[] {
  const found = new Set(differencesOf(passage).map(partOf));
  return parts.filter((part) => found.has(part));
}
