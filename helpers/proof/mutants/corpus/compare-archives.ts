import type { Archive, Image } from '../../../archive/model.ts';
import { listOf } from '../../../archive/oci/guards.ts';
import type { TarEntry } from '../../../archive/tar/entry.ts';
import type { Json } from '../../../common/json.ts';
import type { Violation } from '../../../requirements/outcome.ts';

/**
 * What two archives must have in common when one follows from the other: two saves, two builds, two drivers, a
 * round trip, a child and its base. Each comparison yields every difference.
 */
export const COMPARISONS = {
  /** A round trip through load and save, or a second build: the same configs and layers. */
  identity: compareIdentity,
  /** The same Dockerfile elsewhere, or the same layer in another codec: the same entries in the same order. */
  entries: compareEntries,
  /** The second image is built on the first: it starts with the same layers and the same history. */
  base: compareBase,
  /** The same members with the same bytes, owners, modes and times: a repeated save. */
  members: compareMembers,
} as const satisfies Readonly<Record<string, (first: Archive, second: Archive) => Iterable<Violation>>>;

export type ComparisonName = keyof typeof COMPARISONS;

/** Images of the road that tells more; every image once. */
function imagesOf({ dockerImages, ociImages }: Archive): readonly Image[] {
  const road = dockerImages.length > 0 ? dockerImages : ociImages;
  return road.filter(({ kind }) => kind === 'image');
}

function* compareIdentity(first: Archive, second: Archive): Iterable<Violation> {
  const told = (archive: Archive) =>
    imagesOf(archive).map(({ config, layers }) => ({
      config: config?.digest ?? 'none',
      layers: layers.map(({ layer }) => layer?.diffId ?? 'none'),
    }));
  yield* differ(told(first), told(second), 'config digest and diffIDs of every image');
}

function* compareEntries(first: Archive, second: Archive): Iterable<Violation> {
  const told = (archive: Archive) =>
    imagesOf(archive).map(({ layers }) =>
      layers.map(({ layer }) => Array.from(layer?.entries ?? [], tellEntry)),
    );
  const [a, b] = [told(first), told(second)];
  for (const [image, layers] of a.entries()) {
    for (const [layer, entries] of layers.entries()) {
      for (const [position, entry] of entries.entries())
        yield* differ(entry, b[image]?.[layer]?.[position] ?? null, 'tar header', {
          image: `#${image}`,
          layer,
        });
      const others = b[image]?.[layer]?.length ?? 0;
      if (others > entries.length)
        yield* differ(entries.length, others, 'number of entries', { image: `#${image}`, layer });
    }
    if (layers.length !== (b[image]?.length ?? 0))
      yield* differ(layers.length, b[image]?.length ?? 0, 'number of layers', { image: `#${image}` });
  }
}

function tellEntry({ path, type, mode, uid, gid, size, mtime, linkname, pax }: TarEntry): Json {
  const xattrs = Object.fromEntries(Object.entries(pax).filter(([key]) => key.startsWith('SCHILY.xattr.')));
  return { path, type, mode: mode & 0o7777, uid, gid, size, mtime, linkname, xattrs };
}

function* compareBase(base: Archive, child: Archive): Iterable<Violation> {
  const [below] = imagesOf(base);
  const [above] = imagesOf(child);
  const count = below?.diffIds.length ?? 0;
  yield* differ(
    [...(below?.diffIds ?? [])],
    [...(above?.diffIds ?? [])].slice(0, count),
    'rootfs.diff_ids of the base',
  );
  const history = (image: Image | undefined) => listOf(image?.config?.value, 'history');
  const steps = history(below);
  yield* differ(steps, history(above).slice(0, steps.length), 'history of the base');
}

function* compareMembers(first: Archive, second: Archive): Iterable<Violation> {
  const told = ({ members, blobs, documents }: Archive) => {
    const digests = new Map([
      ...blobs.map(({ member, measured }): [string, string] => [member, measured]),
      ...Object.values(documents).map(({ member, digest }): [string, string] => [member, digest]),
    ]);
    return members.map(({ path, type, mode, size, mtime, linkname }) => ({
      path,
      type,
      mode,
      size,
      mtime,
      linkname,
      digest: digests.get(path) ?? '',
    }));
  };
  const [a, b] = [told(first), told(second)];
  for (let position = 0; position < Math.max(a.length, b.length); position++)
    yield* differ(a[position] ?? null, b[position] ?? null, `member ${position}`);
}

function* differ(
  expected: Json,
  actual: Json,
  from: string,
  where: Violation['where'] = {},
): Iterable<Violation> {
  if (JSON.stringify(expected) === JSON.stringify(actual)) return;
  yield {
    where,
    expected: { value: expected, from: `first archive: ${from}` },
    actual: { value: actual, from: `second archive: ${from}` },
  };
}
