import { formatBytes } from '../duration.ts';
import type { ArchiveImageReport, ArchiveReport } from '../report-model.ts';
import { octal } from './views/parts.ts';

/** Two archives laid side by side: rows that mean the same thing on both sides, and whether they agree. */

interface DifferenceGroup {
  readonly title: string;
  readonly rows: readonly DifferenceRow[];
}

export interface DifferenceRow {
  readonly name: string;
  /** Absent where that side has no such thing. */
  readonly left?: string;
  readonly right?: string;
}

export function isSameRow({ left, right }: DifferenceRow): boolean {
  return left === right;
}

/** Rows of the archives themselves, their members, and each pair of images of one view and position. */
export function archiveDifferences(left: ArchiveReport, right: ArchiveReport): readonly DifferenceGroup[] {
  const images = Math.max(left.images.length, right.images.length);
  return [
    { title: 'Archive', rows: pair(archiveFields(left), archiveFields(right)) },
    { title: 'Members', rows: pair(memberFields(left), memberFields(right)) },
    ...Array.from({ length: images }, (_, position) =>
      imageGroups(position, left.images[position], right.images[position]),
    ).flat(),
  ];
}

type Fields = ReadonlyMap<string, string>;

/** The left side's order, then what only the right side has. */
function pair(left: Fields, right: Fields): readonly DifferenceRow[] {
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => {
    const [before, after] = [left.get(name), right.get(name)];
    return {
      name,
      ...(before !== undefined && { left: before }),
      ...(after !== undefined && { right: after }),
    };
  });
}

function archiveFields({ profile, compression, size, members, images }: ArchiveReport): Fields {
  return new Map([
    ['profile', profile],
    ['compression', compression],
    ['size', formatBytes(size)],
    ['members', String(members.length)],
    ['images', String(images.length)],
  ]);
}

function memberFields({ members }: ArchiveReport): Fields {
  return new Map(members.map(({ name, type, size, mode }) => [name, `${type} ${octal(mode)} ${size} B`]));
}

function imageGroups(
  position: number,
  left: ArchiveImageReport | undefined,
  right: ArchiveImageReport | undefined,
): readonly DifferenceGroup[] {
  const views = [
    ...new Set([left, right].map((image) => (image ? `${image.kind} by ${image.road}` : 'nothing'))),
  ];
  const title = `${position + 1}: ${views.join(' beside ')}`;
  return [
    { title: `Image ${title}`, rows: pair(imageFields(left), imageFields(right)) },
    { title: `Layers ${title}`, rows: pair(layerFields(left), layerFields(right)) },
    { title: `Flattened root ${title}`, rows: pair(rootFields(left), rootFields(right)) },
  ];
}

function imageFields(image: ArchiveImageReport | undefined): Fields {
  if (!image) return new Map();
  const { kind, names, platform, manifestDigest, configDigest, layers } = image;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['kind', kind],
    ['names', names.join(', ')],
    ['platform', platform],
    ['manifest digest', manifestDigest],
    ['config digest', configDigest],
    ['layers', String(layers.length)],
  ];
  return new Map(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function layerFields(image: ArchiveImageReport | undefined): Fields {
  return new Map(
    (image?.layers ?? []).flatMap((layer, position) => [
      [`layer ${position} diffID`, layer.diffId] as const,
      [`layer ${position} digest`, layer.digest] as const,
      [
        `layer ${position} size`,
        `${layer.size} B, ${layer.uncompressedSize} B uncompressed, compression ${layer.compression}`,
      ] as const,
      ...(layer.mediaType === undefined ? [] : [[`layer ${position} media type`, layer.mediaType] as const]),
      ...layer.entries.map(
        (entry) =>
          [
            `layer ${position} ${entry.path}`,
            `${entry.effect} ${entry.type} ${octal(entry.mode)} ${entry.uid}:${entry.gid} ${entry.size} B`,
          ] as const,
      ),
    ]),
  );
}

function rootFields(image: ArchiveImageReport | undefined): Fields {
  return new Map(
    (image?.rootfs ?? []).map(({ path, type, mode, size, layer }) => [
      path,
      `${type} ${octal(mode)} ${size} B, layer ${layer}`,
    ]),
  );
}
