import { describe, inject, test } from 'vitest';
import { evaluate } from '../check.ts';
import { BUILDERS, type BuilderName } from '../engine/model.ts';
import type { FlowEvidence, StepName } from '../flow/evidence.ts';
import type { Gathered } from '../flow/flow.ts';
import { FLOW_SAVERS, type FlowSaver } from '../flow/savers.ts';
import type { Requirement } from '../requirements/define.ts';
import { type ClaimId, FLOW_REQUIREMENTS } from '../requirements/flow/catalogue.ts';
import { flowFacts } from './facts.ts';
import { evidenceOf, savedEvidenceOf } from './flow.ts';
import { judge, type Subject, type Verdicts } from './judge.ts';

/** How the specs of the documented flow are written: a step, and the claims about it. The tests follow from the suite alone. */

type EngineStep = 'compile' | 'builders' | 'shell';
type BuilderStep = 'build' | 'run' | 'load';

/** Claims about a step that is gone through once on the engine. */
export function claims<Step extends EngineStep>(step: Step, ids: readonly ClaimId<Step>[]): void {
  testClaims({ step }, ids, () => evidenceOf<Step>({ step }));
}

/** Claims about a step that is gone through once for each builder. All builders are listed, whatever the engine has. */
export function claimsForEachBuilder<Step extends BuilderStep>(
  step: Step,
  ids: readonly ClaimId<Step>[],
): void {
  describe.for(BUILDERS)('%s', (builder) => {
    testClaims({ step, builder }, ids, () => evidenceOf<Step>({ step, builder }));
  });
}

/** Claims about every saved archive: each builder's image, by each saver. */
export function claimsForEachArchive(ids: readonly ClaimId<'save'>[]): void {
  forEachArchive((builder, saver) =>
    testClaims({ step: 'save', builder, saver }, ids, () => savedEvidenceOf(builder, saver)),
  );
}

/** Judges every saved archive by a whole list of requirements at once: one test for each archive. */
export function judgeEachArchive(
  title: string,
  verdictsOf: (evidence: FlowEvidence['save'], subject: string) => Verdicts | Promise<Verdicts>,
): void {
  forEachArchive((builder, saver) => {
    const name = () => `${inject('engine').name}/${builder}/${saver}`;
    const subject = { step: 'save', builder, saver };
    test(title, (context) =>
      judge(context, subject, [], savedEvidenceOf(builder, saver), (evidence) =>
        verdictsOf(evidence, name()),
      ),
    );
  });
}

function testClaims<Step extends StepName>(
  subject: Subject & { readonly step: Step },
  ids: readonly ClaimId<Step>[],
  gather: () => Promise<Gathered<FlowEvidence[Step]>>,
): void {
  for (const requirement of ids.map((id) => claim(subject.step, id))) {
    test(`${requirement.id}: ${requirement.title}`, (context) =>
      judge(context, subject, [requirement.id], gather(), (evidence) => ({
        outcomes: [evaluate(requirement, evidence)],
        facts: flowFacts(requirement.id, evidence),
      })));
  }
}

function claim<Step extends StepName>(step: Step, id: string): Requirement<FlowEvidence[Step]> {
  const requirements = FLOW_REQUIREMENTS[step] as readonly Requirement<FlowEvidence[Step]>[];
  const found = requirements.find((requirement) => requirement.id === id);
  if (found === undefined) throw new Error(`Suite bug: ${id} is no claim about the step ${step}.`);
  return found;
}

function forEachArchive(body: (builder: BuilderName, saver: FlowSaver) => void): void {
  const archives = BUILDERS.flatMap((builder) => FLOW_SAVERS.map((saver) => ({ builder, saver })));
  describe.for(archives)('$builder, saved by $saver', ({ builder, saver }) => body(builder, saver));
}
