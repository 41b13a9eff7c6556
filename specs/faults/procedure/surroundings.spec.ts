import { chmod, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { bundle, commandLine } from '../engines/command-line.ts';
import { smallDisk } from './small-disk.ts';
import '../engines/needs.ts';

const SENTENCE = (name: string, path: string, variable: string) =>
  new RegExp(
    `^Could not run: The ${name} ${path}\\S* .+ \\(E\\w+\\); set ${variable} to a folder that can be written to\\.$`,
  );

async function outcomeOf(environment: NodeJS.ProcessEnv) {
  const suite = commandLine(['conformance', '--quiet', '--builder', 'docker-build'], {
    environment: { SCRATCH_ENGINE: 'docker-26', ...environment },
  });
  return { code: await suite.exitCode, text: suite.text().trim() };
}

test('a temporary folder that is missing, a file or read-only is named, with exit code 2', async () => {
  await using folder = await scratchFolder({ file: '' });
  await using disk = await smallDisk('ro');
  for (const path of [join(folder.path, 'missing'), join(folder.path, 'file'), disk.path])
    expect(await outcomeOf({ TMPDIR: path })).toEqual({
      code: 2,
      text: expect.stringMatching(SENTENCE('temporary folder', path, 'TMPDIR')),
    });
});

test('a cache folder that is a file or read-only is named, with exit code 2', async () => {
  await using folder = await scratchFolder({ file: '' });
  await using disk = await smallDisk('ro');
  for (const path of [join(folder.path, 'file'), disk.path])
    expect(await outcomeOf({ XDG_CACHE_HOME: path })).toEqual({
      code: 2,
      text: expect.stringMatching(SENTENCE('cache folder', path, 'XDG_CACHE_HOME')),
    });
});

test('a compressed archive that does not fit into the temporary folder is not judged', async () => {
  await using folder = await scratchFolder({ 'manifest.json': '{}' });
  await execa('sh', ['-c', 'head -c 30000000 /dev/urandom >big; tar -czf a.tgz manifest.json big'], {
    cwd: folder.path,
  });
  await using disk = await smallDisk('size=64k');
  for (const path of [disk.path, join(folder.path, 'missing'), join(folder.path, 'manifest.json')]) {
    const suite = commandLine(['check', join(folder.path, 'a.tgz')], { environment: { TMPDIR: path } });
    expect(await suite.exitCode).toBe(2);
    expect(suite.text()).toContain(`the temporary folder ${path} `);
    expect(suite.text()).not.toContain('Suite bug');
  }
});

/** Some user that is not root, without a line in /etc/subuid. */
const AS_USER = ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups'];

test('npm run conformance as an ordinary user conforms on an engine of its own', {
  timeout: 300_000,
}, async () => {
  await using home = await scratchFolder();
  const root = dirname(projectFolder('helpers'));
  const checkout = join(home.path, 'checkout');
  await bundle();
  await mkdir(checkout);
  for (const name of ['package.json', 'helpers', 'specs', 'fixtures', 'c', '.build', 'node_modules'])
    await cp(join(root, name), join(checkout, name), { recursive: true, preserveTimestamps: true });
  await execa('node', ['helpers/cli/run.js', '--build-only'], { cwd: checkout });
  await chmod(home.path, 0o755);
  await execa('chown', ['-R', '54321:54321', home.path]);
  const [program = '', ...rights] = AS_USER;
  const environment = {
    HOME: home.path,
    XDG_CACHE_HOME: join(home.path, 'cache'),
    SCRATCH_ENGINE: 'podman-rootless',
  };
  const run = await execa(program, [...rights, 'npm', 'run', '--silent', 'conformance'], {
    cwd: checkout,
    env: environment,
    reject: false,
  });
  expect(run.stdout, run.stderr).toMatch(/^Conforms: none of \d+ requirements fails on podman-rootless/m);
  expect(run.stdout).toMatch(
    /not tried: testcontainers\. Without root this engine has one user and one group/,
  );
  expect(run.exitCode).toBe(0);
});
