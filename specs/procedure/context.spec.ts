import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { violation } from '../../helpers/requirements/violation.ts';

// $ npm run conformance -- --context DIR
//
// An image of somebody's own in place of the documented one. A context that nobody builds says nothing of the engine; one
// that a builder builds is a question to the others. What a builder is known to lack stands in
// fixtures/across/builder-features.json.
export const context = defineStep('context', [
  {
    id: 'context.builds',
    title: 'Every builder builds the context that another one builds, unless it lacks a feature',
    onlyOf: 'given-image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence:
      'Whether the image can be built depends on who builds it: name the builder, or write the Dockerfile for all of them.',
    when: ({ lacks }) => lacks ?? true,
    *check({ builder, refusal, builtBy }) {
      if (refusal !== null)
        yield violation(refusal, `build by ${builder}`, 'an image', `built by ${builtBy.join(', ')}`);
    },
  },
]);
