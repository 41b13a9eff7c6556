import { imageKey } from '../../archive/images.ts';
import type { Archive } from '../../archive/model.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import { fieldOf, isObject, stringOf } from '../../archive/oci/guards.ts';
import type { Violation } from '../outcome.ts';
import { builderOf, cite, configObjects, defineForArchive, isDateTime, violationAt } from './support.ts';

const GRAPHDRIVER = ['docker-graphdriver-legacy', 'docker-graphdriver-hybrid'];
/** The containerd store and podman write the time 0; a graph driver, that of the image or 0. */
const ZERO_TIMES = ['docker-containerd', 'podman-docker-archive'];

/** What one generation of producers is known to write. */
export const PROFILE_REQUIREMENTS = defineForArchive([
  {
    id: 'profile.member-times',
    title: 'No member is younger than the images that the archive holds',
    level: 'practice',
    source: cite(
      'moby',
      'integration/image/save_test.go',
      'otherwise no member should be newer than the image created date',
    ),
    aliases: ['A8', 'R7', 'R8', 'R9'],
    consequence:
      'Two saves of one image differ. Docker stamped index.json until 27, and blobs/sha256 until 28, with the time of the save.',
    when: (archive) => {
      const { fingerprint, form } = archive;
      const isKnown = form === 'tar' && [...GRAPHDRIVER, ...ZERO_TIMES].includes(fingerprint.profile);
      if (!isKnown) return 'this producer is not known to keep the time of the save out of the archive';
      const latest = latestTime(archive);
      const keeps = membersOfProducer(archive).some(({ mtime, type }) => type === 'file' && mtime <= latest);
      return keeps || 'no member has a time that this producer writes: the archive was packed anew';
    },
    check: findYoungMembers,
  },
  {
    id: 'profile.config-descriptor',
    title: 'The config descriptor of Docker has mediaType, digest and size only',
    level: 'practice',
    source: cite('issue-tracker', 'moby/moby#47661', 'platform stood in the descriptor of the config.'),
    aliases: ['R6'],
    consequence: 'The digest of the manifest differs from that of other versions for the same image.',
    when: ({ fingerprint: { profile } }) =>
      profile === 'docker-graphdriver-hybrid' ||
      'only Docker 25 to 29 with a graph driver writes this manifest',
    *check({ ociImages }) {
      for (const { manifest, kind, ...image } of ociImages) {
        const config = fieldOf(manifest?.value, 'config');
        if (!manifest || !isObject(config) || kind !== 'image') continue;
        const extra = Object.keys(config).filter((key) => !['mediaType', 'digest', 'size'].includes(key));
        if (extra.length > 0)
          yield violationAt(
            { image: imageKey(image), member: manifest.member, pointer: '/config' },
            ['mediaType', 'digest', 'size'],
            Object.keys(config),
            `${manifest.member} /config`,
          );
      }
    },
  },
  {
    id: 'profile.created-set',
    title: 'An image built from a Dockerfile was not created in the year 1',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'moby/buildkit#6098',
      'Images on a base from a named context got the zero time of Go.',
    ),
    aliases: ['C9', 'R49'],
    consequence: 'Tools show an age of two thousand years, or remove the image as too old.',
    when: (archive) =>
      configObjects(archive).some(({ config }) => builderOf(config) !== undefined) ||
      'no image carries the history of a Dockerfile build',
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const created = stringOf(config.value, 'created');
        if (builderOf(config) !== undefined && created?.startsWith('0001-'))
          yield violationAt(
            { image: imageKey(image), member: config.member, pointer: '/created' },
            'the time of the build',
            created,
            `${config.member} /created`,
          );
      }
    },
  },
]);

/** Names in the trees of these producers. What else is there was added by somebody else, and so was its time. */
const IN_TREE =
  /^(?:blobs(?:\/[^/]+){0,2}|[0-9a-f]{64}(?:\.json|\.tar|\/(?:json|VERSION|layer\.tar))?|manifest\.json|index\.json|oci-layout|repositories)$/;

function membersOfProducer({ members }: Archive): Archive['members'] {
  return members.filter(({ path, type }) => type !== 'pax-global' && IN_TREE.test(normalisePath(path)));
}

/** The latest time that the producer gives a member, in seconds; an image created in the year 1 has members of 1970. */
function latestTime({ fingerprint, dockerImages }: Archive): number {
  if (ZERO_TIMES.includes(fingerprint.profile)) return 0;
  const created = dockerImages.map(({ config }) => stringOf(config?.value, 'created')).filter(isDateTime);
  if (created.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...created.map((time) => Date.parse(time ?? '') / 1000));
}

function* findYoungMembers(archive: Archive): Iterable<Violation> {
  const isZero = ZERO_TIMES.includes(archive.fingerprint.profile);
  const latest = latestTime(archive);
  for (const { path, mtime, type } of membersOfProducer(archive)) {
    if (mtime <= latest || (type === 'symlink' && isZero)) continue;
    yield violationAt(
      { member: normalisePath(path) },
      `not after ${isZero ? 0 : Math.trunc(latest)}`,
      mtime,
      'mtime in the tar header',
      isZero ? '' : 'created of the images',
    );
  }
}
