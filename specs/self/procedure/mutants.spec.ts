import { describe, expect, test } from 'vitest';
import type { StepName } from '../../../helpers/engines/answers.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import type { Requirement } from '../../../helpers/requirements/define.ts';
import type { FlowEvidence } from '../../../helpers/requirements/procedure/evidence.ts';
import { PROCEDURE_REQUIREMENTS } from '../../../helpers/runner/steps.ts';
import { GOLDEN, sampleSave, sampleShell } from './golden.ts';
import { FLOW_MUTANTS, type FlowMutant } from './mutants.ts';

const STEPS = Object.keys(PROCEDURE_REQUIREMENTS) as readonly StepName[];

function failing(step: StepName, evidence: FlowEvidence[StepName]): readonly string[] {
  const requirements = PROCEDURE_REQUIREMENTS[step] as readonly Requirement<typeof evidence>[];
  const outcomes = requirements.map((requirement) => evaluate(requirement, evidence));
  return outcomes
    .filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
    .map(({ id }) => id);
}

describe('evidence of a flawless run breaks no requirement', () => {
  test.for(STEPS)('%s', (step) => expect(failing(step, GOLDEN[step])).toEqual([]));
  test('save by Docker up to 24', () =>
    expect(failing('save', sampleSave('docker-graphdriver-legacy'))).toEqual([]));
  test('shell with an archive of Docker up to 24', () =>
    expect(failing('shell', sampleShell('legacy'))).toEqual([]));
});

const mutants = STEPS.flatMap((step) =>
  Object.entries(FLOW_MUTANTS[step] as Readonly<Record<string, FlowMutant<FlowEvidence[StepName]>>>).map(
    ([id, mutant]) => ({ step, id, ...mutant }),
  ),
);

describe('every requirement notices its own mutant, and no other requirement does', () => {
  test.for(mutants)('$id: $defect', ({ step, id, evidence, company = [] }) => {
    expect(new Set(failing(step, evidence))).toEqual(new Set([id, ...company]));
  });

  test('every requirement of the catalogue has a mutant', () => {
    const ids = STEPS.flatMap((step) => PROCEDURE_REQUIREMENTS[step].map(({ id }) => id));
    expect(mutants.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });
});
