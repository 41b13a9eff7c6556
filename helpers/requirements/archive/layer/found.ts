import type { Archive } from '../../../archive/model.ts';
import type { Violation } from '../../outcome.ts';
import { builtLayers, type LayerUse, layerUses, violationAt } from '../support.ts';
import { surveyLayer } from './survey.ts';

/** What one rule found in the layers of an archive. */
export function findInLayers(rule: string): (archive: Archive) => Iterable<Violation> {
  return (archive) => spotsOf(layerUses(archive), rule);
}

/** Habits of Dockerfile builders bind nobody else. */
export function findInBuiltLayers(rule: string): (archive: Archive) => Iterable<Violation> {
  return (archive) => spotsOf(builtLayers(archive), rule);
}

function* spotsOf(uses: readonly LayerUse[], rule: string): Iterable<Violation> {
  for (const { layer, where } of uses) {
    for (const { entry, offset, expected, actual, from } of surveyLayer(layer).violations.get(rule) ?? [])
      yield violationAt(
        { ...where, entry, ...(offset === undefined ? {} : { offset }) },
        expected,
        actual,
        from,
      );
  }
}
