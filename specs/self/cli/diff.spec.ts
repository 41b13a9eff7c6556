import { beforeAll, describe, expect, test } from 'vitest';
import { cli, recordedArchive, startCli } from './cli.ts';

const OLD = recordedArchive('docker-26.1.5-overlay2-buildkit/hello.tar');
const NEW = recordedArchive('docker-28.5.2-containerd-buildkit/hello.tar');

beforeAll(startCli);

describe('diff', () => {
  test('exits with 1 and says what differs', async () => {
    const { code, stdout } = await cli(['diff', OLD, NEW]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/≠ different bytes of the file/);
    expect(stdout).toMatch(/✓ same +root file system/);
    expect(stdout).toMatch(/compression: layers\[0\] compression\n {4}- none\n {4}\+ gzip/);
  });

  test('exits with 0 where what differs may differ', async () => {
    const ignore = ['--ignore', 'times,compression', '--ignore', 'names,annotations,attestations'];
    const { code, stdout } = await cli(['diff', OLD, NEW, ...ignore, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, before: OLD, differences: [] });
    expect(code).toBe(0);
  });

  test.each<[string, string[], RegExp]>([
    ['one archive', [OLD], /^Two archives are compared; 1 given\./],
    ['an unknown part', [OLD, NEW, '--ignore', 'time'], /^No part is called "time"; .*Did you mean "?times/],
    ['an unknown format', [OLD, NEW, '--format', 'xml'], /^No format is called "xml"/],
    ['a file that is not there', [OLD, 'none.tar'], /none\.tar/],
    [
      'a platform that no image has',
      [OLD, NEW, '--platform', 'linux/s390x'],
      /holds no image for linux\/s390x/,
    ],
  ])('refuses %s with exit code 2 and one sentence', async (_, args, sentence) => {
    const { code, stderr } = await cli(['diff', ...args]);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('Suite bug');
    expect(code).toBe(2);
  });
});
