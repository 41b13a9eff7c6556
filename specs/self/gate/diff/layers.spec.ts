import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { imagesOf } from '../../../../helpers/archive/images.ts';
import { readArchiveBytes } from '../../../../helpers/archive/read-archive.ts';
import { DIFF_READ } from '../../../../helpers/gate/diff/diff-archives.ts';
import { diffLayers } from '../../../../helpers/gate/diff/layers.ts';
import type { Draft } from '../../../../helpers/proof/mutants/draft.ts';
import { entryAt, imageAt, layerAt, setAt } from '../../../../helpers/proof/mutants/edit.ts';
import { render } from '../../../../helpers/proof/mutants/forms.ts';
import { richDraft } from '../../../../helpers/proof/tools/rich-image.ts';
import { compareBuilt } from '../../../../helpers/runner/built-twice.ts';
import { scratchFolder } from '../../engines/scratch-folder.ts';

function bytesOf(change: (draft: Draft) => void = () => {}): Uint8Array {
  const draft = richDraft('oci');
  change(draft);
  return render(draft);
}

async function differences(change: (draft: Draft) => void) {
  const [first] = imagesOf(await readArchiveBytes(bytesOf(), DIFF_READ));
  const [second] = imagesOf(await readArchiveBytes(bytesOf(change), DIFF_READ));
  if (!first || !second) throw new Error('There is no image to compare.');
  return [...diffLayers(first, second)].map(({ layer, path, field }) => `${layer} ${path ?? '-'} ${field}`);
}

type LayerDraft = ReturnType<typeof layerAt>;

const relayer = (position: number, change: (layer: LayerDraft) => object) => (draft: Draft) => {
  Object.assign(layerAt(draft, position), change(layerAt(draft, position)));
};

const edit = (path: string, change: object) => (draft: Draft) => {
  Object.assign(entryAt(draft, path), change);
};

describe('what differs in a layer is told with its layer, file and field', () => {
  test('nothing differs in two equal images', async () => expect(await differences(() => {})).toEqual([]));

  test.for<[what: string, change: (draft: Draft) => void, expected: readonly string[]]>([
    ['a time', edit('data/kept', { mtime: 1 }), ['0 data/kept time']],
    ['a mode', edit('bin/setuid', { mode: 0o755 }), ['0 bin/setuid mode']],
    ['an owner', edit('data/kept', { uid: 7 }), ['0 data/kept owner']],
    ['a name of an owner', edit('data/kept', { uname: 'games' }), ['0 data/kept owner name']],
    ['a content', edit('data/kept', { content: 'kept!\n'.slice(0, 5) }), ['0 data/kept content']],
    ['a link', edit('bin/relative', { linkname: 'setuid' }), ['0 bin/relative link']],
    ['an attribute', edit('data/user', { pax: {} }), ['0 data/user extended records']],
    [
      'a type',
      edit('bin/relative', { type: 'hardlink', linkname: 'bin/program' }),
      ['0 bin/relative type', '0 bin/relative link', '0 bin/relative mode'],
    ],
    [
      'a whiteout',
      relayer(1, ({ entries }) => ({ entries: entries.filter(({ path }) => path !== 'data/.wh.deleted') })),
      ['1 data/.wh.deleted entry'],
    ],
    [
      'the order',
      relayer(1, ({ entries }) => ({ entries: entries.toReversed() })),
      ['1 data order of entries'],
    ],
    ['the padding', relayer(0, () => ({ ending: { zeroBlocks: 20 } })), ['0 - bytes of the tar']],
  ])('%s', async ([, change, expected]) => expect(await differences(change)).toEqual(expected));
});

describe('two builds', () => {
  async function built(change?: (draft: Draft) => void) {
    await using folder = await scratchFolder();
    const files = ['a', 'b'].map((name) => join(folder.path, `${name}.tar`)) as [string, string];
    await writeFile(files[0], bytesOf());
    await writeFile(files[1], bytesOf(change));
    return compareBuilt({ builder: 'buildx', epoch: 0, command: 'build', files });
  }

  test('that give the same image differ in nothing, whatever they are called', async () => {
    expect(await built((draft) => void Object.assign(imageAt(draft), { tags: ['other:1'] }))).toMatchObject({
      differences: [],
      omitted: 0,
    });
  });

  test('are told apart by the config, not by what follows from a layer', async () => {
    const { differences: found } = await built((draft) => {
      setAt(imageAt(draft).config, '/created', '2027-01-01T00:00:00Z');
      edit('data/kept', { mtime: 1 })(draft);
    });
    expect(found.map(({ layer, path, field }) => [layer, path, field])).toEqual([
      [0, 'data/kept', 'time'],
      [undefined, undefined, 'created'],
    ]);
  });

  test('that differ in everything are told in part, and the rest is counted', async () => {
    const { differences: found, omitted } = await built((draft) => {
      for (const entry of layerAt(draft, 0).entries)
        Object.assign(entry, { mtime: 2, uid: 9, gid: 9, uname: 'a', mode: 0o700 });
    });
    expect(found).toHaveLength(50);
    expect(omitted).toBeGreaterThan(0);
  });
});
