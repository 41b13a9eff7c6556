import { defineStep } from '../../helpers/requirements/procedure/step.ts';

// $ npm run conformance -- --context DIR --reproduce
//
// An image of somebody's own, built twice with one SOURCE_DATE_EPOCH, each step executed anew, at least a second apart. What
// the two do not have in common is named: layer, file and field.
export const reproduce = defineStep(
  'reproduce',
  [
    {
      id: 'reproduce.same-image',
      title: 'Two builds with one SOURCE_DATE_EPOCH give the same layers, config and manifest',
      level: 'practice',
      source: {
        document: 'buildkit',
        section: 'docs/build-repro.md#source_date_epoch',
        quote: 'the `created` timestamp in the `history` objects',
      },
      consequence:
        'Nobody can prove by building again that the image comes from its sources, and each build is pushed and pulled anew.',
      *check({ differences, omitted, command }) {
        for (const { layer, path, field, first, second } of differences)
          yield {
            where: { ...(layer !== undefined && { layer }), ...(path !== undefined && { entry: path }) },
            expected: { value: first, from: `${field} in the first build (${command})` },
            actual: { value: second, from: `${field} in the second build` },
          };
        if (omitted > 0)
          yield {
            where: {},
            expected: { value: 0, from: 'differences beyond these' },
            actual: { value: omitted, from: 'differences beyond these' },
          };
      },
    },
  ],
  { onlyOf: 'given-image' },
);
