import type { CommandResult } from '../../helpers/engines/answers.ts';
import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { violation } from '../../helpers/requirements/violation.ts';

// $ docker buildx ls
// $ docker buildx inspect
export const builders = defineStep('builders', [
  {
    id: 'builders.default-listed',
    title: 'docker buildx ls marks one builder as the current one',
    source: documented('build-c', 'docker buildx ls'),
    consequence: '"docker build" has no builder to send the context to. Choose one with "docker buildx use".',
    *check({ ls, current }) {
      if (ls.exitCode === 0 && current !== '') return;
      yield violation(failureOf(ls) ?? 'no line with *', ls.command, 'a line whose name ends in *');
    },
  },
  {
    id: 'builders.default-running',
    title: 'The current builder is running',
    source: documented('build-c', 'docker buildx inspect'),
    consequence: 'Builds fail or hang until it is started: "docker buildx inspect --bootstrap" starts it.',
    *check({ inspect, status }) {
      if (inspect.exitCode === 0 && status === 'running') return;
      yield violation(failureOf(inspect) ?? status, `Status in ${inspect.command}`, 'running');
    },
  },
  {
    id: 'builders.driver',
    title: 'The current builder names its driver',
    source: documented('build-c', 'docker buildx inspect'),
    consequence: 'Which BuildKit does the work cannot be told, so results cannot be attributed.',
    *check({ inspect, driver }) {
      if (driver === '') yield violation('', `Driver in ${inspect.command}`, 'a driver such as docker');
    },
  },
  {
    id: 'builders.own-platform',
    title: "The current builder builds for the engine's own platform",
    source: documented('build-c', 'docker buildx inspect'),
    consequence: 'A plain "docker build" makes an image that this engine cannot run.',
    *check({ inspect, platform, platforms }) {
      if (platforms.some((name) => name.replace(/\*$/, '') === platform)) return;
      yield violation([...platforms], `Platforms in ${inspect.command}`, platform, 'the engine');
    },
  },
]);

function failureOf({ exitCode, stderr }: CommandResult): string | undefined {
  return exitCode === 0 ? undefined : `exit code ${exitCode}: ${stderr}`;
}
