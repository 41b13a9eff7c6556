import type { EngineHandle } from '../../../engines/engine-model.ts';
import { evaluate } from '../../../requirements/check.ts';
import type { Requirement } from '../../../requirements/define.ts';
import { applyDeviations, circumstancesOf, loadRegister } from '../../../requirements/deviations/apply.ts';
import {
  type BuiltImage,
  type Compared,
  isOfProcedure,
} from '../../../requirements/matrix/built-image-model.ts';
import { type Outcome, worst } from '../../../requirements/outcome.ts';
import { COMPARED_REQUIREMENTS, REPRODUCED_REQUIREMENTS } from '../../steps.ts';
import { layerKind } from './exceptions.ts';

/** A requirement that needs the images of several engines, and no engine. */
interface Comparison {
  readonly requirement: Requirement<Compared>;
  /** Images of one group are held against the first of it; an image without a group against none. */
  readonly groupOf: (image: BuiltImage) => string | undefined;
  /** Why it does not apply where there is nothing to hold an engine's images against. */
  readonly nothing: string;
}

/** Engines of one kind must write the same layers to the bit, all engines the same entries. */
const GROUPS: Readonly<Record<(typeof COMPARED_REQUIREMENTS)[number]['id'], Comparison['groupOf']>> = {
  'across.entries': (image) => (isOfProcedure(image) ? `${image.program}` : undefined),
  'across.diff-ids': (image) =>
    isOfProcedure(image) && !image.hasBuildTimes ? `${image.program} ${layerKind(image)}` : undefined,
};

export const COMPARISONS: readonly Comparison[] = [
  ...COMPARED_REQUIREMENTS.map((requirement) => ({
    requirement,
    groupOf: GROUPS[requirement.id],
    nothing: 'there is no other image to compare with',
  })),
  ...REPRODUCED_REQUIREMENTS.map((requirement) => ({
    requirement,
    groupOf: (image: BuiltImage) => (isOfProcedure(image) ? undefined : image.scenario),
    nothing: 'there is no other reproducible build',
  })),
];

/** What one engine is worth beside the others: the findings of all its images, known deviations marked. */
export async function compareEngine(
  { requirement, groupOf, nothing }: Comparison,
  engine: Pick<EngineHandle, 'name' | 'stack'>,
  images: readonly BuiltImage[],
): Promise<readonly Outcome[]> {
  const compared = images
    .filter((own) => own.engine.name === engine.name)
    .flatMap((own) => {
      const group = groupOf(own);
      const reference = group && images.find((each) => groupOf(each) === group);
      return !reference || reference === own ? [] : [{ own, reference }];
    });
  return judgeSubjects(engine, requirement, compared, nothing);
}

/** One outcome of all subjects of one requirement. */
export async function judgeSubjects<Subject>(
  { stack }: Pick<EngineHandle, 'stack'>,
  requirement: Requirement<Subject>,
  subjects: readonly Subject[],
  nothing: string,
): Promise<readonly Outcome[]> {
  const { id } = requirement;
  const outcomes = subjects.map((subject) => evaluate(requirement, subject));
  if (outcomes.length === 0) return [{ id, status: 'not-applicable', reason: nothing, findings: [] }];
  const merged: Outcome = {
    id,
    status: worst(outcomes.map(({ status }) => status)),
    findings: outcomes.flatMap(({ findings }) => findings),
  };
  const circumstances = { ...circumstancesOf(stack), scenario: 'together' };
  const today = new Date().toISOString().slice(0, 10);
  return applyDeviations([merged], circumstances, await loadRegister(), today);
}
