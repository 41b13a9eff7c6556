import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from '../../../helpers/archive/model.ts';
import { readArchive, readArchiveBytes, UnreadableError } from '../../../helpers/archive/read-archive.ts';
import { dockerArchive, json, LAYER, member, ociMembers, sha256 } from './build.ts';
import { entry, tar } from './tar/build.ts';

const DIFF_ID = `sha256:${sha256(LAYER)}`;
const OCI_GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
const SKIPPABLE_FRAME = Buffer.from('502a4d1803000000616263', 'hex');
const kinds = ({ problems }: Archive) => problems.map(({ kind }) => kind);
const firstLayer = ({ layers }: Archive) => [...layers.values()][0];

/** One zstd frame with a raw block, as RFC 8878 lays it out; small enough to write by hand. */
function zstdFrame(content: Uint8Array): Uint8Array {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0]);
  header.writeUInt32LE(content.length, 5);
  const block = Buffer.alloc(3);
  block.writeUIntLE((content.length << 3) | 1, 0, 3);
  return Buffer.concat([header, block, content]);
}

describe('layers', () => {
  test.each<[string, Uint8Array, string, string[]?]>([
    ['plain', LAYER, 'none'],
    ['gzip', gzipSync(LAYER), 'gzip'],
    [
      'gzip of several members, as estargz',
      Buffer.concat([gzipSync(LAYER.subarray(0, 700)), gzipSync(LAYER.subarray(700)), gzipSync('')]),
      'gzip',
    ],
    ['zstd', zstdFrame(LAYER), 'zstd'],
    [
      'zstd of several frames',
      Buffer.concat([zstdFrame(LAYER.subarray(0, 700)), zstdFrame(LAYER.subarray(700))]),
      'zstd',
    ],
    [
      'zstd with a skippable frame behind it, as zstd:chunked',
      Buffer.concat([zstdFrame(LAYER), SKIPPABLE_FRAME]),
      'zstd',
    ],
    [
      'zstd with a skippable frame before it',
      Buffer.concat([SKIPPABLE_FRAME, zstdFrame(LAYER)]),
      'zstd',
      ['compression-lead-in'],
    ],
  ])('a %s layer has its diffID, entries and trailer', async (_name, stored, compression, problems = []) => {
    const archive = await readArchiveBytes(dockerArchive([stored], [DIFF_ID]));
    expect(kinds(archive)).toEqual(problems);
    const layer = firstLayer(archive);
    expect(layer).toMatchObject({
      compression,
      size: stored.length,
      digest: `sha256:${sha256(stored)}`,
      diffId: DIFF_ID,
      uncompressedSize: LAYER.length,
      trailer: { zeroBlocks: 2, trailingBytes: 0 },
    });
    expect([...(layer?.entries ?? [])].map(({ path }) => path)).toEqual(['hello.txt']);
  });

  test.each([
    ['the start of a gzip header', gzipSync(LAYER).subarray(0, 4), ['compression-damaged']],
    ['cut gzip', gzipSync(LAYER).subarray(0, 60), ['compression-damaged']],
    ['gzip with a wrong checksum', damaged(gzipSync(LAYER), -6), ['compression-damaged']],
    [
      'gzip with text behind it',
      Buffer.concat([gzipSync(LAYER), Buffer.from('text')]),
      ['compression-trailing-data'],
    ],
    [
      'gzip with one byte behind it',
      Buffer.concat([gzipSync(LAYER), Buffer.from('x')]),
      ['compression-trailing-data'],
    ],
    [
      'a cut second member',
      Buffer.concat([gzipSync(LAYER), gzipSync(LAYER).subarray(0, 60)]),
      ['compression-damaged'],
    ],
    [
      'gzip with zeros behind it',
      Buffer.concat([gzipSync(LAYER), Buffer.alloc(9)]),
      ['compression-trailing-data'],
    ],
    ['cut zstd', zstdFrame(LAYER).subarray(0, 900), ['compression-damaged']],
    [
      'zstd with text behind it',
      Buffer.concat([zstdFrame(LAYER), Buffer.from('text')]),
      ['compression-trailing-data'],
    ],
    ['zstd with a window of gigabytes', Buffer.from('28b52ffd00ff010000', 'hex'), ['limit-expansion']],
    ['xz', Buffer.from('fd377a585a000000', 'hex'), ['compression-unsupported']],
    ['an empty file', new Uint8Array(0), ['tar-trailer']],
    ['text', Buffer.from('not a tar'.repeat(100)), ['tar-checksum']],
  ])('%s is one problem', async (_name, stored, expected) => {
    expect(kinds(await readArchiveBytes(dockerArchive([stored], [DIFF_ID])))).toEqual(expected);
  });

  test('contents are kept as asked for', async () => {
    const layer = gzipSync(
      tar(
        entry({ name: './a', content: 'first' }),
        entry({ name: 'b', content: 'second' }),
        entry({ name: 'c', content: 'x'.repeat(5000) }),
      ),
    );
    const archive = await readArchiveBytes(dockerArchive([layer]), {
      contents: { paths: ['a', 'c'], maxFileBytes: 100 },
    });
    const contents = [...(firstLayer(archive)?.contents ?? [])];
    expect(
      contents.map(([position, { digest, bytes }]) => [
        position,
        digest,
        bytes && Buffer.from(bytes).toString(),
      ]),
    ).toEqual([
      [0, `sha256:${sha256('first')}`, 'first'],
      [2, `sha256:${sha256('x'.repeat(5000))}`, undefined],
    ]);
  });

  test('a bomb is refused within the budget, and nothing else is claimed of the archive', async () => {
    const layer = gzipSync(Buffer.alloc(32 * 1024 * 1024));
    const archive = await readArchiveBytes(dockerArchive([layer, LAYER]), {
      limits: { expandedBytes: 1024 * 1024 },
    });
    expect(kinds(archive)).toEqual(['limit-expansion']);
    expect(archive.layers.size).toBe(0);
    expect(archive.incomplete).toContain('limit.expansion');
  });

  test('entries are bounded over all layers', async () => {
    const layer = (name: string) =>
      tar(...Array.from({ length: 8 }, (_, position) => entry({ name: `${name}${position}` })));
    const limits = { entries: 10 };
    expect(kinds(await readArchiveBytes(dockerArchive([layer('a')]), { limits }))).toEqual([]);
    const archive = await readArchiveBytes(dockerArchive([layer('a'), layer('b')]), { limits });
    expect(kinds(archive)).toEqual(['limit-entries']);
    expect(archive.layers.size).toBe(0);
  });
});

function damaged(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.at(at) ?? 0) ^ 1, copy.length + at);
  return copy;
}

describe('forms', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'archive-spec-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['gzip', gzipSync(dockerArchive([LAYER]))],
    ['zstd', zstdFrame(dockerArchive([LAYER]))],
  ])('an archive wholly compressed with %s is read through', async (compression, bytes) => {
    const archive = await readArchiveBytes(bytes);
    expect(archive).toMatchObject({ compression, size: bytes.length, problems: [] });
    expect(firstLayer(archive)?.diffId).toBe(DIFF_ID);
  });

  test('sha512 is measured, for blobs and for diffIDs', async () => {
    const archive = await readArchiveBytes(tar(...ociMembers(gzipSync(LAYER), OCI_GZIP, 'sha512')));
    expect(archive.problems).toEqual([]);
    expect(
      archive.blobs.map(({ algorithm, encoded, measured }) => measured === `${algorithm}:${encoded}`),
    ).toEqual([true, true, true]);
    expect(firstLayer(archive)?.diffId).toBe(`sha512:${createHash('sha512').update(LAYER).digest('hex')}`);
  });

  test('a layout directory gives the same image as its tar', async () => {
    const members = ociMembers(gzipSync(LAYER), OCI_GZIP);
    const packed = await readArchiveBytes(tar(...members));
    const root = join(folder, 'layout');
    for (const { path, dataOffset, size } of packed.members) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), tar(...members).subarray(dataOffset, dataOffset + size));
    }
    symlinkSync('/etc/passwd', join(root, 'blobs/sha256/link'));
    const archive = await readArchive(root);
    expect(archive).toMatchObject({ form: 'directory', problems: [] });
    expect(archive.ociImages[0]?.diffIds).toEqual([DIFF_ID]);
    expect(archive.ociImages[0]?.layers[0]?.layer?.diffId).toBe(DIFF_ID);
    const link = archive.members.find(({ type }) => type === 'symlink');
    expect([link?.path, link?.linkname, link?.resolved]).toEqual([
      'blobs/sha256/link',
      '/etc/passwd',
      undefined,
    ]);
    expect(archive.blobs.map(({ member }) => member)).not.toContain('blobs/sha256/link');
  });

  test('a docker-dir is read as the image that its manifest is', async () => {
    const root = join(folder, 'docker-dir');
    const stored = gzipSync(LAYER);
    const config = JSON.stringify({ rootfs: { diff_ids: [DIFF_ID] } });
    const describeBytes = (bytes: Uint8Array | string) => ({
      digest: `sha256:${sha256(bytes)}`,
      size: bytes.length,
    });
    const manifest = { schemaVersion: 2, config: describeBytes(config), layers: [describeBytes(stored)] };
    mkdirSync(root);
    writeFileSync(join(root, 'version'), 'Directory Transport Version: 1.1\n');
    writeFileSync(join(root, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(root, sha256(config)), config);
    writeFileSync(join(root, sha256(stored)), stored);
    const archive = await readArchive(root);
    expect(archive.problems).toEqual([]);
    expect(archive.fingerprint.profile).toBe('docker-dir');
    expect(archive.dockerImages[0]?.layers[0]?.layer?.diffId).toBe(DIFF_ID);
    expect(archive.blobs).toHaveLength(2);
    expect(archive.descriptors.every(({ blob }) => blob !== undefined)).toBe(true);
  });

  test('a directory that holds no image is not walked', async () => {
    mkdirSync(join(folder, 'home', 'deep'), { recursive: true });
    const archive = await readArchive(join(folder, 'home'));
    expect(kinds(archive)).toEqual(['not-an-archive']);
    expect(archive.members).toEqual([]);
  });

  test('standard input is read like a file, and leaves nothing behind', async () => {
    const spool = join(folder, 'spool');
    mkdirSync(spool);
    const module = join(dirname(fileURLToPath(import.meta.url)), '../../../helpers/archive/read-archive.ts');
    const script = `import(${JSON.stringify(module)}).then(async ({ readArchive }) => {
      const { size, problems, layers } = await readArchive('-');
      console.log(JSON.stringify([size, problems.length, [...layers.values()][0].diffId]));
    })`;
    const layer = tar(entry({ content: Buffer.alloc(20 * 1024 * 1024, 'data') }));
    const bytes = dockerArchive([layer]);
    const child = spawn(process.execPath, ['--import', 'tsx', '--eval', script], {
      env: { ...process.env, TMPDIR: spool },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stdin.end(bytes);
    await new Promise((resolve) => child.on('close', resolve));
    expect(JSON.parse(output)).toEqual([bytes.length, 0, `sha256:${sha256(layer)}`]);
    expect(readdirSync(spool).filter((name) => name.startsWith('scratch-conformance'))).toEqual([]);
  }, 60_000);

  test.each(['/no/such/file', '/dev/null', join(tmpdir(), 'x'.repeat(300))])(
    '%s cannot be read',
    async (path) => {
      await expect(readArchive(path)).rejects.toThrow(UnreadableError);
    },
  );
});

describe('documents', () => {
  const problemOf = async (...parts: readonly Uint8Array[]) =>
    (await readArchiveBytes(tar(...parts))).problems;

  test.each([
    ['a byte order mark', '\ufeff[]', 'json-encoding', { offset: 0 }],
    ['bytes that are no UTF-8', Buffer.from('["ab\xff"]', 'latin1'), 'json-encoding', { offset: 4 }],
    [
      'a duplicate key',
      '[{"Config":"a","é":{"b/c":1,"b/c":2}}]',
      'json-duplicate-key',
      { pointer: '/0/é/b~1c', offset: 29 },
    ],
    ['deep nesting', '['.repeat(100_000), 'limit-json-depth', { offset: 64 }],
    ['half a document', '[{"Config":', 'json-syntax', {}],
    ['an empty document', '', 'json-syntax', {}],
  ])('%s is one problem with its place', async (_name, content, kind, where) => {
    const [problem, ...others] = await problemOf(member('manifest.json', content));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ kind, where: { member: 'manifest.json', ...where } });
  });

  test('an equal key in another object is no duplicate', async () => {
    expect(await problemOf(json('manifest.json', [{ a: { b: 1 }, c: { b: 1 } }, { a: '"a":' }]))).toEqual([]);
  });

  test('a number with a fraction or an exponent is told as it is written, and a whole one is not', async () => {
    const text = '[{"a":1,"b/c":[2.0,{"d":-3E+2}]},"4.0","\\"5.0",0,6e0]';
    const { documents } = await readArchiveBytes(tar(member('manifest.json', text)));
    expect(documents['manifest.json']?.fractions).toEqual([
      { pointer: '/0/b~1c/0', text: '2.0' },
      { pointer: '/0/b~1c/1/d', text: '-3E+2' },
      { pointer: '/4', text: '6e0' },
    ]);
  });

  test('size is bounded', async () => {
    const archive = await readArchiveBytes(tar(member('manifest.json', `[${' '.repeat(2000)}]`)), {
      limits: { jsonBytes: 1000 },
    });
    expect(kinds(archive)).toEqual(['limit-json-size']);
    expect(archive.documents['manifest.json']?.value).toBeUndefined();
  });
});

describe('views', () => {
  test('legacy links are followed, and circles and escapes are not', async () => {
    const link = (name: string, linkname: string) =>
      entry({ name, typeflag: '2', fields: { 157: linkname } });
    const archive = await readArchiveBytes(
      tar(
        member('a/layer.tar', LAYER),
        link('b/layer.tar', '../a/layer.tar'),
        link('c', 'd'),
        link('d', 'c'),
        link('e', '../../etc/passwd'),
        link('f', '/a/layer.tar'),
        json('manifest.json', [{ Layers: ['b/layer.tar', 'c', 'e', 'f'] }]),
      ),
    );
    expect(archive.members.slice(1, 6).map(({ resolved }) => resolved)).toEqual([
      'a/layer.tar',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(kinds(archive)).toEqual(['limit-links', 'limit-links']);
    expect(archive.dockerImages[0]?.layers.map(({ layer }) => layer?.diffId)).toEqual([
      DIFF_ID,
      undefined,
      undefined,
      undefined,
    ]);
    expect([...archive.layers.keys()]).toEqual(['a/layer.tar']);
  });

  test('an index that reaches itself is a loop', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const index = {
      schemaVersion: 2,
      manifests: [{ mediaType: 'application/vnd.oci.image.index.v1+json', digest, size: 1 }],
    };
    const archive = await readArchiveBytes(
      tar(json('index.json', index), json(`blobs/sha256/${'a'.repeat(64)}`, index)),
    );
    expect(kinds(archive)).toEqual(['index-loop']);
  });

  test('many paths to the same indexes end in bounded time', async () => {
    const name = (level: number) => String(level).repeat(64);
    const indexTo = (level: number) => ({
      manifests: Array.from({ length: 50 }, () => ({ digest: `sha256:${name(level)}`, size: 1 })),
    });
    const levels = [2, 3, 4, 5, 6, 7].map((level) => json(`blobs/sha256/${name(level - 1)}`, indexTo(level)));
    const archive = await readArchiveBytes(tar(json('index.json', indexTo(1)), ...levels));
    expect(kinds(archive)).toEqual(['limit-entries']);
  });

  test('one manifest with two tags is one image with two names', async () => {
    const members = ociMembers(LAYER, 'application/vnd.oci.image.layer.v1.tar');
    const plain = await readArchiveBytes(tar(...members));
    const value = plain.documents['index.json']?.value as {
      manifests: readonly { readonly [key: string]: string }[];
    };
    const named = (annotations: Readonly<Record<string, string>>) => ({ ...value.manifests[0], annotations });
    const index = json('index.json', {
      schemaVersion: 2,
      manifests: [
        named({
          'io.containerd.image.name': 'docker.io/library/a:1',
          'org.opencontainers.image.ref.name': '1',
        }),
        named({ 'org.opencontainers.image.ref.name': 'b' }),
      ],
    });
    const archive = await readArchiveBytes(tar(...members.slice(0, 3), index));
    expect(archive.ociImages.map(({ names, layers }) => [names, layers[0]?.layer?.diffId])).toEqual([
      [['docker.io/library/a:1', 'b'], DIFF_ID],
    ]);
    expect(archive.descriptors.filter(({ role }) => role === 'manifest')).toHaveLength(2);
  });
});

describe('the whole file', () => {
  test('nothing at all is an empty archive', async () => {
    expect(kinds(await readArchiveBytes(new Uint8Array(0)))).toEqual(['empty-archive']);
  });

  test('text is no archive', async () => {
    expect(kinds(await readArchiveBytes(Buffer.from('hello world\n'.repeat(100))))).toEqual([
      'not-an-archive',
    ]);
  });

  test('a short file is no archive', async () => {
    expect(kinds(await readArchiveBytes(Buffer.from('hello\n')))).toEqual(['not-an-archive']);
  });

  test('a tar without members is empty', async () => {
    expect(kinds(await readArchiveBytes(tar()))).toEqual(['empty-archive']);
  });

  test('problems of one kind are bounded', async () => {
    const bytes = tar(...Array.from({ length: 300 }, () => entry({ checksum: 1 })));
    expect((await readArchiveBytes(bytes)).problems).toHaveLength(100);
  });
});
