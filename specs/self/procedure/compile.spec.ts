import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compile, compileCommand } from '../../../helpers/procedure/compile.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scratch-compile-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A compiler that says something and fails. */
async function fakeCompiler(message: string, exitCode: number): Promise<readonly string[]> {
  const file = join(folder, 'fake-cc');
  await writeFile(file, `#!/bin/sh\necho "${message}" >&2\nexit ${exitCode}\n`);
  await chmod(file, 0o755);
  return compileCommand(file);
}

describe('the compiler', () => {
  test('is gcc, unless CC says otherwise, with arguments or without', () => {
    expect(compileCommand('gcc')).toEqual(['gcc', '-o', 'hello', '-static', 'main.c']);
    expect(compileCommand('zig cc -target x')).toEqual([
      'zig',
      'cc',
      '-target',
      'x',
      '-o',
      'hello',
      '-static',
      'main.c',
    ]);
  });

  test.for([
    [
      '/usr/bin/ld: cannot find -lc',
      1,
      /^compile: .*fake-cc finds no static C library; install libc6-dev .*$/,
    ],
    [
      'main.c:1:10: fatal error: stdio.h: No such file',
      1,
      /^compile: .*failed with exit code 1: main\.c:1:10: fatal error: stdio\.h/,
    ],
    [
      '/usr/bin/ld: final link failed: No space left on device',
      1,
      /^compile: .*cannot write the program: the disk is full\.$/,
    ],
  ] as const)('that says "%s" is explained in one sentence', async ([message, exitCode, sentence]) => {
    await expect(compile(join(folder, 'c'), await fakeCompiler(message, exitCode))).rejects.toThrow(sentence);
  });

  test('that is not there is named, with what to do', async () => {
    await expect(compile(join(folder, 'c'), compileCommand('no-such-cc'))).rejects.toThrow(
      'compile: there is no C compiler called no-such-cc; install gcc and libc6-dev, or set CC.',
    );
  });
});
