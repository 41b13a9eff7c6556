import type { StepName } from '../engines/answers.ts';
import { BUILDERS, type BuilderName } from '../engines/model.ts';
import { type FlowSaver, saversOf } from '../engines/savers/savers.ts';
import type { Gathered } from '../procedure/flow.ts';
import { evaluate } from '../requirements/check.ts';
import type { Requirement } from '../requirements/define.ts';
import { type ClaimId, FLOW_REQUIREMENTS } from '../requirements/procedure/catalogue.ts';
import type { FlowEvidence } from '../requirements/procedure/evidence.ts';
import { type DeclaredTest, declare } from './declare.ts';
import type { EvidenceSource } from './evidence.ts';
import { judgeEvidence } from './judge.ts';
import type { Subject, Verdicts } from './judged.ts';
import { flowFacts } from './procedure-facts.ts';

/** How the specs of the documented flow are written: a step, and the claims about it. The tests follow from the suite alone. */

type EngineStep = 'compile' | 'builders' | 'shell';
type BuilderStep = 'build' | 'run' | 'load';

/** Claims about a step that is gone through once on the engine. */
export function claims<Step extends EngineStep>(step: Step, ids: readonly ClaimId<Step>[]): void {
  declareClaims({ step }, undefined, ids, (source) => source.evidenceOf<Step>({ step }));
}

/** Claims about a step that is gone through once for each builder. All builders are listed, whatever the engine has. */
export function claimsForEachBuilder<Step extends BuilderStep>(
  step: Step,
  ids: readonly ClaimId<Step>[],
): void {
  for (const builder of BUILDERS) {
    declareClaims({ step, builder }, builder, ids, (source) => source.evidenceOf<Step>({ step, builder }));
  }
}

/** Claims about every saved archive: each builder's image, by each saver. */
export function claimsForEachArchive(ids: readonly ClaimId<'save'>[]): void {
  forEachArchive((builder, saver, group) =>
    declareClaims({ step: 'save', builder, saver }, group, ids, (source) =>
      source.savedEvidenceOf(builder, saver),
    ),
  );
}

/** Judges every saved archive by a whole list of requirements at once: one test for each archive. */
export function judgeEachArchive(
  title: string,
  verdictsOf: (evidence: FlowEvidence['save'], subject: string) => Verdicts | Promise<Verdicts>,
): void {
  forEachArchive((builder, saver, group) =>
    declare({
      title,
      group,
      judge: (source) =>
        judgeEvidence(
          source.engine,
          { step: 'save', builder, saver },
          [],
          source.savedEvidenceOf(builder, saver),
          (evidence) => verdictsOf(evidence, `${source.engine.name}/${builder}/${saver}`),
        ),
    }),
  );
}

function declareClaims<Step extends StepName>(
  subject: Subject & { readonly step: Step },
  group: DeclaredTest['group'],
  ids: readonly ClaimId<Step>[],
  gather: (source: EvidenceSource) => Promise<Gathered<FlowEvidence[Step]>>,
): void {
  for (const requirement of ids.map((id) => claim(subject.step, id))) {
    const { id, title } = requirement;
    declare({
      title: `${id}: ${title}`,
      ...(group !== undefined && { group }),
      judge: (source) =>
        judgeEvidence(source.engine, subject, [id], gather(source), (evidence) => ({
          outcomes: [evaluate(requirement, evidence)],
          facts: flowFacts(id, evidence, source.engine),
        })),
    });
  }
}

function claim<Step extends StepName>(step: Step, id: string): Requirement<FlowEvidence[Step]> {
  const requirements = FLOW_REQUIREMENTS[step] as readonly Requirement<FlowEvidence[Step]>[];
  const found = requirements.find((requirement) => requirement.id === id);
  if (found === undefined) throw new Error(`Suite bug: ${id} is no claim about the step ${step}.`);
  return found;
}

function forEachArchive(body: (builder: BuilderName, saver: FlowSaver, group: string) => void): void {
  for (const builder of BUILDERS)
    for (const saver of saversOf(builder)) body(builder, saver, `${builder}, saved by ${saver}`);
}
