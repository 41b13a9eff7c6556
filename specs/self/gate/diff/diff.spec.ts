import { describe, expect, test } from 'vitest';
import { readArchiveBytes } from '../../../../helpers/archive/read-archive.ts';
import {
  DIFF_READ,
  DiffError,
  type DiffOptions,
  diffArchives,
} from '../../../../helpers/gate/diff/diff-archives.ts';
import type { Area } from '../../../../helpers/gate/diff/diff-model.ts';
import { renderDiffText } from '../../../../helpers/gate/diff/render-diff.ts';
import { buildMutant } from '../../../../helpers/proof/mutants/define.ts';
import { type Draft, FORMS, type Form } from '../../../../helpers/proof/mutants/draft.ts';
import { addEntries, entryAt, imageAt, layerAt, setAt } from '../../../../helpers/proof/mutants/edit.ts';
import { file, goldenConfig } from '../../../../helpers/proof/mutants/golden.ts';

type Edit = (draft: Draft) => void;
const same: Edit = () => {};
const change =
  (path: string, fields: object): Edit =>
  (draft) =>
    void Object.assign(entryAt(draft, path), fields);
const config =
  (pointer: string, value: Parameters<typeof setAt>[2]): Edit =>
  (draft) =>
    void setAt(imageAt(draft).config, pointer, value);

/** One change, and the one difference that it must be. */
const CHANGES: readonly (readonly [name: string, edit: Edit, area: Area, what: string])[] = [
  ['content', change('a/b/final.txt', { content: 'other\n' }), 'files', '/a/b/final.txt content'],
  ['mode', change('a/b/final.txt', { mode: 0o600 }), 'modes', '/a/b/final.txt mode'],
  ['sticky bit', change('a/b/final.txt', { mode: 0o1644 }), 'modes', '/a/b/final.txt mode'],
  ['owner', change('a/b/final.txt', { uid: 7 }), 'owners', '/a/b/final.txt owner'],
  ['time', change('a/b/final.txt', { mtime: 5 }), 'times', '/a/b/final.txt time'],
  ['link', change('a/b/hello-link', { linkname: 'final.txt' }), 'files', '/a/b/hello-link link'],
  [
    'attribute',
    change('a/b/final.txt', { pax: { 'SCHILY.xattr.user.a': 'b' } }),
    'attributes',
    '/a/b/final.txt attributes',
  ],
  ['file more', (draft) => addEntries(draft, file('a/b/more', 'x')), 'files', '/a/b/more'],
  ['file less', (draft) => void layerAt(draft, 1).entries.splice(3, 1), 'files', '/a/b/final.txt'],
  ['command', config('/config/Cmd', ['/a/b/hello', '-v']), 'config', 'Cmd'],
  ['variable', config('/config/Env', [...env(), 'MORE=1']), 'config', 'Env MORE'],
  ['label', config('/config/Labels', { 'com.example.name': 'other' }), 'config', 'Labels com.example.name'],
  ['user', config('/config/User', '0'), 'config', 'User'],
  ['architecture', config('/architecture', 'arm64'), 'platform', 'architecture'],
  ['step', config('/history/0/created_by', 'COPY other / # buildkit'), 'history', 'history[0] created_by'],
  ['time of creation', config('/created', '2027-01-02T03:04:05Z'), 'times', 'created'],
];

/** Forms that name and describe the whole image. */
const WHOLE: readonly Form[] = ['hybrid', 'containerd', 'oci', 'crane'];

describe.each(WHOLE)('%s: a change of', (form) => {
  test.each(CHANGES)('%s is the one difference', async (_, edit, area, what) => {
    const { differences, same: levels } = await diff([form, same], [form, edit]);
    expect(differences.map((each) => [each.area, each.what])).toEqual([[area, what]]);
    expect(levels).toMatchObject({ bytes: false, config: false });
  });
});

describe('the same image', () => {
  const pairs = FORMS.flatMap((a) => FORMS.map((b) => [a, b] as const)).filter(([a, b]) => a !== b);

  test.each(pairs)('saved as %s and as %s has the same config, layers and root', async (a, b) => {
    const ignore: Area[] = ['names', 'compression', 'annotations', 'attestations'];
    const { differences, same: levels } = await diff([a, same], [b, same], { ignore });
    expect(differences).toEqual([]);
    expect(levels).toMatchObject({ bytes: false, config: true, diffIds: true, root: true });
  });

  test('is the same at each level when its bytes are', async () => {
    const { differences, same: levels } = await diff(['hybrid', same], ['hybrid', same]);
    expect(differences).toEqual([]);
    expect(Object.values(levels)).not.toContain(false);
  });

  test('cut into other layers differs in its layers only', async () => {
    const merged: Edit = (draft) => {
      const [below, above] = imageAt(draft).layers;
      const entries = [
        ...(below?.entries ?? []).filter(({ path }) => path !== 'a/b/old.txt'),
        ...(above?.entries ?? []).slice(3),
      ];
      imageAt(draft).layers = [{ entries, ending: {} }];
      imageAt(draft).config = goldenConfig(1);
    };
    const { differences, same: levels } = await diff(['oci', same], ['oci', merged], {
      ignore: ['history', 'times'],
    });
    expect(new Set(differences.map(({ area }) => area))).toEqual(new Set(['layers']));
    expect(levels).toMatchObject({ diffIds: false, root: true });
  });
});

test('what is ignored is counted, and does not make a difference', async () => {
  const { differences, ignored } = await diff(['oci', same], ['oci', change('a/b/final.txt', { mtime: 5 })], {
    ignore: ['times'],
  });
  expect(differences).toEqual([]);
  expect(ignored).toEqual({ times: 1 });
});

test('an archive without an image cannot be compared', async () => {
  const none: Edit = (draft) => {
    draft.images = [];
  };
  await expect(diff(['oci', same], ['oci', none])).rejects.toThrow(DiffError);
});

test('the text says both values, the heaviest difference first, and steers no terminal', async () => {
  const edit: Edit = (draft) => {
    change('a/b/final.txt', { content: 'other\n' })(draft);
    config('/config/Labels', { 'com.example.name': '\u001b[2J' })(draft);
    config('/history/0/created_by', 'COPY other / # buildkit')(draft);
  };
  const text = renderDiffText(await diff(['oci', same], ['oci', edit]), ['a.tar', 'b.tar']);
  expect(text).not.toContain('\u001b');
  expect(text).toMatch(
    /config: Labels com\.example\.name\n {4}- golden\n {4}\+ \\x1b\[2J\nfiles: [\s\S]*history: /,
  );
  expect(text).toMatch(/≠ different root file system/);
  expect(text).toMatch(/Different: 3 differences\.\n$/);
});

function env(): readonly string[] {
  return (goldenConfig()['config'] as { Env: string[] }).Env;
}

async function diff(
  [formA, editA]: readonly [Form, Edit],
  [formB, editB]: readonly [Form, Edit],
  options: DiffOptions = {},
) {
  const [a, b] = [buildMutant({ form: formA, apply: editA }), buildMutant({ form: formB, apply: editB })];
  const digests = [a, b].map((bytes) => Buffer.from(bytes).toString('latin1'));
  const [before, after] = [
    await readArchiveBytes(a, DIFF_READ, 'a'),
    await readArchiveBytes(b, DIFF_READ, 'b'),
  ];
  return diffArchives(before, after, [digests[0] ?? '', digests[1] ?? ''], options);
}
