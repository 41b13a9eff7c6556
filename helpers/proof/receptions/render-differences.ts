import { describeEffects } from '../../consumers/describe-receptions.ts';
import { type ExplainedDifference, type ExplainedDifferences, unexplained } from './explanations.ts';

/** Both lists as Markdown, one archive a line, under the reason that its verdict differs. */
export function formatDifferences(differences: ExplainedDifferences): string {
  const { fails, passes, outdated } = differences;
  const open = unexplained(differences);
  return [
    `## Fails although every consumer takes it whole (${fails.length})`,
    ...byReason(fails, ({ failing }) => failing.map(({ id, level }) => `${id} (${level})`).join(', ')),
    `## Does not fail although a consumer refuses it or loses something (${passes.length})`,
    ...byReason(passes, describeHarm),
    ...section('Without a reason', open),
    ...section('Explained, but no difference any more', outdated),
  ].join('\n');
}

function byReason(
  differences: readonly ExplainedDifference[],
  describe: (difference: ExplainedDifference) => string,
): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const difference of differences) {
    const reason = difference.reason ?? 'Nobody has said why.';
    const lines = groups.get(reason) ?? [];
    lines.push(`- \`${difference.archive.id}\`: ${describe(difference)}`);
    groups.set(reason, lines);
  }
  return ['', ...[...groups].flatMap(([reason, lines]) => [reason, '', ...lines, ''])];
}

/** Who refuses it or loses what, and in what words. */
function describeHarm({ effects }: ExplainedDifference): string {
  const harm = effects.filter(({ effect }) => effect !== 'takes');
  const words = [...new Set(harm.flatMap(({ words: said, lost = [] }) => said ?? lost))];
  return `${describeEffects(harm)}. ${words.map((said) => `\`${said}\``).join(' ')}`;
}

function section(title: string, ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : [`## ${title} (${ids.length})`, '', ...ids.map((id) => `- \`${id}\``), ''];
}
