import { BUILDERS } from '../engines/engine-model.ts';
import { saversOf } from '../engines/savers/savers.ts';
import type { Gathered } from '../procedure/gathered.ts';
import type { GivenImage } from '../procedure/given-image.ts';
import { evaluate } from '../requirements/check.ts';
import type { Requirement } from '../requirements/define.ts';
import type { FlowEvidence, FlowRequest, SaveEvidence } from '../requirements/procedure/evidence.ts';
import type { AnyStep, ArchiveJudge } from '../requirements/procedure/step.ts';
import { byCatalogue, byExpectation } from './archive-verdicts.ts';
import type { EvidenceSource } from './evidence.ts';
import { judgeAbsent, judgeEvidence, type TestJudgement } from './judge.ts';
import type { Judged, Subject, Verdicts } from './judged.ts';
import { procedureObservations } from './procedure-observations.ts';

/** Turns a step of the procedure into tests. Which there are is known before anything is gathered. */

/** One test about one subject, or about all that the engine lacks for one reason. */
export interface StepTest {
  readonly title: string;
  /** What several tests have in common, such as a builder. */
  readonly group?: string;
  judge(): Promise<TestJudgement>;
}

/** A test for each requirement and subject; of what the engine lacks, one for each builder, saver or step. */
export async function planTests(step: AnyStep, source: EvidenceSource): Promise<readonly StepTest[]> {
  const requirements = requirementsOf(step, source);
  const lists = step.archivesAlso.filter((name) => hasList(name, source));
  if (requirements.length + lists.length === 0) return [];
  const subjects = await Promise.all(
    subjectsOf(step.evidence, source).map(async (subject) => ({
      subject,
      reason: await source.whyNot(subject.request),
    })),
  );
  const present = subjects.filter(({ reason }) => reason === undefined).map(({ subject }) => subject);
  return [
    ...present.flatMap((subject) => requirements.map((requirement) => testOf(source, subject, requirement))),
    ...lists.flatMap((name) => present.map((subject) => archiveTestOf(source, subject, name))),
    ...absentTests(source, requirements, subjects),
  ];
}

/** What applies to the image that is judged: the documented one, or a given one. */
function requirementsOf(
  step: AnyStep,
  { image, isReproduced = false }: EvidenceSource,
): readonly Requirement<Evidence>[] {
  if (step.step === 'reproduce' && !isReproduced) return [];
  const other = image === undefined ? 'given-image' : 'documented-image';
  return (step.requirements as readonly Requirement<Evidence>[]).filter(({ onlyOf }) => onlyOf !== other);
}

/** A given image without an expectation is judged by what is asked of any image. */
function hasList(name: ArchiveJudge, { image }: EvidenceSource): boolean {
  return name !== 'expectation' || image === undefined || image.expectation !== undefined;
}

/** One test for each thing that is not there: it is skipped with the reason, and counts every outcome that there is not. */
function absentTests(
  source: EvidenceSource,
  requirements: readonly Requirement<Evidence>[],
  subjects: readonly { readonly subject: StepSubject; readonly reason: string | undefined }[],
): readonly StepTest[] {
  const { engine } = source;
  const tests = new Map<string, { what: string; reason: string; judged: Judged[] }>();
  for (const { subject, reason } of subjects) {
    if (reason === undefined) continue;
    const { step, builder, saver }: Subject = subject.request;
    const isBuilder = builder !== undefined && (saver === undefined || !engine.builders.includes(builder));
    const what = (isBuilder ? builder : saver) ?? step;
    const test = tests.get(`${what} ${reason}`) ?? { what, reason, judged: [] };
    const ids = requirements.map(({ id }) => id);
    test.judged.push(judgeAbsent(engine, subjectOf(subject.request, source), ids, reason));
    tests.set(`${what} ${reason}`, test);
  }
  return [...tests.values()].map(({ what, reason, judged }) => ({
    title: `${what}: ${reason}`,
    judge: async () => ({ judged, skipped: `unsupported: ${reason}` }),
  }));
}

type Evidence = FlowEvidence[keyof FlowEvidence];

interface StepSubject extends Pick<StepTest, 'group'> {
  readonly request: FlowRequest;
  gather(): Promise<Gathered<Evidence>>;
}

/** Everything that a step is gone through for: the engine, each builder, or each builder's image by each saver. */
function subjectsOf(step: AnyStep['evidence'], source: EvidenceSource): readonly StepSubject[] {
  switch (step) {
    case 'compile':
    case 'builders':
    case 'shell':
      return [{ request: { step }, gather: () => source.evidenceOf({ step }) }];
    case 'save':
      return BUILDERS.flatMap((builder) =>
        saversOf(builder).map((saver) => ({
          request: { step, builder, saver },
          group: `${builder}, saved by ${saver}`,
          gather: () => source.savedEvidenceOf(builder, saver),
        })),
      );
    default:
      return BUILDERS.map((builder) => ({
        request: { step, builder },
        group: builder,
        gather: () => source.evidenceOf({ step, builder }),
      }));
  }
}

/** How a request goes into the report. */
function subjectOf(request: FlowRequest, { image }: EvidenceSource): Subject {
  return image === undefined ? request : { ...request, isGiven: true };
}

function testOf(
  source: EvidenceSource,
  { request, group, gather }: StepSubject,
  requirement: Requirement<Evidence>,
): StepTest {
  const { engine } = source;
  const { id, title } = requirement;
  return {
    title: `${id}: ${title}`,
    ...(group !== undefined && { group }),
    judge: () =>
      judgeEvidence(engine, subjectOf(request, source), [id], gather(), (evidence) => ({
        outcomes: [evaluate(requirement, evidence)],
        observations: procedureObservations(id, evidence, engine),
      })),
  };
}

type ArchiveVerdicts = (
  evidence: SaveEvidence,
  subject: string,
  image?: GivenImage,
) => Verdicts | Promise<Verdicts>;

const ARCHIVE_JUDGES: Readonly<Record<ArchiveJudge, readonly [title: string, ArchiveVerdicts]>> = {
  'any-archive': ['the archive meets every requirement of the catalogue', byCatalogue],
  expectation: ['the archive holds the image that was expected', byExpectation],
};

/** Judges an archive by a whole list of requirements at once. */
function archiveTestOf(
  source: EvidenceSource,
  { request, group, gather }: StepSubject,
  name: ArchiveJudge,
): StepTest {
  const { engine, image } = source;
  const [title, verdictsOf] = ARCHIVE_JUDGES[name];
  const { builder, saver }: Subject = request;
  return {
    title,
    ...(group !== undefined && { group }),
    judge: () =>
      judgeEvidence(engine, subjectOf(request, source), [], gather(), (evidence) =>
        verdictsOf(evidence as SaveEvidence, `${engine.name}/${builder}/${saver}`, image),
      ),
  };
}
