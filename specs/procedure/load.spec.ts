import { isTag } from '../../helpers/common/image-name.ts';
import {
  eachRun,
  judgedRuns,
  LOST_ONCE_CONSEQUENCE,
  lostOnce,
  mustExitWith,
  mustExitWithZero,
} from '../../helpers/requirements/procedure/command-results.ts';
import type { LoadEvidence } from '../../helpers/requirements/procedure/evidence.ts';
import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { mustEqual, violation } from '../../helpers/requirements/violation.ts';

// # export image as tar
//
// An export is worth something when it can be brought back: the image is removed, loaded from its archive, and run again.
export const load = defineStep('load', [
  {
    id: 'load.succeeds',
    title: 'The saved archive loads with exit code 0 and nothing on standard error',
    source: documented('inspect', 'export image as tar'),
    consequence: 'The export is no backup: the engine does not take back what it wrote.',
    *check({ load }) {
      yield* mustExitWithZero(load);
      if (load.exitCode === 0) yield* mustEqual(load.stderr, `standard error of ${load.command}`, '');
    },
  },
  {
    id: 'load.tag',
    title: 'The loaded image has its name back',
    source: documented('inspect', 'export image as tar'),
    consequence: '"docker run hello" does not find the image that was just loaded.',
    *check({ after: { tags }, tag }) {
      if (!tags.some((name) => isTag(name, tag))) yield violation([...tags], 'RepoTags', tag);
    },
  },
  {
    id: 'load.same-diff-ids',
    title: 'The loaded image has the same layers in the same order',
    source: documented('inspect', 'export image as tar'),
    consequence: 'The root of the loaded image differs from that of the saved one.',
    check: ({ before, after }) =>
      mustEqual([...after.diffIds], 'RootFS.Layers after', [...before.diffIds], 'before'),
  },
  {
    id: 'load.same-config',
    title: 'The loaded image has the same config',
    source: documented('inspect', 'export image as tar'),
    consequence: 'The loaded image starts in another way than the saved one.',
    *check({ before, after }) {
      for (const field of ['os', 'architecture', 'created', 'cmd', 'entrypoint', 'labels'] as const) {
        const [expected, actual] = [JSON.stringify(before[field]), JSON.stringify(after[field])];
        yield* mustEqual(actual, `${field} after the load`, expected, 'before');
      }
    },
  },
  {
    id: 'load.same-id',
    title: 'The loaded image has the same ID',
    source: documented('inspect', 'export image as tar'),
    consequence: 'What refers to the image by ID (a deployment, a pinned container) does not find it.',
    check: ({ before, after }) => mustEqual(after.id, 'Id after the load', before.id, 'before'),
  },
  {
    id: 'load.output-heard',
    title: 'What the loaded image prints arrives at every run',
    level: 'practice',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence: LOST_ONCE_CONSEQUENCE,
    when: isOutputStated,
    *check({ run }) {
      if (run) yield* lostOnce(run);
    },
  },
  {
    id: 'load.same-output',
    title: 'The loaded image runs and prints the same again',
    source: documented('run', 'docker run -ti --rm hello'),
    consequence: 'The export does not carry what the image needs to run.',
    when: isOutputStated,
    *check({ run, expectedImage: { exitCode, output } }) {
      if (run === undefined) return;
      for (const one of eachRun(run)) yield* mustExitWith(one, exitCode);
      for (const { command, stdout } of judgedRuns(run, exitCode))
        yield* mustEqual(stdout, `standard output of ${command}`, output, 'main.c');
    },
  },
]);

function isOutputStated({ expectedImage: { output } }: LoadEvidence): true | string {
  return output !== null || 'the expectation states no output';
}
