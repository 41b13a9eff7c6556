import type { GateItem } from '../report/gate-model.ts';
import { ownCommand } from '../report/own-command.ts';
import type { Report, RequirementReport } from '../report/report-model.ts';
import type { Outcome } from '../requirements/outcome.ts';
import type { Pair } from './pair.ts';
import { type Change, changeOf } from './verdicts.ts';

/** One requirement of one subject whose status differs between the two sides. */
interface RequirementChange {
  readonly change: Exclude<Change, 'unchanged'>;
  readonly item: GateItem;
}

interface RequirementChanges {
  readonly changes: readonly RequirementChange[];
  readonly unchanged: number;
}

/** Compares every requirement of every subject that both sides judged. */
export function compareRequirements(pairs: readonly Pair[], reports: readonly Report[]): RequirementChanges {
  const texts = new Map(reports.flatMap(({ requirements }) => requirements.map((text) => [text.id, text])));
  const changes: RequirementChange[] = [];
  let unchanged = 0;
  for (const { key, baseline, candidate } of pairs) {
    if (baseline === undefined || candidate === undefined) continue;
    const before = new Map(baseline.outcomes.map((outcome) => [outcome.id, outcome]));
    const after = new Map(candidate.outcomes.map((outcome) => [outcome.id, outcome]));
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const [a, b] = [before.get(id), after.get(id)];
      const change = changeOf(a, b);
      if (change === 'unchanged') unchanged += 1;
      else changes.push({ change, item: itemOf(change, key, texts.get(id), a, b) });
    }
  }
  return { changes, unchanged };
}

type Told = RequirementChange['change'] | 'ceased';

/** What to do about each kind of change. */
const ADVICE: Readonly<Record<Told, (id: string) => string>> = {
  broken: (id) =>
    `Read the rule with: ${ownCommand('explain', [id])}. If no consumer of yours depends on it, allow ${id} in gate.json with a reason; otherwise stay on the baseline.`,
  changed: (id) =>
    `Read the rule with: ${ownCommand('explain', [id])}. Look whether a consumer of yours depends on it.`,
  fixed: () => 'When nothing runs the baseline any more, remove your workaround.',
  ceased: () => 'Nothing to do: the candidate gives no occasion for this violation.',
  'not-judged': () => 'Remove the cause, and compare again.',
};

function itemOf(
  change: RequirementChange['change'],
  subject: string,
  text: RequirementReport | undefined,
  before: Outcome | undefined,
  after: Outcome | undefined,
): GateItem {
  const id = (after ?? before)?.id ?? '';
  const [now, then] = [messageOf(after), messageOf(before)];
  const told = change === 'changed' && isSilent(after) ? 'ceased' : change;
  const isPast = told === 'fixed' || told === 'ceased';
  const message = isPast && then !== undefined ? `On the baseline: ${then}` : (now ?? then);
  return {
    id,
    title: text?.title ?? id,
    subject,
    ...(change === 'changed' && { weight: told === 'ceased' ? ('cosmetic' as const) : ('scripts' as const) }),
    ...(before && { before: before.status }),
    ...(after && { after: after.status }),
    consequence: `${isPast ? 'Until now: ' : ''}${text?.consequence ?? ''}`,
    advice: ADVICE[told](id),
    ...(message !== undefined && { message }),
    ...(after?.status === 'known' && {
      allowed: {
        by: `deviation ${after.deviation ?? ''}`.trim(),
        ...(after.reason !== undefined && {
          reason: after.reason.replace(`Known deviation ${after.deviation ?? ''}: `, ''),
        }),
      },
    }),
  };
}

function isSilent(outcome: Outcome | undefined): boolean {
  return outcome === undefined || ['not-applicable', 'unsupported'].includes(outcome.status);
}

function messageOf(outcome: Outcome | undefined): string | undefined {
  if (outcome === undefined) return undefined;
  const unexplained = outcome.findings.find(({ deviation }) => deviation === undefined);
  return (unexplained ?? outcome.findings[0])?.message ?? outcome.reason;
}
