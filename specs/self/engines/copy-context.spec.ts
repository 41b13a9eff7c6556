import { execFileSync } from 'node:child_process';
import { chmod, link, lstat, mkdir, readFile, readlink, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyContext } from '../../../helpers/engines/copy-context.ts';
import { scratchFolder } from './scratch-folder.ts';

const LONG = 'long'.repeat(40);

async function sample() {
  const folder = await scratchFolder({
    ...{ Dockerfile: 'FROM scratch\nCOPY . /\n', '.dockerignore': '*.log\n!kept.log\nignored\n' },
    ...{ 'a.txt': 'a\n', 'debug.log': '1\n', 'kept.log': '2\n', 'ignored/b': 'b\n', '@at': '@\n' },
    ...{ [`${LONG}/é/x.txt`]: 'x\n' },
  });
  const at = (name: string) => join(folder.path, name);
  await chmod(at('a.txt'), 0o4755);
  await utimes(at('a.txt'), 1_700_000_000.75, 1_700_000_000.75);
  await symlink('a.txt', at('relative'));
  await symlink('/nowhere', at('absolute'));
  await link(at('a.txt'), at('hard'));
  await mkdir(at('empty'), { mode: 0o700 });
  return folder;
}

/** What tar lists of a packed context: mode, owner and path. */
async function list(packed: Buffer, folder: string): Promise<readonly string[]> {
  await writeFile(join(folder, 'packed.tar'), packed);
  const text = execFileSync('tar', ['--numeric-owner', '--quoting-style=literal', '-tvf', 'packed.tar'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return text
    .trim()
    .split('\n')
    .map((line) => line.replace(/^(\S+) +(\S+) +\d+ \S+ \S+ /, '$1 $2 '));
}

test('a copy keeps content, modes and links, and cuts times to whole seconds', async () => {
  await using from = await sample();
  await using to = await scratchFolder();
  const { folder } = await copyContext(from.path, join(to.path, 'copy'));
  const { mode, mtimeMs, ino } = await lstat(join(folder, 'a.txt'));
  expect([mode & 0o7777, mtimeMs]).toEqual([0o4755, 1_700_000_000_000]);
  expect((await lstat(join(folder, 'hard'))).ino).toBe(ino);
  expect(await readlink(join(folder, 'relative'))).toBe('a.txt');
  expect(await readlink(join(folder, 'absolute'))).toBe('/nowhere');
  expect((await lstat(join(folder, 'empty'))).mode & 0o7777).toBe(0o700);
  expect(await readFile(join(folder, LONG, 'é/x.txt'), 'utf8')).toBe('x\n');
  expect(await readFile(join(folder, 'ignored/b'), 'utf8')).toBe('b\n');
});

test('what is sent to the API is what .dockerignore leaves, as root or as somebody else', async () => {
  await using from = await sample();
  await using to = await scratchFolder();
  const { pack } = await copyContext(from.path, join(to.path, 'copy'));
  const lines = await list(await pack(), to.path);
  expect(lines.map((line) => line.split(' ').slice(2).join(' ')).toSorted()).toEqual(
    [
      ...['./.dockerignore', './@at', './Dockerfile', './a.txt', './absolute -> /nowhere', './empty/'],
      ...['./hard link to a.txt', './kept.log', './relative -> a.txt'],
      ...[`./${LONG}/`, `./${LONG}/é/`, `./${LONG}/é/x.txt`],
    ].toSorted(),
  );
  expect(lines.find((line) => line.endsWith(' ./a.txt'))).toMatch(/^-rws\S+ 0\/0 /);
  const other = await list(await pack({ uid: 7, gid: 8 }), to.path);
  expect(new Set(other.map((line) => line.split(' ')[1]))).toEqual(new Set(['7/8']));
});

test('a pipe in the context is refused by its name, and not waited for', async () => {
  await using from = await scratchFolder({ Dockerfile: 'FROM scratch\n' });
  await using to = await scratchFolder();
  execFileSync('mkfifo', [join(from.path, 'pipe')]);
  await expect(copyContext(from.path, join(to.path, 'copy'))).rejects.toThrow(
    /^build: the build context holds \S*pipe\S*, a device or pipe; /,
  );
});
