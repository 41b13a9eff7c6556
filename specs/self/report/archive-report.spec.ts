import { beforeAll, describe, expect, it } from 'vitest';
import { readArchive, readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import type { TarEntry } from '../../../helpers/archive/tar/entry.ts';
import { buildMutant } from '../../../helpers/proof/mutants/define.ts';
import { addEntries, imageAt, setAt } from '../../../helpers/proof/mutants/edit.ts';
import { archiveReport } from '../../../helpers/report/archive-report.ts';
import { archiveDifferences, isSameRow } from '../../../helpers/report/html/differences.ts';
import { renderHtml } from '../../../helpers/report/html/render-page.ts';
import { toHtml } from '../../../helpers/report/html/to-html.ts';
import { drawnImages } from '../../../helpers/report/html/views/image.ts';
import { rootTree } from '../../../helpers/report/html/views/root-tree.ts';
import { createLayerEffects } from '../../../helpers/report/layer-effects.ts';
import { reportProblem } from '../../../helpers/report/read-report.ts';
import type { ArchiveReport } from '../../../helpers/report/report-model.ts';
import { json, member } from '../archive/build.ts';
import { entry, tar } from '../archive/tar/build.ts';
import { RECORDED, recordedReport } from './recorded.ts';

describe('the structure of a recorded archive', () => {
  let legacy: ArchiveReport;
  let containerd: ArchiveReport;
  beforeAll(async () => {
    legacy = archiveReport(await readArchive(RECORDED.legacy), 'legacy');
    containerd = archiveReport(await readArchive(RECORDED.containerd));
  });

  it('is told for each view of an archive that has both', () => {
    expect(legacy.images.map(({ road }) => road)).toEqual(['manifest.json']);
    expect(new Set(containerd.images.map(({ road }) => road))).toEqual(
      new Set(['manifest.json', 'index.json']),
    );
    expect(containerd.images[0]).toMatchObject({ kind: 'image', platform: 'linux/amd64' });
  });

  it('leads from manifest.json to the config and every layer', () => {
    const manifest = legacy.members.find(({ name }) => name === 'manifest.json');
    const [image] = legacy.images;
    expect(manifest?.refersTo).toEqual(
      expect.arrayContaining(image?.layers.map(({ member }) => member) ?? []),
    );
    expect(manifest?.refersTo.some((name) => name.endsWith('.json'))).toBe(true);
  });

  it('leads from index.json down to layers', () => {
    const reached = new Set<string>();
    const visit = (name: string) => {
      if (reached.has(name)) return;
      reached.add(name);
      containerd.members.find((member) => member.name === name)?.refersTo.forEach(visit);
    };
    visit('index.json');
    const [image] = containerd.images;
    for (const { member } of image?.layers ?? []) expect(reached).toContain(member);
  });

  it('has both digests of each layer, its entries and what they do', () => {
    for (const { digest, diffId, entries, omitted } of legacy.images[0]?.layers ?? []) {
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(diffId).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(entries.length).toBeGreaterThan(0);
      expect(omitted).toBe(0);
    }
    const last = legacy.images[0]?.layers.at(-1)?.entries.find(({ path }) => path === 'final.txt');
    expect(last?.effect).toBe('replaces');
  });

  it('says of each layer the command that made it, and what of it nobody sees any more', () => {
    const layers = containerd.images[0]?.layers ?? [];
    expect(layers.map(({ createdBy }) => createdBy)).toEqual([
      'COPY hello / # buildkit',
      'COPY README.md / # buildkit',
      'COPY a.txt /final.txt # buildkit',
      'COPY b.txt /final.txt # buildkit',
    ]);
    expect(layers.map(({ wasted }) => wasted)).toEqual([0, 0, 2, 0]);
  });

  it('has config, history and manifest, formatted', () => {
    const index = containerd.images.find(({ road, kind }) => road === 'index.json' && kind === 'image');
    const texts = new Map(index?.documents?.map(({ name, text }) => [name, text]));
    expect(JSON.parse(texts.get('Config and history') ?? '')).toMatchObject({ rootfs: { type: 'layers' } });
    expect(texts.get('Manifest')).toMatch(/^\{\n {2}"schemaVersion": 2,/);
  });

  it('ends with the flattened root, in which the upper layer wins', () => {
    const root = legacy.images[0]?.rootfs ?? [];
    const top = (legacy.images[0]?.layers.length ?? 0) - 1;
    expect(root.find(({ path }) => path === 'final.txt')?.layer).toBe(top);
    expect(root.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'final.txt', 'hello']));
  });

  it('differs from itself in nothing, and from another engine in what is true', () => {
    expect(
      archiveDifferences(legacy, legacy)
        .flatMap(({ rows }) => rows)
        .filter((row) => !isSameRow(row)),
    ).toEqual([]);
    const rows = archiveDifferences(legacy, containerd).flatMap(({ rows }) => rows);
    expect(rows.find(({ name }) => name === 'profile')).toMatchObject({
      left: expect.stringContaining('legacy'),
      right: 'docker-containerd',
    });
    expect(rows.find(({ name }) => name === 'index.json')).not.toHaveProperty('left');
    expect(rows.find(({ name }) => name === 'repositories')).toHaveProperty('left');
  });

  it('makes a report that its schema accepts and a page that opens', async () => {
    const report = await recordedReport(Object.values(RECORDED));
    expect(reportProblem(JSON.parse(JSON.stringify(report)))).toBeUndefined();
    expect(renderHtml(report)).toContain('docker-28.5.2-containerd-buildkit');
  });
});

describe('what a layer does', () => {
  const layers = (...paths: readonly (readonly string[])[]) => {
    const effects = createLayerEffects();
    return paths.map((layer) => effects(layer.map((path) => ({ path }) as TarEntry)));
  };

  it.each([
    ['a path that was not there', [['a'], ['b']], [['adds'], ['adds']]],
    ['a path that was there, however it is written', [['a/b'], ['./a/b']], [['adds'], ['replaces']]],
    ['a path twice in one layer', [['a', 'a']], [['adds', 'repeats']]],
    ['a whiteout, and the path again above it', [['a'], ['.wh.a'], ['a']], [['adds'], ['hides'], ['adds']]],
    ['a whiteout of a folder', [['d/', 'd/f'], ['.wh.d'], ['d/f']], [['adds', 'adds'], ['hides'], ['adds']]],
    ['an opaque folder', [['d/f'], ['d/.wh..wh..opq'], ['d/f']], [['adds'], ['hides'], ['adds']]],
    [
      'a whiteout beside the path in one layer',
      [['a'], ['a', '.wh.a'], ['a']],
      [['adds'], ['replaces', 'hides'], ['replaces']],
    ],
  ])('is told for %s', (_, paths, effects) => {
    expect(layers(...paths)).toEqual(effects);
  });
});

describe('an image as it is drawn', () => {
  it('is drawn once where both views tell the same', async () => {
    const { images } = archiveReport(await readArchive(RECORDED.containerd));
    expect(images.length).toBeGreaterThan(2);
    const [image, ...others] = drawnImages(images);
    expect(image?.views).toEqual(['manifest.json', 'index.json']);
    expect(others.map(({ kind }) => kind)).toEqual(['attestation']);
  });

  it('marks in the root what a layer adds, changes and removes', async () => {
    const bytes = buildMutant({
      form: 'hybrid',
      apply: (draft) =>
        addEntries(draft, { path: 'a/b/.wh.hello-link' }, { path: 'a/b/hello', content: 'x' }),
    });
    const [image] = archiveReport(await readArchiveBytes(bytes)).images;
    if (!image) throw new Error('no image');
    const text = toHtml(rootTree(image, image.layers.length - 1))
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/\+ final\.txt added/);
    expect(text).toMatch(/− old\.txt removed/);
    expect(toHtml(rootTree(image, 0))).not.toContain('final.txt');
  });

  it('shortens what a config or descriptor says in megabytes', async () => {
    const bytes = buildMutant({
      form: 'hybrid',
      apply: (draft) => {
        setAt(imageAt(draft).config, '/os', 'o'.repeat(1_000_000));
        draft.edit.manifest = (manifest) => setAt(manifest, '/layers/0/mediaType', 'm'.repeat(1_000_000));
      },
    });
    const { images } = archiveReport(await readArchiveBytes(bytes));
    expect(
      images.map(({ platform = '', layers }) => platform.length + (layers[0]?.mediaType ?? '').length),
    ).toEqual(images.map(() => expect.toSatisfy((length: number) => length < 1000)));
    expect(images[0]?.platform).toContain('(1000006 characters)');
  });

  it('shows no secret of its config or history', async () => {
    const bytes = buildMutant({
      form: 'hybrid',
      apply: (draft) => {
        setAt(imageAt(draft).config, '/config/Env', ['DB_PASSWORD=hunter2']);
        setAt(imageAt(draft).config, '/history/0/created_by', 'ENV API_TOKEN hunter2');
      },
    });
    expect(JSON.stringify(archiveReport(await readArchiveBytes(bytes)))).not.toContain('hunter2');
  });
});

describe('the roots of many images', () => {
  const layers = Array.from({ length: 8 }, (_, layer) =>
    member(
      `${layer}.tar`,
      tar(...Array.from({ length: 2500 }, (_each, position) => entry({ name: `${layer}/${position}` }))),
    ),
  );
  const names = layers.map((_, layer) => `${layer}.tar`);
  const reportOf = async (stacks: readonly (readonly string[])[]) =>
    archiveReport(
      await readArchiveBytes(
        tar(
          ...layers,
          json(
            'manifest.json',
            stacks.map((Layers) => ({ Config: 'c', Layers })),
          ),
        ),
      ),
    );
  const turned = (by: number) => [...names.slice(by % 8), ...names.slice(0, by % 8)];

  it('are flattened once for images of one stack', async () => {
    const { images } = await reportOf(Array.from({ length: 50 }, () => names));
    expect(images.map(({ rootfs }) => rootfs.length)).toEqual(images.map(() => 1000));
  });

  it('are left out where they would cost more than people can look at', async () => {
    const stacks = Array.from({ length: 30 }, (_, position) => [...turned(position), `${position % 8}.tar`]);
    const distinct = stacks.map((stack, position) => [...stack, ...turned(position >> 3)]);
    const { images } = await reportOf(distinct);
    expect(images[0]?.rootfs.length).toBe(1000);
    expect(images[0]?.layers[0]).toHaveProperty('wasted');
    expect(images.at(-1)?.rootfs).toEqual([]);
    expect(images.at(-1)?.layers[0]).not.toHaveProperty('wasted');
    expect(images.at(-1)?.layers.length).toBe(17);
  });
});

it('small texts are shown, without what looks like a secret; programs and large files are not', async () => {
  const read = (showsTexts: boolean) =>
    readArchive(RECORDED.containerd, { contents: { paths: [], maxFileBytes: 0, showsTexts } });
  const textsOf = async (showsTexts: boolean) =>
    archiveReport(await read(showsTexts)).images[0]?.layers.map(({ entries }) => entries[0]?.text);
  expect(await textsOf(true)).toEqual([undefined, expect.stringContaining('# hello\n'), 'a\n', 'b\n']);
  expect(await textsOf(false)).toEqual([undefined, undefined, undefined, undefined]);
  const archive = await read(true);
  const image = archive.ociImages[0] ?? expect.unreachable();
  const [reference] = image.layers.slice(-1);
  const layer = reference?.layer ?? expect.unreachable();
  const showing = (path: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    const [entry] = layer.entries;
    const entries = [{ ...(entry ?? expect.unreachable()), path }];
    const changed = { ...layer, entries, contents: new Map([[0, { digest: '', bytes }]]) };
    const images = [{ ...image, layers: [{ ...reference, layer: changed }] }];
    return archiveReport({ ...archive, dockerImages: [], ociImages: images } as never).images[0]?.layers[0]
      ?.entries[0]?.text;
  };
  expect(showing('etc/app.conf', 'user=me\npassword=hunter2\n')).toBe('user=me\npassword=<masked>\n');
  expect(showing('run/secrets/api_token', 'hunter2')).toBe('<masked>');
  expect(showing('a.bin', 'a\0b')).toBeUndefined();
  expect(showing('a.ansi', '\x1b[31mred')).toBeUndefined();
  expect(showing('long.txt', 'x'.repeat(5000))).toBeUndefined();
});
