import type { ImageFacts } from '../../engines/answers.ts';
import type { BuildEvidence } from './evidence.ts';
import { breach, defineStep, isSameList, promise } from './promise.ts';

const build = promise('docker-build', 'docker build -t hello .');
const scratch = promise('build-image-from-empty-image', 'FROM scratch');

/** What `docker build -t hello .` promises about the image in the engine's store. */
export const BUILD_REQUIREMENTS = defineStep<BuildEvidence>('build')([
  {
    id: 'build.four-layers',
    title: 'The image has one layer for each COPY',
    source: build,
    consequence:
      'An instruction was lost, merged or doubled; every position that the procedure shows is off.',
    *check({ image, promised }) {
      if (image.diffIds.length === promised.layers.length) return;
      yield breach('build', promised.layers.length, image.diffIds.length, 'RootFS.Layers', 'COPY lines');
    },
  },
  {
    id: 'build.distinct-layers',
    title: 'No two layers of the image are the same',
    source: build,
    consequence: 'The four files differ, so a layer has taken the place of another.',
    *check({ image }) {
      const seen = new Set<string>();
      for (const [position, diffId] of image.diffIds.entries()) {
        if (seen.has(diffId))
          yield breach('build', 'a diffID of its own', diffId, `RootFS.Layers/${position}`);
        seen.add(diffId);
      }
    },
  },
  {
    id: 'build.no-parent',
    title: 'The image has no parent but the untagged steps of its own build',
    source: scratch,
    consequence: 'Something lies below the first COPY: the image was not built from nothing.',
    *check({ ancestors, image }) {
      for (const { id, tags, diffIds } of ancestors) {
        if (tags.length > 0) yield breach('build', 'no tagged parent', [...tags], `RepoTags of parent ${id}`);
        if (!isSameList(diffIds, image.diffIds.slice(0, diffIds.length))) {
          yield breach('build', 'layers of the image', [...diffIds], `RootFS.Layers of parent ${id}`);
        }
      }
    },
  },
  {
    id: 'build.starts-with-copy',
    title: 'The history of the image begins with the first COPY',
    source: scratch,
    consequence: 'Something lies below the first COPY: the image was not built from nothing.',
    *check({ history }) {
      const first = history[0] ?? '';
      if (/\bCOPY\b/.test(first)) return;
      yield breach('build', 'COPY', first, 'created_by of the oldest entry of the history');
    },
  },
  {
    id: 'build.cmd',
    title: 'The image starts the program that the Dockerfile names',
    source: build,
    consequence: '"docker run" starts something else, or nothing.',
    *check({ image, promised }) {
      if (image.cmd !== null && isSameList(image.cmd, promised.cmd)) return;
      yield breach('build', [...promised.cmd], image.cmd && [...image.cmd], 'Config.Cmd', 'the expectation');
    },
  },
  {
    id: 'build.no-entrypoint',
    title: 'The image has no entrypoint, for the Dockerfile states none',
    source: build,
    consequence: 'The program becomes an argument of something that is not in the image.',
    *check({ image }) {
      if (image.entrypoint === null || image.entrypoint.length === 0) return;
      yield breach('build', null, [...image.entrypoint], 'Config.Entrypoint');
    },
  },
  {
    id: 'build.platform',
    title: "The image is for the engine's own platform",
    source: build,
    consequence: 'The engine warns or refuses to run the image that it has just built.',
    *check({ image, platform }) {
      const actual = `${image.os}/${image.architecture}`;
      if (actual === platform) return;
      yield breach('build', platform, actual, 'Os and Architecture', 'platform of the engine');
    },
  },
  {
    id: 'build.no-labels',
    title: 'The image has no label, for the Dockerfile states none',
    source: build,
    consequence:
      'The builder changes what it builds: the config digest depends on it, and caches are missed.',
    *check({ image }) {
      const names = Object.keys(image.labels);
      if (names.length > 0) yield breach('build', [], names, 'names in Config.Labels');
    },
  },
  {
    id: 'build.tag',
    title: 'The image has the name that the build was asked for',
    source: build,
    consequence: '"docker run hello" starts an older image, or none.',
    *check({ image, tag }) {
      if (image.tags.some((name) => isTag(name, tag))) return;
      yield breach('build', tag, [...image.tags], 'RepoTags', 'the -t option');
    },
  },
  {
    id: 'build.cached-again',
    title: 'A second build takes every COPY from the cache',
    source: build,
    consequence: 'Unchanged input is built anew each time: slow builds, and images that never compare equal.',
    when: ({ cachedSteps }) => cachedSteps !== null || 'this builder does not tell which steps were cached',
    *check({ cachedSteps, promised }) {
      if (cachedSteps === promised.layers.length) return;
      yield breach('build', promised.layers.length, cachedSteps, 'cached COPY steps of the second build');
    },
  },
  {
    id: 'build.same-image-again',
    title: 'A second build gives the same image',
    source: build,
    consequence: 'Each build makes a new image out of the same input: pushes and pulls never end.',
    *check({ image, again, store, family }) {
      for (const name of comparedFields(store, family)) {
        const [first, second] = [JSON.stringify(image[name]), JSON.stringify(again[name])];
        if (first !== second)
          yield breach('build', first, second, `${name} after the second build`, 'the first');
      }
    },
  },
]);

/**
 * What makes two images the same. On the containerd store the ID is the digest of an index that holds the time of the
 * build. podman and buildah take a cached step from any image of the store whose history matches, another builder's too.
 */
function comparedFields(store: string, family: BuildEvidence['family']): readonly (keyof ImageFacts)[] {
  const content = ['os', 'architecture', 'cmd', 'entrypoint', 'diffIds'] as const;
  if (family !== 'docker') return content;
  return store.includes('containerd') ? ['created', ...content] : ['id', 'created', ...content];
}

/** Engines print a tag as given, or with the registry that they assume. */
export function isTag(name: string, tag: string): boolean {
  return (
    name === tag ||
    name === `localhost/${tag}` ||
    name === `docker.io/library/${tag}` ||
    name === `docker.io/${tag}`
  );
}
