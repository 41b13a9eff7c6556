import { add, set, together } from '../change.ts';
import type { MutantsOf } from '../define.ts';
import type { Draft } from '../draft.ts';
import { entryAt } from '../edit.ts';
import { directory } from '../golden.ts';
import { makeProgram, type ProgramOptions } from '../program.ts';
import type { TarItem } from '../tar-writer.ts';

type Ids =
  `start.${'architecture' | 'program' | 'executable' | 'folders' | 'format' | 'interpreter' | 'libraries' | 'user' | 'working-dir'}`;

const PROGRAM = 'a/b/hello';
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
      apply: together(
        set('config', '/architecture', 'arm64'),
        set('indexJson', '/manifests/0/platform', { architecture: 'arm64', os: 'linux' }),
      ),
    },
    {
      name: 'the loader is of arm64',
      form: 'crane',
      apply: together(
        add(executable('ld.so', makeProgram({ machine: 183 }))),
        program({ interpreter: '/ld.so' }),
      ),
    },
  ],
  'start.program': [
    {
      name: 'the command names a shell that is not there',
      form: 'hybrid',
      apply: set('config', '/config/Cmd', ['/bin/sh', '-c', 'a']),
    },
    {
      name: 'the command names a word that no folder of PATH holds',
      form: 'oci',
      apply: set('config', '/config/Cmd', ['hello']),
    },
    {
      name: 'the command is in a folder of PATH that is no absolute one',
      form: 'crane',
      apply: together(
        set('config', '/config/Cmd', ['hello']),
        set('config', '/config/Env', ['PATH=b:.']),
        set('config', '/config/WorkingDir', '/a/b'),
      ),
    },
    { name: 'the command names a folder', form: 'containerd', apply: set('config', '/config/Cmd', ['/a/b']) },
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
    {
      name: 'the loader has the mode 0644',
      form: 'crane',
      apply: together(
        add({ ...executable('ld.so', makeProgram()), mode: 0o644 }),
        program({ interpreter: '/ld.so' }),
      ),
    },
  ],
  'start.folders': [
    {
      name: 'a folder above the program has the mode 0700',
      form: 'hybrid',
      apply: together(
        add({ ...directory('x/'), mode: 0o700 }, executable('x/run', makeProgram())),
        set('config', '/config/Cmd', ['/x/run']),
      ),
    },
  ],
  'start.format': [
    { name: 'the program is a text without an interpreter', form: 'hybrid', apply: script('echo hello\n') },
    { name: 'the program is empty', form: 'oci', apply: script('') },
    {
      name: 'the program ends within its headers',
      form: 'crane',
      apply: together(
        add(executable('run', Buffer.from(makeProgram().subarray(0, 40)))),
        set('config', '/config/Cmd', ['/run']),
      ),
    },
    {
      name: 'the program is an object file',
      form: 'legacy',
      apply: together(add(executable('run', objectFile())), set('config', '/config/Cmd', ['/run'])),
    },
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
      apply: together(add(executable('sh', makeProgram())), script('#!/sh\r\necho hello\r\n')),
    },
    {
      name: 'a script with an argument before CR LF',
      form: 'crane',
      apply: together(add(executable('sh', makeProgram())), script('#!/sh -e\r\necho hello\r\n')),
    },
    {
      name: 'a script that is its own interpreter',
      form: 'legacy',
      apply: together(add(executable('run', '#!/run\n')), set('config', '/config/Cmd', ['/run'])),
    },
    {
      name: 'env looks up a word that is not there',
      form: 'crane',
      apply: together(add(executable('env', makeProgram())), script('#!/env python3\n')),
    },
  ],
  'start.libraries': [
    {
      name: 'the loader is there, a library is not',
      form: 'hybrid',
      apply: together(
        add(executable('ld.so', makeProgram())),
        program({ interpreter: '/ld.so', needed: ['libc.so.6'] }),
      ),
    },
    {
      name: 'a library needs another that is not there',
      form: 'oci',
      apply: together(
        add(
          executable('ld.so', makeProgram()),
          executable('own.so', makeProgram({ needed: ['libother.so.1'] })),
        ),
        program({ interpreter: '/ld.so', needed: ['own.so'], runpath: '$ORIGIN/../..' }),
      ),
    },
  ],
  'start.user': [
    { name: 'the user is a name', form: 'hybrid', apply: set('config', '/config/User', 'app') },
    {
      name: 'the group is a name that etc/group does not know',
      form: 'oci',
      apply: set('config', '/config/User', '1000:app'),
    },
    { name: 'the user is beyond 31 bits', form: 'crane', apply: set('config', '/config/User', '2147483648') },
  ],
  'start.working-dir': [
    {
      name: 'the working directory is a file',
      form: 'hybrid',
      apply: set('config', '/config/WorkingDir', '/a/b/final.txt'),
    },
  ],
};

/** Its hard link is the same file. */
function setProgramMode(draft: Draft, mode: number): void {
  for (const path of [PROGRAM, `${PROGRAM}-again`]) Object.assign(entryAt(draft, path), { mode });
}

/** e_type is that of a relocatable file. */
function objectFile(): Buffer {
  const bytes = makeProgram();
  bytes.writeUInt16LE(1, 16);
  return bytes;
}
