import { escapeControl } from '../../common/escape.ts';
import { requireKnown } from '../../common/suggest.ts';
import { compareRead } from '../../gate/diff/compare-archives.ts';
import { AREAS } from '../../gate/diff/diff-model.ts';
import { renderDiffText } from '../../gate/diff/render-diff.ts';
import { archiveGiven, type MatchResult } from './match-result.ts';
import type { EqualImageOptions } from './matcher-types.ts';

/** The other archive is the one that is expected: what differs reads as a change from it. */
export function toEqualImage(
  received: unknown,
  other: unknown,
  options: EqualImageOptions = {},
): MatchResult {
  const after = archiveGiven(received, 'toEqualImage');
  const before = archiveGiven(other, 'toEqualImage');
  requireKnown('area', options.ignore, AREAS);
  const diff = compareRead(before, after, [undefined, undefined], options);
  const names = [before.source, after.source] as const;
  return {
    pass: diff.differences.length === 0,
    message: () =>
      diff.differences.length === 0
        ? `expected ${escapeControl(after.source)} to hold another image than ${escapeControl(before.source)}, and nothing differs`
        : `expected ${escapeControl(after.source)} to hold the image of ${escapeControl(before.source)}\n\n${renderDiffText(diff, names).trimEnd()}`,
  };
}
