import { constants } from 'node:fs';
import { access, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { quoteForShell } from '../../common/escape.ts';
import { askedImage, hasCompiler } from '../compiler.ts';
import { EngineError } from '../error.ts';
import { provideRootfs, type TellProgress } from './rootfs.ts';

/** What the procedure runs on the host itself, and Debian's packages of it; tar is needed to unpack them. */
const PROGRAMS = {
  gcc: { packages: ['gcc', 'libc6-dev'] },
  jq: { packages: ['jq'] },
  script: { packages: ['bsdutils'] },
} as const;
type Program = keyof typeof PROGRAMS;

/** A given image takes no compiler, and nobody types the documented lines about it. */
export function programsFor(image: object | undefined): readonly Program[] {
  return image === undefined ? (Object.keys(PROGRAMS) as Program[]) : ['script'];
}

/** The suite of the root file system that holds them. */
const SUITE = 'trixie';

interface HostPrograms {
  readonly lacking: readonly Program[];
  /** Why they could not be provided; undefined when the host lacks nothing any more. */
  readonly problem?: string;
}

/**
 * Puts the programs of the procedure that this host lacks in front of PATH, for this process and those that it starts.
 * They come from a root file system of Debian packages, as engines do. What cannot be provided is reported at once: before
 * an engine is started, and before the step that needs it is left out.
 */
export async function provideHostPrograms(
  onProgress: TellProgress,
  wanted: readonly Program[] = programsFor(undefined),
): Promise<HostPrograms> {
  const lacking = await lackingPrograms(wanted);
  if (lacking.length === 0) return { lacking };
  try {
    const packages = [...new Set(lacking.flatMap((program) => PROGRAMS[program].packages))].sort();
    onProgress(
      `This host lacks ${listed(lacking)}: taken from Debian’s ${packages.join(', ')} (${SUITE}), kept with the engines.`,
    );
    const root = await provideRootfs({ type: 'rootfs', suites: [SUITE], packages }, onProgress);
    const folder = await writeWrappers(root, lacking);
    process.env['PATH'] = [folder, process.env['PATH']].join(delimiter);
    return { lacking };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const problem = `This host lacks ${listed(lacking)}, and Debian’s packages of it cannot be used: ${error.message} ${remedy(lacking)}`;
    onProgress(problem);
    return { lacking, problem };
  }
}

/** The engine can compile in a container; nothing else takes the place of the others. */
function remedy(lacking: readonly Program[]): string {
  const others = lacking.filter((name) => name !== 'gcc');
  const compiler = lacking.includes('gcc') ? ['The program is compiled in a container instead.'] : [];
  const install = `Install ${listed(others)}: what needs it is not judged.`;
  return [...compiler, ...(others.length > 0 ? [install] : [])].join(' ');
}

/** CC and SCRATCH_COMPILER replace the compiler; one without a static C library is none. Elsewhere than on Linux none is of use. */
async function lackingPrograms(wanted: readonly Program[]): Promise<readonly Program[]> {
  const isElsewhere = process.env['CC'] || askedImage(process.env) !== undefined || platform() !== 'linux';
  const names = wanted.filter((name) => name !== 'gcc' || !isElsewhere);
  const has = await Promise.all(names.map((name) => (name === 'gcc' ? hasCompiler() : isOnPath(name))));
  return names.filter((_, position) => !has[position]);
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** A folder beside the root file system with a script for each program. */
async function writeWrappers(root: string, programs: readonly Program[]): Promise<string> {
  const folder = `${root}.programs`;
  const mountPoint = join(folder, 'root');
  await mkdir(mountPoint, { recursive: true });
  await Promise.all(
    programs.map(async (program) => {
      const text = program === 'gcc' ? inItsRoot(root, program, mountPoint) : await byLoader(root, program);
      // Another run may be using it.
      const temporary = join(folder, `.${program}.${process.pid}`);
      await writeFile(temporary, text, { mode: 0o755 });
      await rename(temporary, join(folder, program));
    }),
  );
  return folder;
}

/** Started by the dynamic loader of its own root, a program sees the files and commands of the host. */
async function byLoader(root: string, program: Program): Promise<string> {
  const libraries = join(root, 'usr/lib');
  const names = await readdir(libraries, { recursive: true });
  const loader = names.find((name) => /^[^/]+-linux-[^/]+\/ld-linux[^/]*\.so\.\d$/.test(name));
  if (loader === undefined) throw new EngineError(`The root file system ${root} has no dynamic loader.`);
  const [architecture = ''] = loader.split('/');
  return `#!/bin/sh
exec ${quoteForShell(join(libraries, loader))} --library-path ${quoteForShell(join(libraries, architecture))} \\
  ${quoteForShell(join(root, 'usr/bin', program))} "$@"
`;
}

/**
 * A compiler starts programs of its own root and reads headers there, so it runs in that root, together with the folder
 * in which it was called.
 */
function inItsRoot(root: string, program: Program, mountPoint: string): string {
  return `#!/bin/sh
set -eu
if [ "$(id -u)" = 0 ]; then user=; else user='--user --map-root-user'; fi
# In the other root too.
export PATH="/usr/bin:$PATH"
exec flock --shared --close ${quoteForShell(root)} unshare $user --mount sh -euc '
  packages=$1 root=$2 program=$3
  shift 3
  mount -t tmpfs -o mode=0755 scratch-conformance "$root"
  mkdir -m 1777 "$root/tmp"
  mkdir "$root/usr" "$root/dev" "$root/work"
  for name in bin lib lib64; do ln -s "usr/$name" "$root/$name"; done
  : >"$root/dev/null"
  mount --bind /dev/null "$root/dev/null"
  mount --bind "$packages/usr" "$root/usr"
  mount --bind . "$root/work"
  exec unshare --root "$root" --wd /work "$program" "$@"
' sh ${quoteForShell(root)} ${quoteForShell(mountPoint)} ${program} "$@"
`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
