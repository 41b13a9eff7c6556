import { expect, test } from 'vitest';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { flatten } from '../../../helpers/archive/rootfs.ts';
import { dockerArchive } from './build.ts';
import { entry, pax, tar } from './tar/build.ts';

const file = (name: string) => entry({ name });
const folder = (name: string) => entry({ name: `${name}/`, typeflag: '5' });
const link = (name: string, target: string) => entry({ name, typeflag: '2', fields: { 157: target } });

/** Each layer is a list of entries; the result is `path@layer`. */
async function flattened(...layers: readonly (readonly Uint8Array[])[]) {
  const archive = await readArchiveBytes(dockerArchive(layers.map((entries) => tar(...entries))));
  const stack = archive.dockerImages[0]?.layers.flatMap(({ layer }) => (layer ? [layer] : [])) ?? [];
  const { files, skipped } = flatten(stack);
  return {
    files: [...files].map(([path, { layer }]) => `${path}@${layer}`),
    skipped: skipped.map(({ reason }) => reason),
  };
}

test('upper layers replace and add', async () => {
  const { files } = await flattened(
    [folder('a'), file('a/x'), file('a/y')],
    [folder('./a'), file('./a/y'), file('b')],
  );
  expect(files).toEqual(['a@1', 'a/x@0', 'a/y@1', 'b@1']);
});

test('a whiteout removes what is below, and not what its own layer adds', async () => {
  const { files } = await flattened(
    [file('a'), folder('d'), file('d/x'), file('b')],
    [file('a'), file('.wh.a'), file('.wh.d')],
  );
  expect(files).toEqual(['a@1', 'b@0']);
});

test('an opaque whiteout empties the folder of the layers below, wherever it stands', async () => {
  const { files } = await flattened(
    [folder('d'), file('d/x'), folder('d/e'), file('d/e/f')],
    [folder('d'), file('d/new'), file('d/.wh..wh..opq')],
  );
  expect(files).toEqual(['d@1', 'd/new@1']);
});

test('a file replaces a folder with all that is in it, and a folder a file', async () => {
  const { files } = await flattened(
    [folder('d'), file('d/x'), file('f')],
    [file('d'), folder('f'), file('f/y')],
  );
  expect(files).toEqual(['d@1', 'f@1', 'f/y@1']);
});

test('a parent that is a link of the same layer is followed inside the root', async () => {
  const { files } = await flattened([
    folder('usr'),
    folder('usr/lib'),
    link('lib', 'usr/lib'),
    link('out', '../../usr'),
    file('lib/a'),
    file('out/b'),
  ]);
  expect(files).toEqual(['lib@0', 'out@0', 'usr@0', 'usr/b@0', 'usr/lib@0', 'usr/lib/a@0']);
});

test('a folder takes the place of a link of a lower layer, as in Docker and containerd', async () => {
  const { files } = await flattened(
    [folder('usr'), folder('usr/lib'), file('usr/lib/x'), link('lib', 'usr/lib')],
    [file('lib/a')],
  );
  expect(files).toEqual(['lib/a@1', 'usr@0', 'usr/lib@0', 'usr/lib/x@0']);
});

test('missing parents are no files', async () => {
  expect((await flattened([file('a/b/c')])).files).toEqual(['a/b/c@0']);
});

test('what leaves the root, goes in circles or is too deep is skipped, and told', async () => {
  const deep = 'd/'.repeat(3000);
  const { files, skipped } = await flattened([
    file('../x'),
    link('l', 'm'),
    link('m', 'l'),
    file('l/x'),
    pax({ path: deep }),
    file('y'),
  ]);
  expect(files).toEqual(['l@0', 'm@0']);
  expect(skipped).toEqual(['leaves the root', 'link loop', 'too deep']);
});

const hardlink = (name: string, target: string, mode: string) =>
  entry({ name, typeflag: '1', fields: { 100: `${mode.padStart(7, '0')}\0`, 157: target } });

async function modes(...layers: readonly (readonly Uint8Array[])[]) {
  const archive = await readArchiveBytes(dockerArchive(layers.map((entries) => tar(...entries))));
  const stack = archive.dockerImages[0]?.layers.flatMap(({ layer }) => layer ?? []) ?? [];
  return [...flatten(stack).files].map(
    ([
      path,
      {
        entry: { mode },
        target,
      },
    ]) => `${path} ${mode.toString(8)}${target === undefined ? '' : ` of ${target.path}`}`,
  );
}

test('all names of a file have what the last of its hard links states', async () => {
  expect(await modes([file('a'), hardlink('b', 'a', '755'), hardlink('c', './b', '600')])).toEqual([
    'a 600',
    'b 600 of a',
    'c 600 of a',
  ]);
});

test('a hard link keeps its content where the file is removed or replaced above', async () => {
  expect(await modes([file('a'), hardlink('b', 'a', '755')], [file('.wh.a')])).toEqual(['b 755 of a']);
  expect(await modes([file('a'), hardlink('b', 'a', '755')], [file('a')])).toEqual(['a 644', 'b 755 of a']);
});

test('a hard link to a file of a lower layer, or to nothing, has no content', async () => {
  expect(await modes([file('a')], [hardlink('b', 'a', '755'), hardlink('c', 'none', '755')])).toEqual([
    'a 644',
    'b 755',
    'c 755',
  ]);
});
