import type { Status } from '../requirements/outcome.ts';
import type { TimedJudged } from './judged.ts';

/** The steps that an image must have gone through before anything is known of an engine. */
const STEPS = ['build', 'run', 'save'] as const;
/** A given image may be one that cannot be run. */
const STEPS_OF_GIVEN = ['build', 'save'] as const;
const UNJUDGED: ReadonlySet<Status> = new Set(['not-applicable', 'unsupported', 'error']);

/**
 * Why a run of the procedure says nothing of its engine, one sentence each: no image was built, run and saved, or a
 * builder that was asked for by name is not there. Empty when enough was judged.
 */
export function whyIncomplete(
  judged: readonly TimedJudged[],
  askedBuilders: readonly string[] = [],
  isGiven = false,
): readonly string[] {
  const steps = isGiven ? STEPS_OF_GIVEN : STEPS;
  const builders = [...new Set(judged.flatMap(({ subject }) => subject.builder ?? []))];
  const complete = builders.filter((builder) => steps.every((step) => wasJudged(judged, builder, step)));
  const wanted = askedBuilders.length > 0 ? askedBuilders : builders;
  if (complete.length === 0)
    return [
      `No image was ${isGiven ? 'built' : 'built, run'} and saved, so nothing is known of this engine${reasonsOf(judged, wanted)}`,
    ];
  return askedBuilders
    .filter((builder) => !complete.includes(builder))
    .map(
      (builder) => `The builder ${builder} was asked for and was not judged${reasonsOf(judged, [builder])}`,
    );
}

function wasJudged(judged: readonly TimedJudged[], builder: string, step: string): boolean {
  return judged.some(
    ({ subject, outcomes, step: own }) =>
      own === step && subject.builder === builder && outcomes.some(({ status }) => !UNJUDGED.has(status)),
  );
}

/** `: buildah: this engine is not podman.`, each reason once. What could not be judged has told its cause already. */
function reasonsOf(judged: readonly TimedJudged[], builders: readonly string[]): string {
  const reasons = new Map<string, string[]>();
  for (const builder of builders) {
    const outcomes = judged.flatMap(({ subject, outcomes: own }) => (subject.builder === builder ? own : []));
    if (outcomes.some(({ status }) => status === 'error')) continue;
    const reason = outcomes.find(
      ({ status, reason: why }) => UNJUDGED.has(status) && why !== undefined,
    )?.reason;
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), builder]);
  }
  if (reasons.size === 0) return '.';
  const parts = [...reasons].map(([reason, names]) => `${names.join(', ')}: ${reason.replace(/\.$/, '')}`);
  return `: ${parts.join('; ')}.`;
}
