import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../../helpers/requirements/check.ts';
import { dockerArchive, LAYER } from './build.ts';
import { entry, tar } from './tar/build.ts';

/** Ids of what is broken, and what was found in its place. */
async function findings(bytes: Uint8Array) {
  const outcomes = checkArchive(await readArchiveBytes(bytes), ARCHIVE_REQUIREMENTS);
  return outcomes.flatMap(({ id, findings }) =>
    findings.map(({ actual }) => [id, JSON.stringify(actual)] as const),
  );
}
const only = async (bytes: Uint8Array) => {
  const [first, ...more] = await findings(bytes);
  expect(more).toEqual([]);
  return first ?? ['nothing', ''];
};
const folders = (...names: readonly string[]) =>
  tar(...names.map((name) => entry({ name: `${name}/`, typeflag: '5' })));
const below = (...names: readonly string[]) =>
  tar(...names.map((name) => entry({ name, content: '{"imageLayoutVersion":"1.0.0"}' })));

describe('what is no tar is named, with the way out', () => {
  const utf16 = Buffer.concat([
    Buffer.of(0xff, 0xfe),
    Buffer.from(Buffer.from(dockerArchive([LAYER])).toString('latin1'), 'utf16le'),
  ]);
  test.each<[string, Uint8Array, string]>([
    ['a redirection of Windows PowerShell', utf16, 'docker save --output'],
    ['an HTML page', Buffer.from('\n<!DOCTYPE html>\n<html><body>404</body></html>'), 'HTML'],
    ['an HTML page, compressed', gzipSync('<html><body>404</body></html>'), 'HTML'],
    [
      'a Git LFS pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
      'git lfs pull',
    ],
    ['an error message', Buffer.from('hello\n'.repeat(200)), 'text that starts with \\"hello'],
    ['a zip file', Buffer.from('PK\u0003\u0004x'), 'a zip file'],
    ['anything else', Buffer.of(1, 2, 3, 255), 'other bytes'],
  ])('%s', async (_, bytes, says) => {
    const [id, actual] = await only(bytes);
    expect(id).toBe('archive.is-tar');
    expect(actual).toContain(says);
  });
});

describe('a tar without an image is named, with the way out', () => {
  test.each<[string, Uint8Array, string]>([
    ['a root file system', folders('bin', 'etc', 'usr'), 'docker import'],
    ['a layout below a folder', below('all_images/oci-layout', 'all_images/index.json'), 'all_images'],
    ['a layout far below', below('a/b/c/oci-layout', 'a/b/c/index.json'), 'below the folder a/b/c'],
    ['an archive in an archive', below('out/image.tar'), 'out/image.tar: unpack it'],
    ['a root file system with an archive', below('bin/a', 'etc/b', 'usr/image.tar'), 'docker import'],
    ['layouts below two folders', below('a/oci-layout', 'b/oci-layout'), 'none'],
    ['some folders', folders('bin', 'etc'), 'none'],
  ])('%s', async (_, bytes, says) => {
    const found = await findings(bytes);
    const actual = found.find(([id]) => id === 'archive.has-image')?.[1];
    expect(actual).toContain(says);
    if (says === 'none') expect(actual).not.toContain('none;');
  });
});
