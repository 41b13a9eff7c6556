import { execFile } from 'node:child_process';
import { chown, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { type ScratchFolder, scratchFolder } from '../../self/engines/scratch-folder.ts';
import { bundle, commandLine } from './command-line.ts';
import { tracesOf } from './traces.ts';
import './needs.ts';

const run = promisify(execFile);
const NOBODY = 65534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/** A home of an unprivileged user. */
async function home(): Promise<ScratchFolder> {
  const folder = await scratchFolder();
  await chown(folder.path, NOBODY, NOBODY);
  return folder;
}

/** How an unprivileged user runs the suite, also where the checkout stands in a folder that only root may enter. */
interface Reachable {
  readonly leading: readonly string[];
  readonly program: string;
}

/** The checkout, mounted into a folder of that user; the mount goes with the process that sees it. */
async function reachable(folder: ScratchFolder): Promise<Reachable> {
  const checkout = join(await bundle(), '..', '..');
  const mounted = join(folder.path, 'checkout');
  await mkdir(mounted);
  const mount = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  return {
    leading: ['unshare', '--mount', 'sh', '-c', mount, 'sh', checkout, mounted],
    program: join(mounted, '.build', 'cli.js'),
  };
}

test('An unprivileged user builds, runs and saves with podman in a user namespace', async () => {
  await using folder = await home();
  const environment = { HOME: folder.path, XDG_CACHE_HOME: folder.path };
  const { leading, program } = await reachable(folder);
  const suite = commandLine(['engine', 'start', 'podman-rootless'], {
    environment,
    leading: [...leading, ...AS_NOBODY],
    program,
  });
  const [, tool = '', id = '', work = ''] = await suite.until(
    /podman='(.*)'\n[\s\S]*run (\S+)\nwork folder (\S+)\n.*Ctrl-C/,
  );
  expect(suite.text()).toContain('Without root there is one user and one group');
  const [setpriv = '', ...rights] = AS_NOBODY;
  const asNobody = (command: readonly string[]) => run(setpriv, [...rights, ...command]);
  const podman = (...args: readonly string[]) => asNobody([...tool.split(' '), ...args]);
  const source = join(folder.path, 'main.c');
  await copyFile(join(projectFolder('c'), 'main.c'), source);
  await asNobody(['gcc', '-static', '-o', join(work, 'hello'), source]);
  await asNobody([
    'sh',
    '-c',
    `printf 'FROM scratch\\nCOPY hello /\\nCMD ["/hello"]\\n' > ${work}/Dockerfile`,
  ]);
  await podman('build', '--tag', 'hello', work);
  expect((await podman('run', '--rm', 'hello')).stdout).toBe('Hello, world!\n');
  await podman('save', '--output', join(work, 'hello.tar'), 'hello');
  expect((await run('tar', ['--list', '--file', join(work, 'hello.tar')])).stdout).toContain('manifest.json');
  suite.child.kill('SIGKILL');
  await suite.exitCode;
  await expect.poll(() => tracesOf(join(work, '..'), id), { timeout: 10_000 }).toEqual([]);
});

test('Where user namespaces are refused, one sentence says what to allow', async () => {
  await using folder = await home();
  // The kernel refuses user namespaces to every process in a chroot.
  const inChroot = ['sh', '-c', 'mount --rbind / /mnt && exec chroot /mnt "$@"', 'sh', ...AS_NOBODY];
  const { leading, program } = await reachable(folder);
  const suite = commandLine(['engine', 'start', 'podman-rootless'], {
    environment: { HOME: folder.path, XDG_CACHE_HOME: folder.path, PWD: '/' },
    leading: [...leading, ...inChroot],
    program,
  });
  expect(await suite.exitCode).toBe(2);
  expect(suite.text()).toContain(
    'or allow user namespaces (in a container of Docker: --security-opt seccomp=unconfined',
  );
});

test('Root without CAP_SYS_ADMIN is served in a user namespace too', async () => {
  const suite = commandLine(['engine', 'start', 'podman-rootless'], {
    leading: ['setpriv', '--bounding-set=-sys_admin'],
  });
  await suite.until(/Podman 5\.4[\s\S]*Ctrl-C/);
  suite.child.kill('SIGTERM');
  expect(await suite.exitCode).toBe(143);
});
