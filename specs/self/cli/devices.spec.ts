import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { cli, recordedArchive, startCli } from './cli.ts';

beforeAll(startCli, 60_000);

const ARCHIVE = recordedArchive('docker-28.5.2-containerd-buildkit/hello.tar');

/** Files that a person names beside the archive: a pipe that nobody writes, and a device that never ends. */
const COMMANDS = [
  ['report', (file: string) => ['report', file]],
  ['gate --baseline', (file: string) => ['gate', '--baseline', file, '--candidate', file]],
  [
    'gate --allow-file',
    (file: string) => ['gate', '--baseline', 'docker-20', '--candidate', 'docker-26', '--allow-file', file],
  ],
  ['check --baseline', (file: string) => ['check', ARCHIVE, '--baseline', file]],
  ['check --config', (file: string) => ['check', ARCHIVE, '--config', file]],
  ['check --expect', (file: string) => ['check', ARCHIVE, '--expect', file]],
] as const;

test.for(COMMANDS)('%s takes no pipe and no device, and says so at once', async ([, args]) => {
  await using folder = await scratchFolder();
  const pipe = join(folder.path, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const file of [pipe, '/dev/zero']) {
    const { code, stderr } = await cli(args(file));
    expect(stderr).toMatch(/it is no regular file; write the pipe or device to a file first/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  }
});
