import type { StructureTests } from '../../../../helpers/requirements/expectation/structure/structure-model.ts';
import { type Mutant, upper, withParameters } from './golden.ts';

/** One test of each kind, which the documented image passes. */
export const STRUCTURE: StructureTests = {
  fileExistenceTests: [
    { name: 'program', path: '/hello', permissions: '-rwxr-xr-x', uid: 0, gid: 0, isExecutableBy: 'other' },
    { name: 'shell', path: '/bin/sh', shouldExist: false },
  ],
  fileContentTests: [
    { name: 'final', path: '/final.txt', expectedContents: ['^b'], excludedContents: ['a'] },
  ],
  metadataTest: {
    envVars: [{ key: 'PATH', value: '^/b', isRegex: true }],
    unboundEnvVars: [{ key: 'SECRET' }],
    labels: [{ key: 'a', value: 'b' }],
    exposedPorts: ['80'],
    unexposedPorts: [443],
    unmountedVolumes: ['/data'],
    entrypoint: [],
    cmd: ['/hello'],
    workdir: '/',
  },
};

const expectation = { structure: STRUCTURE };
const noticedBy = (id: string) => ({ expectation, noticedBy: [`expectation.structure-${id}`] });
const extra = (file: object) => ({
  layers: [[{ path: 'hello', mode: 0o755, content: 'x', ...file }], [upper]],
});

export const STRUCTURE_MUTANTS: readonly Mutant[] = [
  {
    defect: 'a shell that should not be there',
    image: { layers: [[...(extra({}).layers[0] ?? []), { path: 'bin/sh' }], [upper]] },
    ...noticedBy('files'),
  },
  { defect: 'a program that is gone', image: { layers: [[upper]] }, ...noticedBy('files') },
  { defect: 'a program of another mode', image: extra({ mode: 0o744 }), ...noticedBy('files') },
  { defect: 'a program with a set-user-ID bit', image: extra({ mode: 0o4755 }), ...noticedBy('files') },
  { defect: 'a program of another owner', image: extra({ uid: 1000 }), ...noticedBy('files') },
  { defect: 'a program of another group', image: extra({ gid: 5 }), ...noticedBy('files') },
  {
    defect: 'another content',
    image: { layers: [...extra({}).layers, [{ ...upper, content: 'c\n' }]] },
    ...noticedBy('content'),
  },
  {
    defect: 'an excluded content',
    image: { layers: [...extra({}).layers, [{ ...upper, content: 'b\na\n' }]] },
    ...noticedBy('content'),
  },
  {
    defect: 'a folder in place of a file',
    image: { layers: [...extra({}).layers, [{ path: 'final.txt', type: 'directory' }]] },
    ...noticedBy('content'),
  },
  ...[
    { Env: ['PATH=/usr/bin'] },
    { Env: ['PATH=/bin', 'SECRET='] },
    { Labels: { a: 'c' } },
    { ExposedPorts: {} },
    { ExposedPorts: { '80/tcp': {}, '443/tcp': {} } },
    { Volumes: { '/data': {} } },
    { Entrypoint: ['/init'] },
    { Cmd: ['/hello', '-v'] },
    { WorkingDir: '/srv' },
  ].map((change) => ({
    defect: `config ${JSON.stringify(change)}`,
    image: withParameters(change),
    ...noticedBy('metadata'),
  })),
];
