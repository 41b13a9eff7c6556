import { imagesOf } from '../../archive/images.ts';
import type { Archive, Layer } from '../../archive/model.ts';
import type { TarEntry } from '../../archive/tar/entry.ts';
import type { Json } from '../../common/json.ts';
import type { BuiltImage } from './built-image-model.ts';

/**
 * Takes from an archive what can be compared of its image. It must have been read with the digests of its files. `since`
 * is when the builds of a given context began, in seconds: what is younger has the time of its build.
 */
export function describeBuilt(
  archive: Archive,
  {
    engine: { name, stack },
    ...who
  }: Pick<BuiltImage, 'engine' | 'builder' | 'saver' | 'scenario' | 'program'>,
  since = Number.POSITIVE_INFINITY,
): BuiltImage {
  const [image] = imagesOf(archive);
  const layers = image?.layers.map(({ layer }) => layer) ?? [];
  return {
    engine: { name, stack },
    ...who,
    file: archive.source,
    configDigest: image?.config?.digest ?? null,
    diffIds: image?.diffIds ?? [],
    layers: layers.map((layer) => (layer === undefined ? 'no layer' : entriesOf(layer, since))),
    ...(layers.some((layer) => [...(layer?.entries ?? [])].some(({ mtime }) => mtime >= since)) && {
      hasBuildTimes: true,
    }),
  };
}

export function nameOf({ engine, builder, saver }: BuiltImage): string {
  return `${engine.name}/${builder}/${saver}`;
}

/** As everybody must write them: file type bits and owner names are told apart elsewhere. */
function entriesOf({ entries, contents }: Layer, since: number): Json {
  return [...entries].map((entry, position) => {
    const described = entryOf(entry, contents.get(position)?.digest);
    return since < Number.POSITIVE_INFINITY ? { ...described, mtime: timeOf(entry, since) } : described;
  });
}

/** A folder that a COPY fills is as old as its source, or as the build: BuildKit does the one, the classic builder the other. */
function timeOf({ type, mtime }: TarEntry, since: number): Json {
  if (type === 'directory') return 'of a folder';
  return mtime >= since ? 'of the build' : mtime;
}

function entryOf(entry: TarEntry, digest: string | undefined): Readonly<Record<string, Json>> {
  const { path, type, mode, uid, gid, size, mtime, linkname } = entry;
  const content = digest === undefined ? {} : { content: digest };
  return { path, type, mode: (mode & 0o7777).toString(8), uid, gid, size, mtime, linkname, ...content };
}
