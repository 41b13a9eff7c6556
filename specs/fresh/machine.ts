import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../../helpers/common/project-files.ts';
import { findDebianSource } from '../../helpers/engines/start/debian-sources.ts';
import { cacheFolder, provideRootfs } from '../../helpers/engines/start/rootfs.ts';
import { supervise } from '../../helpers/engines/start/supervise.ts';

/** A machine with Debian's packages and nothing else: a root file system of its own, entered by pivot_root. */
export interface Machine extends AsyncDisposable {
  /** Folder that is the root of the machine, as the host sees it. */
  readonly root: string;
  /** Runs a command in the checkout of the suite. */
  run(words: readonly string[], options?: RunOptions): Promise<Ended>;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** How the root is entered. Default: `pivot_root`, as container runtimes do it. */
  readonly way?: 'pivot_root' | 'chroot';
}

export interface Ended {
  readonly exitCode: number | null;
  /** Everything that was written, in order. */
  readonly text: string;
}

/** What debootstrap's variant `minbase` holds: the essential packages and apt. */
const MINBASE = [
  ...['apt', 'base-files', 'base-passwd', 'bash', 'bsdutils', 'coreutils', 'dash', 'debian-archive-keyring'],
  ...['debianutils', 'diffutils', 'dpkg', 'findutils', 'grep', 'gzip', 'hostname', 'init-system-helpers'],
  ...[
    'libc-bin',
    'login',
    'mawk',
    'mount',
    'ncurses-base',
    'ncurses-bin',
    'perl-base',
    'sed',
    'sysvinit-utils',
  ],
  ...['tar', 'util-linux'],
];

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** How the host reaches package registries: passed on to the machine, never written into the project. */
const NETWORK = /^(https?_proxy|no_proxy|npm_config_registry|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

export async function createMachine(
  packages: readonly string[],
  onProgress: (line: string) => void = () => {},
  suite = 'trixie',
): Promise<Machine> {
  const source = { type: 'rootfs', suites: [suite], packages: [...MINBASE, ...packages].sort() } as const;
  const rootfs = await provideRootfs(source, onProgress);
  const root = await mkdtemp(join(tmpdir(), 'fresh-machine-'));
  // Other users than root are there too.
  await chmod(root, 0o755);
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    await cp(join(rootfs, 'etc'), join(root, 'etc'), { recursive: true, verbatimSymlinks: true });
    await configureNetwork(root, suite);
    await copySuite(join(root, 'opt/suite'));
  } catch (error) {
    await remove();
    throw error;
  }
  // Engines, npm's downloads: what the host has made already, and what the next machine would make again.
  const cache = join(dirname(cacheFolder()), 'fresh');
  await mkdir(join(cache, 'scratch-conformance'), { recursive: true });
  return {
    root,
    run: (words, options = {}) => runIn([root, rootfs, cache], words, options),
    [Symbol.asyncDispose]: remove,
  };
}

async function runIn(
  folders: readonly string[],
  words: readonly string[],
  { environment = {}, way = 'pivot_root' }: RunOptions,
): Promise<Ended> {
  const run = await mkdtemp(join(tmpdir(), 'fresh-run-'));
  const lines: string[] = [];
  const passed = Object.entries(process.env).filter(([name]) => NETWORK.test(name));
  const variables = [...passed, ['npm_config_cache', '/root/.cache/npm'], ...Object.entries(environment)];
  const script = join(projectFolder('specs/fresh'), 'machine.sh');
  const { ended } = supervise({
    run,
    command: [
      ...['sh', script, way, ...folders],
      ...variables.map(([name, value]) => `${name}=${value}`),
      ...words,
    ],
    onLine: (line) => lines.push(line),
  });
  const { status } = await ended;
  return { exitCode: status, text: lines.join('\n') };
}

/** The machine asks the same registries as the host, in the same way. */
async function configureNetwork(root: string, suite: string): Promise<void> {
  const debian = await findDebianSource();
  await write(
    join(root, 'etc/apt/sources.list.d/debian.sources'),
    `Types: deb\nURIs: ${debian?.uri}\nSuites: ${suite}\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`,
  );
  const { stdout } = await promisify(execFile)('apt-config', ['dump']);
  const acquire = stdout.split('\n').filter((line) => /^Acquire::(?!IndexTargets)/.test(line));
  await write(join(root, 'etc/apt/apt.conf.d/90host'), `${acquire.join('\n')}\n`);
  for (const file of ['/etc/resolv.conf', '/etc/hosts', CERTIFICATES, '/etc/apt/auth.conf'])
    await copyIfThere(file, join(root, file));
  await copyIfThere(join(homedir(), '.npmrc'), join(root, 'root/.npmrc'));
}

/** The suite as it is in the working folder: a clone, with every file that was changed since. */
async function copySuite(target: string): Promise<void> {
  const source = dirname(projectFolder('helpers'));
  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', ['-C', source, ...args], { maxBuffer: 1e8 });
  await git('clone', '--quiet', '--no-hardlinks', source, target);
  const { stdout } = await git('ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const path of stdout.split('\0').filter((name) => name !== ''))
    await copyIfThere(join(source, path), join(target, path));
}

async function copyIfThere(from: string, to: string): Promise<void> {
  const text = await readFile(from).catch(() => undefined);
  if (text === undefined) return;
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { dereference: true });
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
