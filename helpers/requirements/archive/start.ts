import type { Archive } from '../../archive/model.ts';
import type { Program } from '../../archive/programs.ts';
import type { TarEntry } from '../../archive/tar/entry.ts';
import type { Violation } from '../outcome.ts';
import type { FileInRoot } from './layer/root-view.ts';
import { missingLibraries } from './start/libraries.ts';
import { findProgram, type ImageStart, startPlace, startsOf } from './start/subject.ts';
import { MAX_RUN_ID, mayExecute } from './start/user.ts';
import { cite, defineForArchive, violationAt } from './support.ts';

/** Programs that a processor of the key runs beside its own. */
const ALSO_RUNS: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] };
/** The kernel follows no more scripts than this before it ends with ELOOP. */
const MAX_SCRIPTS = 5;

const hasStart = (archive: Archive) =>
  startsOf(archive).length > 0 || 'no image of Linux has all its layers and a command';

/** Whether the image can start by itself, told from its layers alone. */
export const START_REQUIREMENTS = defineForArchive([
  {
    id: 'start.architecture',
    title: 'The program that an image starts is of the architecture of its config',
    level: 'must',
    source: cite(
      'config',
      'properties',
      '**architecture** _string_, REQUIRED\n\n  The CPU architecture which the binaries in this image are built to run on.',
    ),
    consequence:
      'The container ends at once: "exec format error". Build the program for the platform of the image, or correct the platform.',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        const { architecture } = start;
        for (const file of programsOf(start)) {
          const own = file.program?.kind === 'elf' ? file.program.headers.architecture : undefined;
          if (own === undefined || architecture === undefined || own === architecture) continue;
          if (ALSO_RUNS[architecture]?.includes(own)) continue;
          yield violationAt(
            startPlace(start),
            architecture,
            own,
            `ELF header of /${file.path}`,
            'architecture of the config',
          );
        }
      }
    },
  },
  {
    id: 'start.program',
    title: 'The command of an image names a file that the image holds',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'docker-library/hello-world#44',
      'A shell is asked for in an image that has none.',
    ),
    consequence:
      'The container does not start: "no such file or directory". An image from scratch has no shell: use the exec form, ["/program"].',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        if (start.found.kind === 'missing')
          yield violationAt(
            startPlace(start),
            'a file of the image',
            start.args[0],
            `not at ${start.found.tried.join(', ')}`,
          );
      }
    },
  },
  {
    id: 'start.executable',
    title: 'The program of an image may be executed by its user',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'moby/moby#17896',
      'A program in an image from scratch that does not start.',
    ),
    consequence: 'The container does not start: "permission denied". COPY with --chmod=0755.',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        for (const { path, entry } of programsOf(start)) {
          if (!entry || (isRegular(entry) && mayExecute(start.user, entry))) continue;
          yield violationAt(startPlace(start), executableBy(start), describe(entry), `entry /${path}`);
        }
      }
    },
  },
  {
    id: 'start.folders',
    title: 'The folders above the program of an image may be searched by its user',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'moby/moby#17896',
      'A program in an image from scratch that does not start.',
    ),
    consequence: 'The container does not start: "permission denied". The folders need the mode 0755.',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        const folders = programsOf(start).flatMap((file) => file.folders);
        for (const entry of new Set(folders)) {
          if (mayExecute(start.user, entry, true)) continue;
          yield violationAt(startPlace(start), executableBy(start), describe(entry), `entry ${entry.path}`);
        }
      }
    },
  },
  {
    id: 'start.format',
    title: 'The program of an image is an ELF file or a script',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'docker-library/hello-world#44',
      'A shell is asked for in an image that has none.',
    ),
    consequence:
      'The container ends at once: "exec format error". The kernel starts ELF files, and scripts whose first line is #! and an interpreter.',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        for (const { path, entry, program } of programsOf(start)) {
          const actual = entry && isRegular(entry) ? unstartable(program) : undefined;
          if (actual === undefined) continue;
          const expected = 'an ELF program, or #! and an interpreter';
          yield violationAt(startPlace(start), expected, actual, `first bytes of /${path}`);
        }
      }
    },
  },
  {
    id: 'start.interpreter',
    title: 'The image holds the interpreter of its program',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'nexe/nexe#848',
      'A dynamic program in an image from scratch finds no loader.',
    ),
    consequence:
      'The container does not start: "no such file or directory", though the program is there. Link with -static, or copy the loader and the libraries.',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        for (const { expected, actual, by, reason } of missingInterpreters(start))
          yield violationAt(startPlace(start), expected, actual, reason, `/${by}`);
      }
    },
  },
  {
    id: 'start.libraries',
    title: 'The image holds every library that its program needs',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'nexe/nexe#848',
      'A dynamic program in an image from scratch finds no loader.',
    ),
    consequence:
      'The container ends at once: "error while loading shared libraries". Link with -static, or copy the libraries.',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        if ([...missingInterpreters(start)].length > 0) continue;
        for (const file of programsOf(start)) {
          for (const { name, by } of missingLibraries(start, file))
            yield violationAt(startPlace(start), name, 'not in the image', `DT_NEEDED of ${by}`);
        }
      }
    },
  },
  {
    id: 'start.user',
    title: 'User and group of a config are numbers that a runtime sets, or in etc/passwd and etc/group',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'podman-container-tools/podman#1817',
      'unable to find user: no matching entries in passwd file',
    ),
    consequence:
      'The container does not start: "unable to find user". An image from scratch knows no names: state numbers, USER 1000:1000.',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        const where = { ...startPlace(start), pointer: '/config/User' };
        for (const { name, file } of start.user.unknown)
          yield violationAt(where, `an entry ${name} in ${file}`, 'none', file);
        const { beyond } = start.user;
        if (beyond !== undefined)
          yield violationAt(where, `at most ${MAX_RUN_ID}`, beyond, 'User of the config');
      }
    },
  },
  {
    id: 'start.working-dir',
    title: 'The working directory of an image is a folder, or nothing yet',
    level: 'practice',
    source: cite('runc', 'utils_linux.go', 'Cwd must be an absolute path'),
    consequence: 'The container does not start: the runtime cannot make the folder where a file is.',
    when: hasStart,
    *check(archive) {
      for (const start of startsOf(archive)) {
        const entry = start.root.find(start.workingDir)?.entry;
        if (entry === undefined || entry.type === 'directory') continue;
        const where = { ...startPlace(start), pointer: '/config/WorkingDir' };
        yield violationAt(where, 'a folder', entry.type, `entry ${entry.path}`);
      }
    },
  },
]);

/** The program, and the interpreters and the loader that it leads to. */
function programsOf(start: ImageStart): readonly FileInRoot[] {
  const files: FileInRoot[] = [];
  let next = start.found.kind === 'file' ? start.found.file : undefined;
  while (next && files.length <= MAX_SCRIPTS) {
    files.push(next);
    const interpreter = interpreterOf(next);
    const file: FileInRoot | undefined = interpreter === undefined ? undefined : start.root.find(interpreter);
    // The kernel asks no loader for a loader of its own.
    const isLoader = next.program?.kind === 'elf' && files.at(-2)?.program?.kind === 'elf';
    next = file?.entry && file.entry.type !== 'directory' && !isLoader ? file : undefined;
  }
  return files;
}

function interpreterOf({ program }: FileInRoot): string | undefined {
  if (program?.kind === 'script') return scriptWords(program.line)[0];
  return program?.kind === 'elf' ? (program.headers.interpreter ?? undefined) : undefined;
}

/** Why the kernel does not start a file; `undefined` when it may. */
function unstartable(program: Program | undefined): string | undefined {
  if (program === undefined) return 'neither';
  if (program.kind === 'script') return undefined;
  const { type, isLoadable } = program.headers;
  if (type !== 'executable' && type !== 'shared object') return `ELF of the type ${type}`;
  return isLoadable ? undefined : 'ELF without a segment to load';
}

interface MissingInterpreter {
  readonly expected: string;
  readonly actual: string;
  readonly by: string;
  readonly reason: string;
}

/** What the program and its interpreters ask for and the image lacks. */
function* missingInterpreters(start: ImageStart): Iterable<MissingInterpreter> {
  const files = programsOf(start);
  for (const { path, program } of files) {
    if (program?.kind === 'elf') {
      const { interpreter } = program.headers;
      if (interpreter !== null && !isFileAt(start, interpreter))
        yield missing(interpreter, path, 'PT_INTERP of the program');
    } else if (program) yield* missingOfScript(start, path, program.line);
  }
  const scripts = files.filter(({ program }) => program?.kind === 'script');
  if (scripts.length > MAX_SCRIPTS)
    yield {
      expected: `a program after at most ${MAX_SCRIPTS} scripts`,
      actual: 'another script',
      by: files[0]?.path ?? '',
      reason: 'first lines of the scripts',
    };
}

function missing(wanted: string, by: string, reason: string): MissingInterpreter {
  return { expected: `the file ${wanted}`, actual: 'not in the image', by, reason };
}

function* missingOfScript(start: ImageStart, path: string, line: string): Iterable<MissingInterpreter> {
  const [interpreter = '', ...rest] = scriptWords(line);
  if (!isFileAt(start, interpreter)) {
    const reason = interpreter.endsWith('\r') ? 'the first line ends with CR LF' : 'first line of the script';
    yield missing(interpreter, path, reason);
    return;
  }
  if (line.endsWith('\r')) {
    const reason = 'first line of the script';
    yield { expected: 'a first line that ends with LF', actual: 'CR LF', by: path, reason };
    return;
  }
  const wanted = /(?:^|\/)env$/.test(interpreter) ? rest.find((word) => !/^-|=/.test(word)) : undefined;
  if (
    wanted !== undefined &&
    findProgram(start.root, wanted, start.workingDir, start.path).kind === 'missing'
  )
    yield missing(wanted, path, `${interpreter} looks it up in PATH`);
}

/** The kernel splits off the interpreter at a blank; only env takes the rest apart. A carriage return belongs to the word. */
function scriptWords(line: string): readonly string[] {
  return line.split(/[ \t]+/).filter((word) => word !== '');
}

function isFileAt({ root }: ImageStart, path: string): boolean {
  const file = root.find(path);
  return file?.entry !== undefined && file.entry.type !== 'directory';
}

function isRegular({ type }: TarEntry): boolean {
  return type === 'file' || type === 'hardlink' || type === 'contiguous' || type === 'sparse';
}

function executableBy({ user }: ImageStart): Violation['expected']['value'] {
  return user.uid === 0 ? 'executable' : `executable by ${user.uid}:${user.gids.join(',')}`;
}

function describe({ type, mode, uid, gid }: TarEntry): string {
  return `${type} of mode ${(mode & 0o7777).toString(8).padStart(4, '0')}, owner ${uid}:${gid}`;
}
