import { beforeAll, describe, expect, test } from 'vitest';
import { cli, recordedArchive, startCli } from './cli.ts';

beforeAll(startCli);

const CASE = 'fixtures/cases/program-not-in-image';
const NO_COMMAND = recordedArchive('docker-28.5.2-containerd-buildkit/tree.tar');

describe.concurrent('check --ready', () => {
  test('makes a failure of a warning about the start', async () => {
    const { code, stdout } = await cli(['check', `${CASE}/archive.tar`, '--ready']);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ fail start.program');
    expect(await cli(['check', `${CASE}/archive.tar`])).toMatchObject({ code: 0 });
  });

  test.each([
    ['--level', 'must'],
    ['--only', 'config.diff-id'],
  ])('judges the start whatever is chosen with %s %s', async (...choice) => {
    const { code, stdout } = await cli(['check', `${CASE}/archive.tar`, '--ready', ...choice]);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ fail start.program');
  });

  test('passes what can start, with other warnings as they were', async () => {
    expect(await cli(['check', `${CASE}/control.tar`, '--ready'])).toMatchObject({ code: 0, stderr: '' });
    const warned = await cli(['check', 'fixtures/cases/uid-beyond-65535/archive.tar', '--ready']);
    expect(warned.code).toBe(0);
    expect(warned.stdout).toContain('▲ warning layer.portable-owners');
  });

  test('cannot judge an image without a command', async () => {
    const { code, stderr } = await cli(['check', NO_COMMAND, '--ready']);
    expect(code).toBe(2);
    expect(stderr).toContain('--ready cannot tell whether it starts: no image of Linux has all its layers');
    expect(await cli(['check', NO_COMMAND])).toMatchObject({ code: 0 });
  });
});
