import type { MutantsOf } from '../define.ts';
import type { Draft, MutableJson } from '../draft.ts';
import { addEntries, entryAt, setAt } from '../edit.ts';
import { directory } from '../golden.ts';
import { makeProgram, type ProgramOptions } from '../program.ts';
import type { TarItem } from '../tar-writer.ts';

type Ids =
  `start.${'architecture' | 'program' | 'executable' | 'folders' | 'format' | 'interpreter' | 'libraries' | 'user' | 'working-dir'}`;

const PROGRAM = 'a/b/hello';
const set = (pointer: string, value: MutableJson) => (draft: Draft) => {
  draft.edit.config = (config) => setAt(config, pointer, value);
};
const program = (options: ProgramOptions) => (draft: Draft) =>
  void Object.assign(entryAt(draft, PROGRAM), { content: makeProgram(options) });
const script = (text: string) => (draft: Draft) =>
  void Object.assign(entryAt(draft, PROGRAM), { content: text });
const executable = (path: string, content: string | Buffer): TarItem => ({
  path,
  content,
  mode: 0o755,
  mtime: 0,
});

export const START_MUTANTS: MutantsOf<Ids> = {
  'start.architecture': [
    { name: 'an image of amd64 starts a program of arm64', form: 'hybrid', apply: program({ machine: 183 }) },
    {
      name: 'an image of arm64 starts a program of amd64',
      form: 'oci',
      apply: (draft) => {
        draft.edit.config = (config) => setAt(config, '/architecture', 'arm64');
        draft.edit.indexJson = (index) =>
          setAt(index, '/manifests/0/platform', { architecture: 'arm64', os: 'linux' });
      },
    },
  ],
  'start.program': [
    {
      name: 'the command names a shell that is not there',
      form: 'hybrid',
      apply: set('/config/Cmd', ['/bin/sh', '-c', 'a']),
    },
    {
      name: 'the command names a word that no folder of PATH holds',
      form: 'oci',
      apply: set('/config/Cmd', ['hello']),
    },
    { name: 'the command names a folder', form: 'containerd', apply: set('/config/Cmd', ['/a/b']) },
  ],
  'start.executable': [
    {
      name: 'the program has the mode 0644',
      form: 'hybrid',
      apply: (draft) => setProgramMode(draft, 0o644),
    },
    {
      name: 'only its owner may execute the program',
      form: 'crane',
      apply: (draft) => setProgramMode(draft, 0o744),
    },
  ],
  'start.folders': [
    {
      name: 'a folder above the program has the mode 0700',
      form: 'hybrid',
      apply: (draft) => {
        addEntries(draft, { ...directory('x/'), mode: 0o700 }, executable('x/run', makeProgram()));
        set('/config/Cmd', ['/x/run'])(draft);
      },
    },
  ],
  'start.format': [
    { name: 'the program is a text without an interpreter', form: 'hybrid', apply: script('echo hello\n') },
    { name: 'the program is empty', form: 'oci', apply: script('') },
  ],
  'start.interpreter': [
    {
      name: 'a dynamic program, and no loader',
      form: 'hybrid',
      apply: program({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libc.so.6'] }),
    },
    {
      name: 'a script of a shell that is not there',
      form: 'containerd',
      apply: script('#!/bin/sh\necho hello\n'),
    },
    {
      name: 'a script with CR LF',
      form: 'oci',
      apply: (draft) => {
        addEntries(draft, executable('sh', makeProgram()));
        script('#!/sh\r\necho hello\r\n')(draft);
      },
    },
    {
      name: 'env looks up a word that is not there',
      form: 'crane',
      apply: (draft) => {
        addEntries(draft, executable('env', makeProgram()));
        script('#!/env python3\n')(draft);
      },
    },
  ],
  'start.libraries': [
    {
      name: 'the loader is there, a library is not',
      form: 'hybrid',
      apply: (draft) => {
        addEntries(draft, executable('ld.so', makeProgram()));
        program({ interpreter: '/ld.so', needed: ['libc.so.6'] })(draft);
      },
    },
    {
      name: 'a library needs another that is not there',
      form: 'oci',
      apply: (draft) => {
        addEntries(
          draft,
          executable('ld.so', makeProgram()),
          executable('own.so', makeProgram({ needed: ['libother.so.1'] })),
        );
        program({ interpreter: '/ld.so', needed: ['own.so'], runpath: '$ORIGIN/../..' })(draft);
      },
    },
  ],
  'start.user': [
    { name: 'the user is a name', form: 'hybrid', apply: set('/config/User', 'app') },
    {
      name: 'the group is a name that etc/group does not know',
      form: 'oci',
      apply: set('/config/User', '1000:app'),
    },
  ],
  'start.working-dir': [
    {
      name: 'the working directory is a file',
      form: 'hybrid',
      apply: set('/config/WorkingDir', '/a/b/final.txt'),
    },
  ],
};

/** Its hard link is the same file. */
function setProgramMode(draft: Draft, mode: number): void {
  for (const path of [PROGRAM, `${PROGRAM}-again`]) Object.assign(entryAt(draft, path), { mode });
}
