import { defineWideRequirements } from '../../helpers/requirements/matrix/wide-support.ts';
import { violation } from '../../helpers/requirements/violation.ts';

// Every context of fixtures/contexts that has an expectation, built by every builder of every engine. What the image
// must be stands in the expectation; what some builders are known to make otherwise, in differences.json beside it; what
// a builder does not have, in fixtures/across/builder-features.json.
export const building = defineWideRequirements([
  {
    id: 'wide.builds',
    title: 'A builder builds a context that asks for nothing that it lacks',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#33974',
      quote: 'A build ends with an error after a COPY that changes nothing.',
    },
    aliases: ['R37', 'R56'],
    consequence:
      'A Dockerfile that follows the reference does not build here: another builder has to be used.',
    when: ({ lacks }) => lacks ?? true,
    *check({ refusal, builder, context }) {
      if (refusal !== null)
        yield violation(refusal, `build of ${context} by ${builder}`, 'an image', '', { step: 'scenario' });
    },
  },
  {
    id: 'wide.refuses',
    title: 'A builder refuses a context that asks for what it lacks',
    level: 'consumer',
    source: {
      document: 'buildkit',
      section: 'frontend/dockerfile/docs/reference.md#copy---exclude',
      quote: 'The `--exclude` flag lets you specify a path expression for files to be excluded.',
    },
    consequence:
      'What the Dockerfile asks for is left out without a word, and the image holds something else. Build with BuildKit.',
    when: ({ lacks }) => lacks !== null || 'the builder has all that the Dockerfile asks for',
    *check({ refusal, lacks, builder, context }) {
      if (refusal === null)
        yield violation('an image', `build of ${context} by ${builder}`, 'a refusal', lacks ?? '', {
          step: 'scenario',
        });
    },
  },
  {
    id: 'wide.saves',
    title: 'The image of every context that was built can be saved',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'anchore/syft#2095',
      quote: 'An image builds, and cannot be saved.',
    },
    consequence: 'Nothing can be done with the image outside of this engine.',
    when: ({ saved }) => saved !== undefined || 'nothing was built',
    *check({ saved }) {
      if (saved !== undefined && saved.file === undefined)
        yield violation(saved.command.stderr.trim(), saved.command.command, 'exit code 0', '', {
          step: 'save',
        });
    },
  },
]);
