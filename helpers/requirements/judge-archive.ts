import { imageKey } from '../archive/images.ts';
import type { Archive, Image } from '../archive/model.ts';
import { ARCHIVE_REQUIREMENTS } from './archive/archive-requirements.ts';
import { checkArchive, selectRequirements } from './check.ts';
import type { Level, Requirement } from './define.ts';
import type { Circumstances, Deviation } from './deviations/apply.ts';
import type { Expectation } from './expectation/expectation-model.ts';
import { chooseImages, type ImageChoice } from './expectation/select.ts';
import { type Outcome, wasFoundOut } from './outcome.ts';

/** What is asked of the judgement of one archive. */
export interface JudgeOptions extends ImageChoice {
  readonly expectation?: Expectation;
  readonly levels?: readonly Level[];
  readonly only?: readonly string[];
  readonly showSecrets?: boolean;
  /** Warnings of the requirements `start.*` are failures. */
  readonly mustStart?: boolean;
  readonly producer?: { readonly circumstances: Circumstances; readonly register: readonly Deviation[] };
}

export interface JudgedArchive {
  readonly archive: Archive;
  readonly outcomes: readonly Outcome[];
  /** Those that the outcomes name. */
  readonly requirements: readonly Omit<Requirement<never>, 'check' | 'when'>[];
}

/** The archive could not be judged: one sentence. */
export interface Unjudged {
  readonly reason: string;
}

/** Judges an archive that was read, with the contents that an expectation needs. Throws `ImageChoiceError`. */
export async function judgeArchive(
  archive: Archive,
  options: JudgeOptions,
): Promise<JudgedArchive | Unjudged> {
  const { expectation, producer, only, levels } = options;
  const selection = {
    ...(only && { only }),
    ...(levels && { levels }),
    ...(options.showSecrets && { showSecrets: true }),
  };
  const chosen = options.image !== undefined || options.platform !== undefined;
  const images = chosen ? chooseImages(archive, options) : undefined;
  const selected = new Set<string>(selectRequirements(ARCHIVE_REQUIREMENTS, selection).map(({ id }) => id));
  const general = checkArchive(
    archive,
    ARCHIVE_REQUIREMENTS.filter((one) => selected.has(one.id) || (options.mustStart && isAboutStart(one))),
    { ...(options.showSecrets && { showSecrets: true }) },
  );
  const ofImages = images ? concerning(general, archive, images) : general;
  const outcomes = [...(options.mustStart ? failingStarts(ofImages) : ofImages)];
  const requirements: JudgedArchive['requirements'][number][] = [...ARCHIVE_REQUIREMENTS];
  if (expectation) {
    const { checkExpectation, EXPECTATION_REQUIREMENTS } = await import('./expectation/check.ts');
    outcomes.push(...checkExpectation(archive, expectation, { ...options, ...(only && { only }) }));
    requirements.push(...EXPECTATION_REQUIREMENTS);
  }
  if (!outcomes.some(({ status }) => status !== 'not-applicable' && status !== 'unsupported')) {
    if (archive.incomplete !== undefined)
      return {
        reason: `${archive.source}: none of the chosen requirements can be judged: the archive was not read to its end, because ${archive.incomplete}`,
      };
    return {
      reason: `${archive.source}: no requirement was evaluated; choose others with --level or --only, or state --expect`,
    };
  }
  const untold = options.mustStart ? whyStartUntold(outcomes) : undefined;
  if (untold !== undefined)
    return { reason: `${archive.source}: --ready cannot tell whether it starts: ${untold}` };
  const ids = new Set(outcomes.map(({ id }) => id));
  return {
    archive,
    outcomes: producer ? await markKnown(outcomes, producer) : outcomes,
    requirements: requirements.filter(({ id }) => ids.has(id)),
  };
}

function isAboutStart({ id }: Pick<Outcome, 'id'>): boolean {
  return id.startsWith('start.');
}

/** Nothing judged is no pass; where something else fails, the report says that instead. */
function whyStartUntold(outcomes: readonly Outcome[]): string | undefined {
  const starts = outcomes.filter(isAboutStart);
  if (starts.some(wasFoundOut) || outcomes.some(({ status }) => status === 'fail')) return undefined;
  return starts.find(({ reason }) => reason !== undefined)?.reason ?? 'nothing is known of it';
}

/** Whether an image can start is then no matter of taste. */
function failingStarts(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.map((outcome) =>
    isAboutStart(outcome) && outcome.status === 'warn' ? { ...outcome, status: 'fail' } : outcome,
  );
}

/** Leaves out the findings that are about other images only; those about the whole archive stay. */
export function concerning(
  outcomes: readonly Outcome[],
  archive: Archive,
  images: readonly Image[],
): readonly Outcome[] {
  const configs = new Set(images.map(({ config }) => config?.digest));
  const same = [...archive.dockerImages, ...archive.ociImages].filter(
    ({ config }) => config !== undefined && configs.has(config.digest),
  );
  const keys: ReadonlySet<string> = new Set([...images, ...same].map(imageKey));
  return outcomes.map((outcome) => {
    const findings = outcome.findings.filter(
      ({ where }) => where.image === undefined || keys.has(where.image),
    );
    if (findings.length === outcome.findings.length || outcome.omitted) return outcome;
    return { ...outcome, findings, ...(findings.length === 0 && { status: 'pass' as const }) };
  });
}

async function markKnown(
  outcomes: readonly Outcome[],
  { circumstances, register }: NonNullable<JudgeOptions['producer']>,
): Promise<readonly Outcome[]> {
  const { applyDeviations } = await import('./deviations/apply.ts');
  return applyDeviations(outcomes, circumstances, register, new Date().toISOString().slice(0, 10));
}
