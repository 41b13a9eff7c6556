import type { Archive } from '../../helpers/archive/model.ts';
import { stringOf } from '../../helpers/archive/oci/guards.ts';
import {
  defineScenarioRequirements,
  everyImage,
  mustBeSaved,
  played,
  saveViolation,
} from '../../helpers/requirements/matrix/scenario-support.ts';

// $ docker buildx build --platform linux/amd64,linux/arm64 .
// $ docker save --platform linux/arm64 hello > hello.tar
// $ docker load --platform linux/s390x < hello.tar
//
// One image for two platforms: all of it in an archive, one half of it, and what is not in it. Nothing of it is run.
export const platforms = defineScenarioRequirements([
  {
    id: 'platforms.each',
    title: 'The archive of a build for two platforms holds an image of its own for each',
    level: 'consumer',
    source: {
      document: 'buildkit',
      section: 'frontend/dockerfile/docs/reference.md#automatic-platform-args-in-the-global-scope',
      quote: 'architecture component of TARGETPLATFORM',
    },
    aliases: ['R25'],
    consequence: 'Hosts of the other platform get no image, or a program that they cannot run.',
    when: played('two-platforms'),
    *check({ saves: [first] }) {
      const found = architecturesIn(first?.archive);
      yield* mustBeSaved([...found.keys()].toSorted(), 'architectures of the images', ['amd64', 'arm64']);
      const [layers, ...others] = [...found.values()];
      if (layers !== undefined && others.includes(layers))
        yield saveViolation(layers, 'diffIDs of both images', 'layers of its own for each');
    },
  },
  {
    id: 'platforms.one',
    title: 'A save of one platform of two holds that one alone',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#48295',
      quote: 'An image of several platforms is saved and loaded for one of them.',
    },
    consequence: 'The archive is larger than was asked for, or is of the wrong platform.',
    when: played('one-platform'),
    check: ({ saves: [first] }) =>
      mustBeSaved([...architecturesIn(first?.archive).keys()], 'architectures of the images', ['arm64']),
  },
  {
    id: 'platforms.absent',
    title: 'The load of a platform that the archive does not hold is refused',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#48295',
      quote: 'An image of several platforms is saved and loaded for one of them.',
    },
    consequence: 'A script goes on with an image that is not there, or is of another platform.',
    when: ({ record: { loads } }) => loads !== undefined || 'nothing was loaded by its platform',
    *check({ record: { loads = [] } }) {
      for (const { platform, command } of loads)
        if (command.exitCode === 0)
          yield saveViolation('exit code 0', command.command, `a refusal: there is no ${platform}`);
    },
  },
]);

/** The diffIDs of each image, by its architecture: of both views, which agree. */
function architecturesIn(archive: Archive | undefined): ReadonlyMap<string, string> {
  return new Map(
    everyImage(archive).map(({ config, diffIds }) => [
      stringOf(config?.value, 'architecture') ?? 'none',
      diffIds.join(' '),
    ]),
  );
}
