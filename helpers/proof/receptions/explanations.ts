import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONSUMER_FOLDER, DIFFERENCES_FILE } from '../../consumers/recipe.ts';
import type { Difference, Differences } from './differences.ts';

/** Why our verdict on some archives is another than that of the consumers. */
interface StoredReason {
  /** `fails`: here alone; `passes`: here, though a consumer refuses it or loses something. */
  readonly verdict: 'fails' | 'passes';
  readonly reason: string;
  /** Ids of archives. */
  readonly archives: readonly string[];
}

export interface ExplainedDifferences {
  readonly fails: readonly ExplainedDifference[];
  readonly passes: readonly ExplainedDifference[];
  /** Ids in explanations whose verdict is that of the consumers, or that no archive has. */
  readonly outdated: readonly string[];
}

export interface ExplainedDifference extends Difference {
  /** Absent where nobody has said why. */
  readonly reason?: string;
}

export async function readExplanations(): Promise<readonly StoredReason[]> {
  const text = await readFile(join(CONSUMER_FOLDER, DIFFERENCES_FILE), 'utf8');
  return (JSON.parse(text) as { readonly explanations: readonly StoredReason[] }).explanations;
}

/** Puts the stored reason beside each difference. */
export function explainDifferences(
  { failsAlone, passesAlone }: Differences,
  explanations: readonly StoredReason[],
): ExplainedDifferences {
  const reasons = new Map(
    explanations.flatMap(({ verdict, reason, archives }): [string, string][] =>
      archives.map((id) => [`${verdict} ${id}`, reason]),
    ),
  );
  const used = new Set<string>();
  const explain = (verdict: StoredReason['verdict']) => (difference: Difference) => {
    const key = `${verdict} ${difference.archive.id}`;
    const reason = reasons.get(key);
    used.add(key);
    return { ...difference, ...(reason === undefined ? {} : { reason }) };
  };
  const [fails, passes] = [failsAlone.map(explain('fails')), passesAlone.map(explain('passes'))];
  return { fails, passes, outdated: [...reasons.keys()].filter((key) => !used.has(key)) };
}

/** Ids of the differences that nobody has explained. */
export function unexplained({ fails, passes }: ExplainedDifferences): readonly string[] {
  return [...fails, ...passes].filter(({ reason }) => reason === undefined).map(({ archive }) => archive.id);
}
