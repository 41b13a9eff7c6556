import { parentOf } from '../../../archive/normalise-path.ts';
import type { Program } from '../../../archive/programs.ts';
import type { FileInRoot, RootView } from '../layer/root-view.ts';
import type { ImageStart } from './subject.ts';

type Elf = Extract<Program, { kind: 'elf' }>['headers'];

/** A library that no folder of the loader holds. */
interface MissingLibrary {
  readonly name: string;
  /** Path of the file that asks for it. */
  readonly by: string;
}

const DEFAULT_FOLDERS = ['/lib', '/usr/lib', '/lib64', '/usr/lib64'];
/** Folders that Debian's loader knows by itself, by GOARCH. */
const TRIPLETS: Readonly<Record<string, string>> = {
  amd64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
  '386': 'i386-linux-gnu',
  ppc64le: 'powerpc64le-linux-gnu',
  s390x: 's390x-linux-gnu',
  riscv64: 'riscv64-linux-gnu',
};
const MUSL_FOLDERS = ['/lib', '/usr/local/lib', '/usr/lib'];
/** Names that musl's loader answers itself. */
const MUSL_OWN = /^lib(?:c|pthread|rt|m|dl|util|xnet)\.so$/;
const MAX_LIBRARIES = 1000;

/** Walks the libraries that a program needs, and those that they need, as ld.so searches them. */
export function missingLibraries(start: ImageStart, program: FileInRoot): readonly MissingLibrary[] {
  if (program.program?.kind !== 'elf') return [];
  const { interpreter } = program.program.headers;
  const isMusl = /(?:^|\/)ld-musl-/.test(interpreter ?? '');
  const common = commonFolders(start, isMusl);
  const missing: MissingLibrary[] = [];
  const seen = new Set<string>();
  const pending: { readonly file: FileInRoot; readonly headers: Elf }[] = [
    { file: program, headers: program.program.headers },
  ];
  for (let next = pending.pop(); next && seen.size < MAX_LIBRARIES; next = pending.pop()) {
    const { file, headers } = next;
    const own = [...program.program.headers.runpath, ...headers.runpath].map((folder) =>
      expandOrigin(folder, file),
    );
    // A folder that depends on the processor cannot be told from here.
    const isOpen = own.some((folder) => folder.includes('$'));
    for (const name of headers.needed) {
      if (seen.has(name) || (isMusl && MUSL_OWN.test(name))) continue;
      seen.add(name);
      const found = findLibrary(start.root, name, [...own, ...common], headers.architecture);
      if (found?.program?.kind === 'elf') pending.push({ file: found, headers: found.program.headers });
      else if (!found && !isOpen) missing.push({ name, by: `/${file.path}` });
    }
  }
  return missing;
}

/** The first file of that name that is none of another architecture. */
function findLibrary(
  root: RootView,
  name: string,
  folders: readonly string[],
  architecture: string,
): FileInRoot | undefined {
  const places = name.includes('/') ? [name] : folders.map((folder) => `${folder}/${name}`);
  for (const place of places) {
    const file = root.find(place);
    if (!file?.entry || file.entry.type === 'directory') continue;
    if (file.program?.kind !== 'elf' || file.program.headers.architecture === architecture) return file;
  }
  return undefined;
}

function commonFolders(start: ImageStart, isMusl: boolean): readonly string[] {
  const environment = listedIn(start, 'LD_LIBRARY_PATH');
  if (isMusl) {
    const stated = start.root.texts(/^etc\/ld-musl-[^/]+\.path$/).flatMap(([, text]) => text.split(/[\n:]/));
    return [...environment, ...(stated.length > 0 ? stated : MUSL_FOLDERS)];
  }
  const triplet = TRIPLETS[start.architecture ?? ''];
  const known = triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`];
  return [...environment, ...configured(start.root), ...known, ...DEFAULT_FOLDERS];
}

function listedIn({ config }: ImageStart, variable: string): readonly string[] {
  const all = config.value as { config?: { Env?: readonly unknown[] } } | undefined;
  const env = Array.isArray(all?.config?.Env) ? all.config.Env : [];
  const entry = env.findLast((text) => typeof text === 'string' && text.startsWith(`${variable}=`));
  return typeof entry === 'string'
    ? entry
        .slice(variable.length + 1)
        .split(':')
        .filter(Boolean)
    : [];
}

/** ld.so.conf and what it includes, which is everything in ld.so.conf.d wherever it is used. */
function configured(root: RootView): readonly string[] {
  return root
    .texts(/^etc\/ld\.so\.conf(?:\.d\/[^/]+\.conf)?$/)
    .flatMap(([, text]) => text.split('\n'))
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line.startsWith('/'));
}

function expandOrigin(folder: string, { path }: FileInRoot): string {
  return folder.replaceAll(/\$(?:ORIGIN|\{ORIGIN\})/g, `/${parentOf(path)}`);
}
