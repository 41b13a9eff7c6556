import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';

/** The command as people meet it when it cannot run: one sentence, exit code 2, never a pass. */

async function outcomeOf(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { text, exitCode } = commandLine(['conformance', ...args], { environment });
  const code = await exitCode;
  return { code, text: text().trim() };
}

test('an engine that was asked for and does not answer', async () => {
  const { code, text } = await outcomeOf([], { DOCKER_HOST: 'unix:///nonexistent.sock', SCRATCH_ENGINE: '' });
  expect(text).toMatch(
    /^Could not run: DOCKER_HOST names unix:\/\/\/nonexistent\.sock, and that engine cannot be used: .+$/,
  );
  expect(code).toBe(2);
});

test('a builder that nobody knows', async () => {
  const { code, text } = await outcomeOf(['--builder', 'kaniko']);
  expect(text).toMatch(/^No builder is called "kaniko"; there are classic-api, .+\.$/);
  expect(code).toBe(2);
});

test('a compiler that is not there', async () => {
  const { code, text } = await outcomeOf(['--quiet', '--builder', 'docker-build'], {
    CC: 'no-such-cc',
    SCRATCH_ENGINE: 'docker-26',
  });
  expect(text).toMatch(
    /^\? not judged: \d+ requirements on docker-26\/compile, .*\n {4}compile: there is no C compiler called no-such-cc; install gcc and libc6-dev, or set CC\.$/m,
  );
  expect(text).toMatch(/^Could not judge: /m);
  expect(code).toBe(2);
});

test('a program that is not static breaks requirements, which are named', async () => {
  await using folder = await scratchFolder({ cc: '#!/bin/sh\nexec gcc -o hello main.c\n' });
  await chmod(join(folder.path, 'cc'), 0o755);
  const { code, text } = await outcomeOf(['--quiet', '--builder', 'docker-build'], {
    CC: join(folder.path, 'cc'),
    SCRATCH_ENGINE: 'docker-26',
  });
  expect(text).toContain('✗ compile.no-interpreter (fail): docker-26/compile');
  expect(text).toContain('✗ compile.no-needed-library (fail): docker-26/compile');
  expect(text).toContain('✗ run.exit-code (fail): docker-26/docker-build');
  expect(text).toMatch(/^Does not conform: /m);
  expect(code).toBe(1);
});
