import { imagesOf } from '../../archive/images.ts';
import type { Archive, Layer } from '../../archive/model.ts';
import { defineArchiveObservations } from './define.ts';
import { common, setOf } from './values.ts';

/** How layers are written: all of it decides their diffIDs. */
export const LAYER_OBSERVATIONS = defineArchiveObservations([
  {
    id: 'observation.layer-count',
    title: 'Number of layers',
    read: (archive) => common(imagesOf(archive).map(({ diffIds }) => diffIds.length)),
    advice: {
      means: 'One Dockerfile gives another number of layers, so nothing is shared with images built before.',
      do: 'Find layers by their content, not by their position.',
    },
  },
  {
    id: 'observation.layer-tar-format',
    title: 'Tar flavours of the entries in layers',
    read: ({ layers }) => setOf(eachLayer(layers, ({ entries }) => map(entries, ({ format }) => format))),
    advice: {
      means: 'The same files get other diffIDs, so every layer is stored and transferred anew.',
      do: 'Expect cold caches after the upgrade.',
    },
  },
  {
    id: 'observation.layer-mode-type-bits',
    title: 'File type bits in the mode field of entries in layers',
    read: ({ layers }) =>
      [...layers.values()].some(({ entries }) => some(entries, ({ mode }) => (mode & ~0o7777) !== 0)),
    advice: {
      means: 'The same files get other diffIDs, so every layer is stored and transferred anew.',
      do: 'Expect cold caches after the upgrade.',
    },
  },
  {
    id: 'observation.layer-owner-names',
    title: 'Owner names of entries in layers',
    read: ({ layers }) =>
      setOf(eachLayer(layers, ({ entries }) => map(entries, ({ uname, gname }) => `${uname}:${gname}`))),
    advice: {
      means: 'Names come from the passwd file of the machine that built, so diffIDs depend on it.',
      do: 'Expect other diffIDs after the upgrade, and none that depend on the machine once names are gone.',
    },
  },
  {
    id: 'observation.layer-directories',
    title: 'Directory entries in layers',
    read: ({ layers }) =>
      [...layers.values()].some(({ entries }) => some(entries, ({ type }) => type === 'directory')),
    advice: {
      means: 'Without entries for parent folders, each consumer chooses their modes itself.',
      do: 'Create folders explicitly in the Dockerfile.',
    },
  },
  {
    id: 'observation.layer-pax-keys',
    title: 'Keys of pax records in layers',
    read: ({ layers }) =>
      setOf(eachLayer(layers, ({ entries }) => map(entries, ({ pax }) => Object.keys(pax)))),
    advice: {
      means: 'Extended attributes (file capabilities among them) are kept or lost.',
      do: 'Run what needs a file capability before the upgrade.',
    },
  },
  {
    id: 'observation.layer-mtime-precision',
    title: 'Precision of the times in layers',
    read: ({ layers }) =>
      [...layers.values()].some(({ entries }) => some(entries, ({ mtime }) => !Number.isInteger(mtime)))
        ? 'fractions of a second'
        : 'whole seconds',
    advice: {
      means: 'Fractions need pax records, change the diffIDs, and are lost by some consumers.',
      do: 'Use whole seconds in what you copy into images.',
    },
  },
  {
    id: 'observation.layer-trailer',
    title: 'Zero blocks at the end of layers',
    read: ({ layers }) => setOf([...layers.values()].map(({ trailer }) => String(trailer.zeroBlocks))),
    advice: {
      means: 'The padding is part of the diffID, so it changes with it.',
      do: 'Expect cold caches after the upgrade.',
    },
  },
]);

type Layers = Archive['layers'];

function* eachLayer(layers: Layers, read: (layer: Layer) => Iterable<string>): Iterable<string> {
  for (const layer of layers.values()) yield* read(layer);
}

function* map<Item>(
  items: Iterable<Item>,
  read: (item: Item) => string | readonly string[],
): Iterable<string> {
  for (const item of items) {
    const value = read(item);
    if (typeof value === 'string') yield value;
    else yield* value;
  }
}

function some<Item>(items: Iterable<Item>, holds: (item: Item) => boolean): boolean {
  for (const item of items) if (holds(item)) return true;
  return false;
}
