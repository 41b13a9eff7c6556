import { spawnSync } from 'node:child_process';

/** What another reader, GNU tar, sees in an archive. */
export function scanTar(bytes: Uint8Array) {
  const { stdout, status, stderr } = spawnSync(
    'tar',
    ['-tvf', '-', '--numeric-owner', '--full-time', '--utc'],
    {
      input: bytes,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [permissions = '', owner = '', size = '', day = '', time = '', name = ''] = line.split(/\s+/);
      const bits = [...permissions.slice(1)].map((letter) => (letter === '-' ? '0' : '1')).join('');
      return {
        name,
        mode: Number.parseInt(bits, 2),
        owner: owner.replace('/', ':'),
        mtime: Date.parse(`${day}T${time}Z`) / 1000,
        size: Number(size),
      };
    });
}
