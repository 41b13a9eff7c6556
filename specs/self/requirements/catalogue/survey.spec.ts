import { expect, test } from 'vitest';
import type { EntryList, Layer } from '../../../../helpers/archive/model.ts';
import { entryList } from '../../../../helpers/archive/tar/entry-list.ts';
import { createEntryPacker } from '../../../../helpers/archive/tar/entry-packer.ts';
import { createTarScanner } from '../../../../helpers/archive/tar/scanner.ts';
import { type TarItem, writeTar } from '../../../../helpers/proof/mutants/tar-writer.ts';
import { surveyLayer } from '../../../../helpers/requirements/archive/layer/survey.ts';

/** Most entries of a layer are only put into the index of paths; the findings are the same as if all were judged. */
const LAYERS: Readonly<Record<string, readonly TarItem[]>> = {
  'a path twice in one folder': files('a/one', 'a/two', 'a/one', 'a/two'),
  'a path twice, written in two ways': files('a/one', 'a/two', './a/two', 'a//two', 'a/./two'),
  'a path twice, with others between': files('a/one', 'b/one', 'b/two', 'a/one'),
  'a file below a file': files('a/one', 'a/two', 'a/two/three', 'a/two/four'),
  'a folder after its files': [...files('a/one', 'a/two'), { path: 'a/', type: 'directory' }],
  'a folder that was a file': [...files('a/one', 'a/two'), { path: 'a/two/', type: 'directory' }],
  'a hard link to a file': [
    ...files('a/one', 'a/two'),
    { path: 'b', type: 'hardlink', linkname: 'a/two' },
    { path: 'c', type: 'hardlink', linkname: 'a/three' },
  ],
  'names of whiteouts': files('a/one', 'a/.wh.two', 'a/two', 'a/.wh.three', 'a/.what', 'a/..x', 'a/.x'),
  'files above the root': files('../a/one', '../a/two', '../a/three', '/b/one', '/b/two'),
  'a folder with a control character': files('a\u0001/one', 'a\u0001/two', 'a/\u001bthree'),
  'names beyond ASCII': files('a/ö', 'a/ö', 'ö/one', 'ö/two', 'ö/two'),
  'files in the root': files('one', 'two', 'one', '.', './two', 'a'),
  'owner names and fractions': [
    { path: 'a/one', uname: 'me' },
    { path: 'a/two', gname: 'us' },
    { path: 'a/three', pax: { mtime: '1.5' } },
    { path: 'a/four', pax: { 'SCHILY.xattr.trusted.overlay.opaque': 'y' } },
  ],
};

test.each(Object.entries(LAYERS))('%s', (_name, items) => {
  const packed = listOf(items);
  const all: EntryList = {
    length: packed.length,
    at: (position) => packed.at(position),
    [Symbol.iterator]: () => packed[Symbol.iterator](),
  };
  const judged = surveyLayer(layerOf(all)).violations;
  expect(judged.size).toBeGreaterThan(0);
  expect(surveyLayer(layerOf(packed)).violations).toEqual(judged);
});

test('files one after the other are not read one by one', () => {
  const count = 20_000;
  const list = listOf(files(...Array.from({ length: count }, (_, position) => `a/file-${position}`)));
  let read = 0;
  const counted: EntryList = {
    ...list,
    at(position) {
      read++;
      return list.at(position);
    },
  };
  expect([...surveyLayer(layerOf(counted)).violations.keys()]).toEqual(['layer.parents-present']);
  expect(read).toBeLessThan(100);
});

function files(...paths: readonly string[]): readonly TarItem[] {
  return paths.map((path) => ({ path }));
}

function listOf(items: readonly TarItem[]): EntryList {
  const packer = createEntryPacker();
  const scanner = createTarScanner({ entry: packer.add, problem() {} });
  scanner.push(writeTar(items));
  scanner.end();
  return entryList(packer.finish());
}

function layerOf(entries: EntryList): Layer {
  return {
    member: 'layer',
    compression: 'none',
    size: 0,
    digest: '',
    uncompressedSize: 0,
    diffId: '',
    entries,
    trailer: { zeroBlocks: 2, trailingBytes: 0 },
    contents: new Map(),
    programs: new Map(),
    texts: new Map(),
  };
}
