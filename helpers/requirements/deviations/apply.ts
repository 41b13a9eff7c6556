import type { Finding, Outcome } from '../outcome.ts';
import type { Circumstances, Deviation } from './deviation-model.ts';
import { appliesTo, matchesFinding } from './match.ts';

export { circumstancesOf, PRODUCERS, parseProducer, storeKind } from './circumstances.ts';
export type { Circumstances, Deviation } from './deviation-model.ts';
export { loadRegister, RegisterError } from './load.ts';

/**
 * Marks what the register explains. A violation whose every finding is in the register becomes `known`; one finding
 * outside it keeps the outcome as it was. A deviation that is certain to show here and did not makes a passing
 * outcome `fixed`. A deviation past its review date waives nothing, and the outcome says so.
 * @param today as `2026-11-23`
 */
export function applyDeviations(
  outcomes: readonly Outcome[],
  circumstances: Circumstances,
  register: readonly Deviation[],
  today: string,
): readonly Outcome[] {
  const relevant = register.filter((deviation) => appliesTo(deviation, circumstances) !== 'no');
  return outcomes.map((outcome) => {
    const deviations = relevant.filter(({ requirement }) => requirement === outcome.id);
    if (deviations.length === 0) return outcome;
    if (outcome.status === 'fail' || outcome.status === 'warn') {
      const told = deviations.filter((deviation) => appliesTo(deviation, circumstances) !== 'untold');
      const waived = waive(outcome, told, today);
      return waived.status === 'fail' ? leaveOpen(waived, deviations, circumstances, today) : waived;
    }
    return outcome.status === 'pass' ? markFixed(outcome, deviations, circumstances) : outcome;
  });
}

function waive(outcome: Outcome, deviations: readonly Deviation[], today: string): Outcome {
  const valid = deviations.filter(({ reviewBy }) => today <= reviewBy);
  const findings = outcome.findings.map((finding) => markKnown(finding, valid));
  const notes = deviations.filter((deviation) => today > deviation.reviewBy && occurs(deviation, outcome));
  const known = findings.filter(({ deviation }) => deviation !== undefined);
  if (known.length === findings.length && known.length > 0 && !outcome.omitted) {
    const ids = [...new Set(known.flatMap(({ deviation }) => deviation ?? []))];
    return {
      ...outcome,
      status: 'known',
      findings,
      deviation: ids[0] ?? '',
      reason: ids.map((id) => reasonOf(valid, id)).join(' '),
    };
  }
  const reason = [...(outcome.reason ? [outcome.reason] : []), ...notes.map(overdue)].join(' ');
  return { ...outcome, findings, ...(reason !== '' && { reason }) };
}

/** A violation that an entry describes, of a producer that does not tell its version: known or new, nobody can say. */
function leaveOpen(
  outcome: Outcome,
  deviations: readonly Deviation[],
  circumstances: Circumstances,
  today: string,
): Outcome {
  const valid = deviations.filter(({ reviewBy }) => today <= reviewBy);
  const matching = outcome.findings.map((finding) =>
    valid.find(({ observed }) => matchesFinding(observed, finding)),
  );
  if (matching.length === 0 || matching.includes(undefined) || outcome.omitted) return outcome;
  const untold = matching.find(
    (deviation) => deviation !== undefined && appliesTo(deviation, circumstances) === 'untold',
  );
  if (untold === undefined) return outcome;
  const { name, versions } = untold.producer;
  return {
    ...outcome,
    status: 'error',
    reason: `Whether this is the known deviation ${untold.id} cannot be told: the version of ${name} is not known, and the deviation is of ${versions}. Find out why ${name} does not tell its version.`,
  };
}

function markKnown(finding: Finding, deviations: readonly Deviation[]): Finding {
  const deviation = deviations.find(({ observed }) => matchesFinding(observed, finding));
  return deviation === undefined ? finding : { ...finding, deviation: deviation.id };
}

function occurs({ observed }: Deviation, { findings }: Outcome): boolean {
  return findings.some((finding) => matchesFinding(observed, finding));
}

function reasonOf(deviations: readonly Deviation[], id: string): string {
  const deviation = deviations.find((candidate) => candidate.id === id);
  return deviation === undefined ? '' : `Known deviation ${id}: ${deviation.reason} (${deviation.link})`;
}

function overdue({ id, reviewBy, link }: Deviation): string {
  return `The deviation ${id} was due for review on ${reviewBy} and waives nothing any more; look at ${link}, then renew it or remove it.`;
}

function markFixed(
  outcome: Outcome,
  deviations: readonly Deviation[],
  circumstances: Circumstances,
): Outcome {
  const gone = deviations.find(
    (deviation) => appliesTo(deviation, circumstances) === 'certainly' && isShownBy(deviation, circumstances),
  );
  if (gone === undefined) return outcome;
  return {
    ...outcome,
    status: 'fixed',
    deviation: gone.id,
    reason: `The known deviation ${gone.id} no longer occurs; narrow its versions (${gone.producer.versions}) or remove it.`,
  };
}

function isShownBy({ shownBy }: Deviation, { scenario }: Circumstances): boolean {
  return shownBy.includes('*') || (scenario !== undefined && shownBy.includes(scenario));
}
