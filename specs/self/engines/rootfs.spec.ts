import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import {
  findDebianSource,
  parseDeb822,
  parseOneLine,
} from '../../../helpers/engines/start/debian-sources.ts';
import { explainFailure } from '../../../helpers/engines/start/explain-failure.ts';
import { acquireLock } from '../../../helpers/engines/start/lock.ts';
import { aptProgress, cacheFolder, rootfsKey } from '../../../helpers/engines/start/rootfs.ts';
import { scratchFolder } from './scratch-folder.ts';

const DEB822 = `Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://other.example
Suites: bookworm
Components: main
Enabled: no
`;

test('The deb822 format is read, disabled entries are not', () => {
  expect(parseDeb822(DEB822)).toEqual([
    {
      uri: 'http://mirror.example/debian',
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main'],
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
    },
    { uri: 'http://mirror.example/debian-security', suites: ['bookworm-security'], components: ['main'] },
  ]);
});

test('The one-line format is read with and without options', () => {
  const text =
    '# deb http://no.example x main\ndeb [arch=amd64 signed-by=/k.gpg] http://a.example trixie main contrib # c\ndeb-src http://b.example trixie main\n';
  expect(parseOneLine(text)).toEqual([
    { uri: 'http://a.example', suites: ['trixie'], components: ['main', 'contrib'], signedBy: '/k.gpg' },
  ]);
});

test('Debian’s main archive is told from third parties and from the security archive', async () => {
  await using folder = await scratchFolder({
    'sources.list':
      'deb http://third.example nodistro main\ndeb http://security.example/debian-security trixie main\n',
    'sources.list.d/debian.sources': DEB822,
  });
  expect(await findDebianSource(folder.path)).toMatchObject({ uri: 'http://mirror.example/debian' });
});

test('A host without Debian’s archive has no source', async () => {
  await using folder = await scratchFolder({ 'sources.list': 'deb http://ubuntu.example noble main\n' });
  expect(await findDebianSource(folder.path)).toBeUndefined();
});

test('Other packages or another suite make another root file system', () => {
  const source = { type: 'rootfs', suites: ['trixie'], packages: ['a'] } as const;
  const keys = [source, { ...source, suites: ['testing'] }, { ...source, packages: ['a', 'b'] }].map(
    rootfsKey,
  );
  expect(new Set(keys).size).toBe(3);
  expect(rootfsKey({ ...source })).toBe(keys[0]);
});

test.for([
  [{ XDG_CACHE_HOME: '/cache', HOME: '/home/a' }, '/cache/scratch-conformance/rootfs'],
  [{ XDG_CACHE_HOME: '', HOME: '/home/a' }, '/home/a/.cache/scratch-conformance/rootfs'],
  [{ XDG_CACHE_HOME: 'cache', HOME: '/home/a' }, '/home/a/.cache/scratch-conformance/rootfs'],
  [{ HOME: '' }, `${userInfo().homedir}/.cache/scratch-conformance/rootfs`],
  [{}, `${userInfo().homedir}/.cache/scratch-conformance/rootfs`],
] as const)('The cache lies at an absolute path: %j', ([environment, folder]) => {
  expect(cacheFolder(environment)).toBe(folder);
});

test('The output of apt becomes a few lines of progress', () => {
  const said: string[] = [];
  const progress = aptProgress('trixie', (line) => said.push(line));
  progress('step update');
  progress('0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.');
  progress('Need to get 88.1 MB of archives.');
  progress('Get:1 http://mirror.example trixie/main amd64 a amd64 1 [49.4 kB]');
  progress('Get:2 http://mirror.example trixie/main amd64 b amd64 1 [10 kB]');
  progress('step unpack');
  expect(said).toEqual([
    'reading the package lists of Debian trixie',
    'downloading 2 packages, 88.1 MB',
    'downloading package 1 of 2',
    'downloading package 2 of 2',
    'unpacking 2 packages',
  ]);
});

test.for([
  ['unshare: unshare failed: Operation not permitted', 'CAP_SYS_ADMIN'],
  ['unshare: cannot change root filesystem propagation: Invalid argument', 'plain chroot'],
  ['unshare: cannot change root filesystem propagation: Permission denied', 'CAP_SYS_ADMIN'],
  ['enter.sh: 46: perl: not found', 'install perl-base'],
  ['provision.sh: 21: apt-get: not found', 'no apt-get'],
  [
    'W: GPG error: x InRelease: the following signatures NO_PUBKEY 0E98404D386FA1D9',
    'debian-archive-keyring',
  ],
  ['E: Failed to fetch x  Temporary failure resolving', 'SCRATCH_DEBIAN_MIRROR'],
  ['tar: usr/bin/dockerd: Wrote only 4096 of 10240 bytes: No space left on device', 'no space left'],
  ['E: Unable to locate package docker.io', 'Unable to locate package docker.io'],
  [
    'time="x" level=fatal msg="failed to start daemon: no \\"overlay\\""',
    'failed to start daemon: no \\"overlay\\"',
  ],
  ['', 'it ended without a word.'],
] as const)('A failure is one sentence: %s', ([line, sentence]) => {
  expect(explainFailure([line])).toContain(sentence);
});

test('Only one holder has a lock at a time', async () => {
  await using folder = await scratchFolder();
  const order: string[] = [];
  const file = `${folder.path}/lock`;
  const first = await acquireLock(file);
  const second = acquireLock(file, () => order.push('waits')).then((lock) => {
    order.push('second');
    return lock.release();
  });
  await expect.poll(() => order).toEqual(['waits']);
  order.push('first ends');
  await first.release();
  await second;
  expect(order).toEqual(['waits', 'first ends', 'second']);
});

test('A lock that cannot be made is refused', async () => {
  await expect(acquireLock('/nonexistent/lock')).rejects.toThrow('Cannot lock /nonexistent/lock');
});
