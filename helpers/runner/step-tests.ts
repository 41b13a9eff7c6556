import { BUILDERS } from '../engines/model.ts';
import { saversOf } from '../engines/savers/savers.ts';
import type { Gathered } from '../procedure/flow.ts';
import { evaluate } from '../requirements/check.ts';
import type { Requirement } from '../requirements/define.ts';
import type { FlowEvidence, SaveEvidence } from '../requirements/procedure/evidence.ts';
import type { AnyStep, ArchiveJudge } from '../requirements/procedure/step.ts';
import { byCatalogue, byExpectation } from './archive-verdicts.ts';
import type { EvidenceSource } from './evidence.ts';
import { type Judgement, judgeEvidence } from './judge.ts';
import type { Subject, Verdicts } from './judged.ts';
import { flowFacts } from './procedure-facts.ts';

/** Turns a step of the procedure into tests: which there are follows from the suite alone, whatever the engine has. */

/** One test about one subject. */
export interface StepTest {
  readonly title: string;
  /** What several tests have in common, such as a builder. */
  readonly group?: string;
  judge(source: EvidenceSource): Promise<Judgement>;
}

export function testsOf({ evidence, requirements, archivesAlso }: AnyStep): readonly StepTest[] {
  const subjects = subjectsOf(evidence);
  return [
    ...subjects.flatMap((subject) =>
      (requirements as readonly Requirement<Evidence>[]).map((requirement) => testOf(subject, requirement)),
    ),
    ...archivesAlso.flatMap((name) => subjects.map((subject) => archiveTestOf(subject, name))),
  ];
}

type Evidence = FlowEvidence[keyof FlowEvidence];

interface StepSubject extends Pick<StepTest, 'group'> {
  readonly subject: Subject;
  gather(source: EvidenceSource): Promise<Gathered<Evidence>>;
}

/** Everything that a step is gone through for: the engine, each builder, or each builder's image by each saver. */
function subjectsOf(step: AnyStep['evidence']): readonly StepSubject[] {
  switch (step) {
    case 'compile':
    case 'builders':
    case 'shell':
      return [{ subject: { step }, gather: (source) => source.evidenceOf({ step }) }];
    case 'save':
      return BUILDERS.flatMap((builder) =>
        saversOf(builder).map((saver) => ({
          subject: { step, builder, saver },
          group: `${builder}, saved by ${saver}`,
          gather: (source: EvidenceSource) => source.savedEvidenceOf(builder, saver),
        })),
      );
    default:
      return BUILDERS.map((builder) => ({
        subject: { step, builder },
        group: builder,
        gather: (source: EvidenceSource) => source.evidenceOf({ step, builder }),
      }));
  }
}

function testOf({ subject, group, gather }: StepSubject, requirement: Requirement<Evidence>): StepTest {
  const { id, title } = requirement;
  return {
    title: `${id}: ${title}`,
    ...(group !== undefined && { group }),
    judge: (source) =>
      judgeEvidence(source.engine, subject, [id], gather(source), (evidence) => ({
        outcomes: [evaluate(requirement, evidence)],
        facts: flowFacts(id, evidence, source.engine),
      })),
  };
}

type ArchiveVerdicts = (evidence: SaveEvidence, subject: string) => Verdicts | Promise<Verdicts>;

const ARCHIVE_JUDGES: Readonly<Record<ArchiveJudge, readonly [title: string, ArchiveVerdicts]>> = {
  'any-archive': ['the archive upholds every invariant of the catalogue', byCatalogue],
  expectation: ['the archive holds the documented image', byExpectation],
};

/** Judges an archive by a whole list of requirements at once. */
function archiveTestOf({ subject, group, gather }: StepSubject, name: ArchiveJudge): StepTest {
  const [title, verdictsOf] = ARCHIVE_JUDGES[name];
  const { builder, saver } = subject;
  return {
    title,
    ...(group !== undefined && { group }),
    judge: (source) =>
      judgeEvidence(source.engine, subject, [], gather(source), (evidence) =>
        verdictsOf(evidence as SaveEvidence, `${source.engine.name}/${builder}/${saver}`),
      ),
  };
}
