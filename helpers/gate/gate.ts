import type { GateItem, GateReport, GateVerdict, Timing } from '../report/gate-model.ts';
import type { SubjectReport } from '../report/report-model.ts';
import { type Allowance, allowanceNotes, markAllowed } from './allow.ts';
import { compareObservations } from './compare-observations.ts';
import { compareRequirements } from './compare-requirements.ts';
import { loneSubject } from './lone-subject.ts';
import { heaviestFirst } from './order.ts';
import { enginesOf, type Pair, pairSubjects, type Side } from './pair.ts';
import { compareStacks } from './stack.ts';
import { nameWheres } from './where.ts';

export interface CompareOptions {
  readonly allowances?: readonly Allowance[];
  /** Any change that is not allowed is a no-go, not only what breaks. */
  readonly strict?: boolean;
  /** Decides whether an allowance is over: `2026-11-23`. */
  readonly today: string;
  /** The command that repeats the comparison. */
  readonly command: string;
}

/**
 * What going from the baseline to the candidate breaks, changes and fixes. Subjects are paired by builder, saver and
 * step; what only one side has is a change. Nothing is read and nothing is run here.
 */
export function compare(baseline: Side, candidate: Side, options: CompareOptions): GateReport {
  const { allowances = [], strict = false, today, command } = options;
  const pairs = pairSubjects(baseline, candidate);
  const requirements = compareRequirements(pairs, [baseline.report, candidate.report]);
  const observations = compareObservations(pairs, baseline, candidate);
  const named = nameWheres(pairs, [baseline.report, candidate.report]);
  const group = (items: readonly GateItem[]) => heaviestFirst(groupItems(items).map(named));
  const prepare = (items: readonly GateItem[]) =>
    group(items.map((item) => markAllowed(item, allowances, today)));
  const itemsOf = (change: string) =>
    requirements.changes.filter((entry) => entry.change === change).map(({ item }) => item);
  const broken = prepare(itemsOf('broken'));
  const changed = prepare([...pairs.flatMap(loneSubject), ...itemsOf('changed'), ...observations.changes]);
  const fixed = group(itemsOf('fixed'));
  const notJudged = [
    ...itemsOf('not-judged').map(cannotJudge),
    ...nothingInCommon(pairs, baseline, candidate),
    ...unavailableEngines(baseline, candidate),
    ...unavailableEngines(candidate, baseline),
  ];
  const stopping = [...broken, ...(strict ? changed : [])].filter(({ allowed }) => allowed === undefined);
  const verdict = stopping.length > 0 ? 'no-go' : notJudged.length > 0 ? 'could-not-judge' : 'go';
  return {
    version: 1,
    kind: 'gate',
    verdict,
    summary: summarise(verdict, { baseline, candidate, broken, changed, fixed, stopping, notJudged }),
    baseline: { name: baseline.name, date: baseline.report.startedAt },
    candidate: { name: candidate.name, date: candidate.report.startedAt },
    broken,
    changed,
    fixed,
    unchanged: { requirements: requirements.unchanged, observations: observations.unchanged },
    stackDifferences: compareStacks(baseline, candidate),
    timings: compareTimings(pairs),
    notJudged,
    notes: [
      ...allowanceNotes(allowances, [...broken, ...changed], today),
      ...unavailableOnBoth(baseline, candidate),
    ],
    command,
  };
}

function cannotJudge({ id, subject, message, before }: GateItem): string {
  const side = before === 'error' ? 'baseline' : 'candidate';
  return `${id} of ${subject} could not be judged on the ${side}: ${message ?? 'no reason was given.'}`;
}

function nothingInCommon(pairs: readonly Pair[], baseline: Side, candidate: Side): readonly string[] {
  for (const side of [baseline, candidate])
    if (side.report.subjects.length === 0) return [`${side.name} has no results to compare.`];
  const common = pairs.filter((pair) => pair.baseline && pair.candidate);
  if (common.length === 0)
    return [
      `${baseline.name} and ${candidate.name} have no builder, saver or step in common, so nothing was compared.`,
    ];
  const applies = common.some(({ baseline: before, candidate: after }) =>
    [...(before?.outcomes ?? []), ...(after?.outcomes ?? [])].some(
      ({ status }) => status !== 'not-applicable' && status !== 'unsupported',
    ),
  );
  return applies ? [] : [`Nothing applies to what ${baseline.name} and ${candidate.name} have in common.`];
}

/** Engines that only one side could provide. One that neither could is a note: nothing about it changed. */
function unavailableEngines(side: Side, other: Side): readonly string[] {
  const elsewhere = new Set(enginesOf(other).map(({ name }) => name));
  return side.report.engines
    .filter(({ name, available }) => !available && elsewhere.has(name))
    .map(
      ({ name, reason }) => `${name} was not available on ${side.name}: ${reason ?? 'no reason was given.'}`,
    );
}

function unavailableOnBoth(baseline: Side, candidate: Side): readonly string[] {
  const without = ({ report }: Side) =>
    report.engines.filter(({ available }) => !available).map(({ name }) => name);
  const before = new Set(without(baseline));
  return without(candidate)
    .filter((name) => before.has(name))
    .map((name) => `${name} was available on neither side, so nothing is known about it.`);
}

interface Parts {
  readonly baseline: Side;
  readonly candidate: Side;
  readonly broken: readonly GateItem[];
  readonly changed: readonly GateItem[];
  readonly fixed: readonly GateItem[];
  readonly stopping: readonly GateItem[];
  readonly notJudged: readonly string[];
}

function summarise(verdict: GateVerdict, parts: Parts): string {
  const { baseline, candidate, broken, changed, fixed, stopping, notJudged } = parts;
  const way = `from ${baseline.name} to ${candidate.name}`;
  const counts = `${broken.length} broken, ${changed.length} changed, ${fixed.length} fixed`;
  const heavy = changed.filter(({ weight, allowed }) => weight === 'scripts' && allowed === undefined).length;
  const warning =
    heavy === 0 ? '' : `; ${heavy === 1 ? '1 change' : `${heavy} changes`} can break scripts or tools`;
  if (verdict === 'no-go')
    return `No-go ${way}: ${counts}, of which ${stopping.length} ${stopping.length === 1 ? 'is' : 'are'} not allowed${warning}.`;
  if (verdict === 'could-not-judge')
    return `Could not judge the way ${way}: ${notJudged[0] ?? ''} (${counts})`;
  return `Go ${way}: ${broken.length === 0 ? 'no requirement breaks' : 'what breaks is allowed'} (${counts})${warning}.`;
}

/** Joins items that differ in their subject only, so that what five builders share is read once. */
function groupItems(items: readonly GateItem[]): readonly GateItem[] {
  const groups = new Map<string, GateItem[]>();
  for (const item of items) {
    const { subject: _, message: __, ...rest } = item;
    const key = JSON.stringify(rest);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const subjects = [first, ...others].map(({ subject }) => subject);
    return [{ ...first, subject: subjects.join(', '), subjects }];
  });
}

/** How long each subject took on both sides, in milliseconds: information only, no verdict rests on it. */
function compareTimings(pairs: readonly Pair[]): readonly Timing[] {
  return pairs.flatMap(({ key, baseline, candidate }) => {
    const [before, after] = [durationOf(baseline), durationOf(candidate)];
    return before === undefined || after === undefined ? [] : [{ subject: key, before, after }];
  });
}

function durationOf(subject: SubjectReport | undefined): number | undefined {
  const durations = subject?.outcomes.flatMap(({ durationMs }) => durationMs ?? []) ?? [];
  return durations.length === 0 ? undefined : Math.round(durations.reduce((sum, ms) => sum + ms, 0));
}
