import type { BuildersEvidence } from './evidence.ts';
import { breach, defineStep, promise } from './promise.ts';

const ls = promise('build-c', 'docker buildx ls');
const inspect = promise('build-c', 'docker buildx inspect');

/** What `docker buildx ls` and `docker buildx inspect` promise before the build. */
export const BUILDERS_REQUIREMENTS = defineStep<BuildersEvidence>('builders')([
  {
    id: 'builders.default-listed',
    title: 'docker buildx ls marks one builder as the current one',
    source: ls,
    consequence: '"docker build" has no builder to send the context to. Choose one with "docker buildx use".',
    *check({ ls, current }) {
      if (ls.exitCode === 0 && current !== '') return;
      const actual = ls.exitCode === 0 ? 'no line with *' : `exit code ${ls.exitCode}: ${ls.stderr}`;
      yield breach('builders', 'a line whose name ends in *', actual, ls.command);
    },
  },
  {
    id: 'builders.default-running',
    title: 'The current builder is running',
    source: inspect,
    consequence: 'Builds fail or hang until it is started: "docker buildx inspect --bootstrap" starts it.',
    *check({ inspect, status }) {
      if (inspect.exitCode === 0 && status === 'running') return;
      const actual = inspect.exitCode === 0 ? status : `exit code ${inspect.exitCode}: ${inspect.stderr}`;
      yield breach('builders', 'running', actual, `Status in ${inspect.command}`);
    },
  },
  {
    id: 'builders.driver',
    title: 'The current builder names its driver',
    source: inspect,
    consequence: 'Which BuildKit does the work cannot be told, so results cannot be attributed.',
    *check({ inspect, driver }) {
      if (driver !== '') return;
      yield breach('builders', 'a driver such as docker', driver, `Driver in ${inspect.command}`);
    },
  },
  {
    id: 'builders.own-platform',
    title: "The current builder builds for the engine's own platform",
    source: inspect,
    consequence: 'A plain "docker build" makes an image that this engine cannot run.',
    *check({ inspect, platform, platforms }) {
      if (platforms.some((name) => name.replace(/\*$/, '') === platform)) return;
      yield breach('builders', platform, [...platforms], `Platforms in ${inspect.command}`, 'the engine');
    },
  },
]);
