import { isTag } from '../../helpers/common/image-name.ts';
import type { InspectedImage } from '../../helpers/engines/answers.ts';
import type { BuildEvidence } from '../../helpers/requirements/procedure/evidence.ts';
import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { mustEqual, violation } from '../../helpers/requirements/violation.ts';

// FROM scratch
// $ docker build -t hello .
//
// Once with nothing from the cache, and once more: the second build takes every COPY from the cache.
export const build = defineStep('build', [
  {
    id: 'build.four-layers',
    title: 'The image has one layer for each COPY',
    onlyOf: 'documented-image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence:
      'An instruction was lost, merged or doubled; every position that the procedure shows is off.',
    check: ({ image, expectedImage }) =>
      mustEqual(image.diffIds.length, 'RootFS.Layers', expectedImage.layers.length, 'COPY lines'),
  },
  {
    id: 'build.distinct-layers',
    title: 'No two layers of the image are the same',
    onlyOf: 'documented-image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence: 'The four files differ, so a layer has taken the place of another.',
    *check({ image: { diffIds } }) {
      for (const [position, diffId] of diffIds.entries())
        if (diffIds.indexOf(diffId) < position)
          yield violation(diffId, `RootFS.Layers/${position}`, 'a diffID of its own');
    },
  },
  {
    id: 'build.no-parent',
    title: 'The image has no base: its only parents are untagged intermediate images of this build',
    onlyOf: 'documented-image',
    source: documented('build-image-from-empty-image', 'FROM scratch'),
    consequence: 'Something lies below the first COPY: the image was not built from nothing.',
    *check({ ancestors, image }) {
      for (const { id, tags, diffIds } of ancestors) {
        if (tags.length > 0) yield violation([...tags], `RepoTags of parent ${id}`, 'no tagged parent');
        if (!isSame(diffIds, image.diffIds.slice(0, diffIds.length)))
          yield violation([...diffIds], `RootFS.Layers of parent ${id}`, 'layers of the image');
      }
    },
  },
  {
    id: 'build.starts-with-copy',
    title: 'The history of the image begins with the first COPY',
    onlyOf: 'documented-image',
    source: documented('build-image-from-empty-image', 'FROM scratch'),
    consequence: 'Something lies below the first COPY: the image was not built from nothing.',
    *check({ history: [first = ''] }) {
      if (!/\bCOPY\b/.test(first))
        yield violation(first, 'created_by of the oldest entry of the history', 'COPY');
    },
  },
  {
    id: 'build.cmd',
    title: 'The image starts the program that the Dockerfile names',
    onlyOf: 'documented-image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence: '"docker run" starts something else, or nothing.',
    check: ({ image: { cmd }, expectedImage }) =>
      mustEqual(cmd && [...cmd], 'Config.Cmd', [...expectedImage.cmd], 'the expectation'),
  },
  {
    id: 'build.no-entrypoint',
    title: 'The image has no entrypoint (the Dockerfile sets none)',
    onlyOf: 'documented-image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence: 'The program becomes an argument of something that is not in the image.',
    *check({ image: { entrypoint } }) {
      if (entrypoint !== null && entrypoint.length > 0)
        yield violation([...entrypoint], 'Config.Entrypoint', null);
    },
  },
  {
    id: 'build.platform',
    title: "The image is for the engine's own platform",
    onlyOf: 'documented-image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence: 'The engine warns or refuses to run the image that it has just built.',
    check: ({ image: { os, architecture }, platform }) =>
      mustEqual(`${os}/${architecture}`, 'Os and Architecture', platform, 'platform of the engine'),
  },
  {
    id: 'build.no-labels',
    title: 'The image has no labels (the Dockerfile sets none)',
    onlyOf: 'documented-image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence:
      'The builder changes what it builds: the config digest depends on it, and caches are missed.',
    check: ({ image }) => mustEqual(Object.keys(image.labels), 'names in Config.Labels', []),
  },
  {
    id: 'build.tag',
    title: 'The image has the name that the build was asked for',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence: '"docker run hello" starts an older image, or none.',
    *check({ image: { tags }, tag }) {
      if (!tags.some((name) => isTag(name, tag)))
        yield violation([...tags], 'RepoTags', tag, 'the -t option');
    },
  },
  {
    id: 'build.cached-again',
    title: 'A second build takes every COPY from the cache',
    onlyOf: 'documented-image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence: 'Unchanged input is built anew each time: slow builds, and images that never compare equal.',
    when: ({ cachedSteps }) => cachedSteps !== null || 'this builder does not tell which steps were cached',
    check: ({ cachedSteps, expectedImage }) =>
      mustEqual(cachedSteps, 'cached COPY steps of the second build', expectedImage.layers.length),
  },
  {
    id: 'build.same-image-again',
    title: 'A second build gives the same image',
    source: documented('docker-build', 'docker build -t hello .'),
    consequence: 'Each build makes a new image out of the same input: pushes and pulls never end.',
    *check({ image, again, store, family }) {
      for (const field of comparedFields(store, family)) {
        const [first, second] = [JSON.stringify(image[field]), JSON.stringify(again[field])];
        yield* mustEqual(second, `${field} after the second build`, first, 'the first');
      }
    },
  },
]);

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * What makes two images the same. On the containerd store the ID is the digest of an index that holds the time of the
 * build. podman and buildah take a cached step from any image of the store whose history matches, another builder's too.
 */
function comparedFields(store: string, family: BuildEvidence['family']): readonly (keyof InspectedImage)[] {
  const content = ['os', 'architecture', 'cmd', 'entrypoint', 'diffIds'] as const;
  if (family !== 'docker') return content;
  return store.includes('containerd') ? ['created', ...content] : ['id', 'created', ...content];
}
