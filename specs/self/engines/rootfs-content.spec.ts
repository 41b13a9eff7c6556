import { createHash } from 'node:crypto';
import { chmod, readFile, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { damageOf } from '../../../helpers/engines/start/rootfs-content.ts';
import { scratchFolder } from './scratch-folder.ts';

/** A cached root file system is used only when every file in it holds what it held when it was made. */

const FILES = { 'usr/bin/a': '1234', 'usr/bin/b\nc \\x2d': 'odd name', 'etc/passwd': 'root:x:0:0' };

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** As provision.sh leaves it. */
async function cachedRoot() {
  const folder = await scratchFolder(
    Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`root/${path}`, text])),
  );
  const root = join(folder.path, 'root');
  await symlink('a', join(root, 'usr/bin/link'));
  const lines = Object.entries(FILES).map(([path, text]) => `${sha256(text)}  ./${path}\0`);
  const list = `${lines.join('')}link ./usr/bin/link\0a\0`;
  await writeFile(join(root, 'content'), `${list}end ${sha256(list)}\0`);
  return { root, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** Longer ago than what may still have the same time. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 2100));

test('what was made is whole, whatever its names are', async () => {
  await using cached = await cachedRoot();
  expect(await damageOf(cached.root)).toBeUndefined();
  expect(await damageOf(cached.root)).toBeUndefined();
});

type Change = (root: string) => Promise<unknown>;
const edit =
  (path: string, text: string): Change =>
  async (root) => {
    const file = join(root, path);
    const { atime, mtime } = await stat(file);
    await writeFile(file, text);
    await utimes(file, atime, mtime);
  };

const CHANGES: readonly (readonly [string, Change, string])[] = [
  ['of equal size and with the old time', edit('usr/bin/a', '1235'), 'usr/bin/a has other content'],
  ['of another size', edit('etc/passwd', ''), 'etc/passwd has other content'],
  ['that takes a file away', (root) => unlink(join(root, 'usr/bin/a')), 'usr/bin/a is missing'],
  ['that adds a file', (root) => writeFile(join(root, 'usr/bin/d'), ''), 'usr/bin/d does not belong to it'],
  [
    'of the target of a link',
    async (root) => {
      await unlink(join(root, 'usr/bin/link'));
      await symlink('b', join(root, 'usr/bin/link'));
    },
    'usr/bin/link has other content',
  ],
  [
    'that puts a link in the place of a file',
    async (root) => {
      await unlink(join(root, 'usr/bin/a'));
      await symlink('/usr/bin/true', join(root, 'usr/bin/a'));
    },
    'usr/bin/a has other content',
  ],
  [
    'of the list',
    async (root) => {
      const file = join(root, 'content');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(sha256('1234'), sha256('1235')));
    },
    'its list of files was changed',
  ],
  ['that cuts the list', edit('content', ''), 'its list of files was changed'],
  ['that takes the list away', (root) => rm(join(root, 'content')), 'incomplete'],
];

test.concurrent.for(CHANGES)('a change %s is noticed', async ([, change, damage]) => {
  await using cached = await cachedRoot();
  await settle();
  expect(await damageOf(cached.root)).toBeUndefined();
  await change(cached.root);
  expect(await damageOf(cached.root)).toBe(damage);
  expect(await damageOf(cached.root)).toBe(damage);
});

test('a change just after a file was read is noticed', async () => {
  await using cached = await cachedRoot();
  expect(await damageOf(cached.root)).toBeUndefined();
  await edit('usr/bin/a', '1235')(cached.root);
  expect(await damageOf(cached.root)).toBe('usr/bin/a has other content');
});

test.concurrent('a file that was read and did not change is not read again', async () => {
  await using cached = await cachedRoot();
  await settle();
  expect(await damageOf(cached.root)).toBeUndefined();
  const stamps = `${cached.root}.stamps`;
  const before = await readFile(stamps, 'utf8');
  expect(before.split('\0')).toHaveLength(1 + Object.keys(FILES).length + 1);
  // Stamps that say so are believed: this is what a second run does not read.
  await edit('usr/bin/a', '1235')(cached.root);
  const { ino, ctimeNs, size, mode } = await stat(join(cached.root, 'usr/bin/a'), { bigint: true });
  const claimed = before.replace(/[^\0]* usr\/bin\/a(?=\0|$)/, `${ino} ${ctimeNs} ${size} ${mode} usr/bin/a`);
  await writeFile(stamps, claimed);
  expect(await damageOf(cached.root)).toBeUndefined();
  // They hold for the list that they were made with.
  await writeFile(
    stamps,
    claimed.replace(/^./, (first) => (first === '0' ? '1' : '0')),
  );
  expect(await damageOf(cached.root)).toBe('usr/bin/a has other content');
});

test.concurrent('another mode of a file makes it be read again', async () => {
  await using cached = await cachedRoot();
  await settle();
  expect(await damageOf(cached.root)).toBeUndefined();
  await chmod(join(cached.root, 'usr/bin/a'), 0o755);
  expect(await damageOf(cached.root)).toBeUndefined();
});
