import { isTag } from './build.ts';
import type { LoadEvidence } from './evidence.ts';
import { breach, defineStep, isSameList, promise } from './promise.ts';

const source = promise('inspect', 'export image as tar');

/** What an exported image promises: it can be brought back, and is the same. */
export const LOAD_REQUIREMENTS = defineStep<LoadEvidence>('load')([
  {
    id: 'load.succeeds',
    title: 'The saved archive loads with exit code 0 and nothing on standard error',
    source,
    consequence: 'The export is no backup: the engine does not take back what it wrote.',
    *check({ load: { command, exitCode, stderr } }) {
      if (exitCode !== 0) yield breach('load', 0, exitCode, `exit code of ${command}`);
      if (stderr !== '') yield breach('load', '', stderr, `standard error of ${command}`);
    },
  },
  {
    id: 'load.tag',
    title: 'The loaded image has its name back',
    source,
    consequence: '"docker run hello" does not find the image that was just loaded.',
    *check({ after, tag }) {
      if (!after.tags.some((name) => isTag(name, tag)))
        yield breach('load', tag, [...after.tags], 'RepoTags');
    },
  },
  {
    id: 'load.same-diff-ids',
    title: 'The loaded image has the same layers in the same order',
    source,
    consequence: 'The root of the loaded image differs from that of the saved one.',
    *check({ before, after }) {
      if (isSameList(before.diffIds, after.diffIds)) return;
      yield breach('load', [...before.diffIds], [...after.diffIds], 'RootFS.Layers after', 'before');
    },
  },
  {
    id: 'load.same-config',
    title: 'The loaded image has the same config',
    source,
    consequence: 'The loaded image starts in another way than the saved one.',
    *check({ before, after }) {
      for (const name of ['os', 'architecture', 'created', 'cmd', 'entrypoint', 'labels'] as const) {
        const [expected, actual] = [JSON.stringify(before[name]), JSON.stringify(after[name])];
        if (expected !== actual) yield breach('load', expected, actual, `${name} after the load`, 'before');
      }
    },
  },
  {
    id: 'load.same-id',
    title: 'The loaded image has the same ID',
    source,
    consequence: 'What refers to the image by ID (a deployment, a pinned container) does not find it.',
    *check({ before, after }) {
      if (before.id !== after.id) yield breach('load', before.id, after.id, 'Id after the load', 'before');
    },
  },
  {
    id: 'load.same-output',
    title: 'The loaded image runs and prints the same again',
    source: promise('run', 'docker run -ti --rm hello'),
    consequence: 'The export does not carry what the image needs to run.',
    *check({ run, promised }) {
      if (run.exitCode !== 0) yield breach('load', 0, run.exitCode, `exit code of ${run.command}`);
      if (run.stdout !== promised.output) {
        yield breach('load', promised.output, run.stdout, `standard output of ${run.command}`, 'main.c');
      }
    },
  },
]);
