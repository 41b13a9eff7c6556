import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readArchive } from '../../../../helpers/archive/read-archive.ts';
import { projectFolder } from '../../../../helpers/common/project-files.ts';
import {
  checkExpectation,
  contentsWanted,
  readFor,
} from '../../../../helpers/requirements/expectation/check.ts';
import {
  parseExpectation,
  readExpectation,
} from '../../../../helpers/requirements/expectation/read-expectation.ts';
import { goMode } from '../../../../helpers/requirements/expectation/structure/compare-files.ts';
import {
  hasJudgedParts,
  unjudgedParts,
} from '../../../../helpers/requirements/expectation/structure/read-structure.ts';
import type { StructureTests } from '../../../../helpers/requirements/expectation/structure/structure-model.ts';
import { golden } from './golden.ts';
import { STRUCTURE } from './structure-mutants.ts';
import { archiveOf, type ImageOf } from './subject.ts';

const DOCUMENTED = join(projectFolder('fixtures/structure-tests'), 'documented.yaml');

function failing(structure: StructureTests, image: Partial<ImageOf> = {}) {
  return checkExpectation(archiveOf({ ...golden, ...image }), { structure })
    .filter(({ status }) => status === 'fail' || status === 'error')
    .flatMap(({ id, findings }) => findings.map(({ actual }) => `${id}: ${String(actual.value)}`));
}

test('the documented image passes, and every part of it was judged', () => {
  const outcomes = checkExpectation(archiveOf(golden), { structure: STRUCTURE });
  expect(failing(STRUCTURE)).toEqual([]);
  const passed = outcomes.filter(({ status }) => status === 'pass').map(({ id }) => id);
  expect(passed).toEqual(
    expect.arrayContaining(['files', 'content', 'metadata'].map((id) => `expectation.structure-${id}`)),
  );
});

test('a file with every documented section is taken as it stands, and holds of a recorded archive', async () => {
  const expectation = await readExpectation(DOCUMENTED);
  const file = join(projectFolder('fixtures/archives'), 'docker-26.1.5-overlay2-buildkit/hello.tar');
  const archive = await readFor(expectation, (contents) => readArchive(file, { contents }));
  const outcomes = checkExpectation(archive, expectation);
  expect(outcomes.filter(({ status }) => status === 'fail' || status === 'error')).toEqual([]);
  expect(outcomes.filter(({ status }) => status === 'pass').map(({ id }) => id)).toContain(
    'expectation.structure-content',
  );
  const { structure = {} } = expectation;
  expect(structure.commandTests?.[1]?.args?.[1]).toBe('echo hello &&\necho world\n');
  expect(unjudgedParts(structure, true).join(' ')).toMatch(
    /"prepared" is not judged: it has a setup.*license tests are not judged/,
  );
  expect(unjudgedParts(structure, false)).toHaveLength(4);
});

test.for<[string, StructureTests, boolean, boolean]>([
  ['license tests alone', { licenseTests: [{ debian: true }] }, true, false],
  ['command tests without an engine', { commandTests: [{ name: 'a', command: 'b' }] }, false, false],
  ['command tests with one', { commandTests: [{ name: 'a', command: 'b' }] }, true, true],
  [
    'command tests with options of the run',
    { commandTests: [{ name: 'a', command: 'b' }], containerRunOptions: { privileged: true } },
    true,
    false,
  ],
  ['an empty metadata test', { metadataTest: {} }, true, false],
])('%s: whether anything is judged', ([, tests, hasEngine, isJudged]) => {
  expect(hasJudgedParts(tests, hasEngine)).toBe(isJudged);
});

describe('links and variables', () => {
  const release = { path: 'usr/lib/os-release', content: 'ID=none\n' };
  const linked: Partial<ImageOf> = {
    layers: [
      [
        { path: 'etc/os-release', type: 'symlink', linkname: '../usr/lib/os-release' },
        { path: 'bin', type: 'symlink', linkname: '/usr/bin' },
        { path: 'usr/bin/tool', mode: 0o755, content: 'x' },
        { path: 'usr/bin/again', type: 'hardlink', linkname: 'usr/bin/tool', mode: 0o755 },
        { path: 'loop', type: 'symlink', linkname: 'loop' },
        release,
      ],
    ],
    config: { config: { Env: ['TOOL=tool', 'EMPTY='] } },
  };
  const there = (path: string, more: object = {}) => ({
    fileExistenceTests: [{ name: path, path, ...more }],
  });
  const holds = (path: string, pattern: string) => ({
    fileContentTests: [{ name: path, path, expectedContents: [pattern] }],
  });

  test.for<[string, StructureTests, readonly unknown[]]>([
    ['a link on the way', there('/bin/tool', { permissions: '-rwxr-xr-x' }), []],
    [
      'a link at the end is itself',
      there('/etc/os-release', { permissions: 'Lrwxrwxrwx' }),
      [expect.stringMatching(/structure-files/)],
    ],
    ['a link at the end, with a slash after it', there('/bin/'), []],
    ['a folder that no layer states', there('/usr/lib', { permissions: 'drwxr-xr-x', uid: 0 }), []],
    ['a variable of the image', there('/usr/bin/$TOOL'), []],
    ['a variable in braces', there('/usr/bin/$' + '{TOOL}'), []],
    ['a variable that is not set', there('/usr/bin/x$NONE', { shouldExist: false }), []],
    ['content behind a link', holds('/etc/os-release', '^ID=none'), []],
    ['content of a hard link', holds('/bin/again', '^x$'), []],
    ['a link that leads to itself', holds('/loop', 'x'), ['expectation.structure-content: absent']],
    ['a path out of the root', there('/../../etc/os-release'), []],
    ['the root itself', there('/'), []],
  ])('%s', ([, tests, expected]) => {
    expect(failing(tests, linked)).toEqual(expected);
  });

  test('a file behind a link is read a second time, and from standard input that is told', async () => {
    const expectation = { structure: holds('/etc/os-release', 'x') };
    const asked: unknown[] = [];
    const read = async (contents: unknown) => {
      asked.push(contents);
      return archiveOf({ ...golden, ...linked });
    };
    await readFor(expectation, read);
    expect(asked).toEqual([
      contentsWanted(expectation),
      expect.objectContaining({ paths: ['etc/os-release', 'usr/lib/os-release'] }),
    ]);
    await expect(readFor(expectation, read, { isStream: true })).rejects.toThrow(/save it to a file/);
  });
});

test.for<[Parameters<typeof goMode>[0]['type'], number, string]>([
  ['file', 0o644, '-rw-r--r--'],
  ['file', 0o4755, 'urwxr-xr-x'],
  ['file', 0o6711, 'ugrwx--x--x'],
  ['directory', 0o1777, 'dtrwxrwxrwx'],
  ['directory', 0o2755, 'dgrwxr-xr-x'],
  ['symlink', 0o777, 'Lrwxrwxrwx'],
  ['character-device', 0o666, 'Dcrw-rw-rw-'],
  ['fifo', 0o600, 'prw-------'],
])('a %s of mode %o is %s, as Go writes it', ([type, mode, text]) => {
  expect(goMode({ type, mode })).toBe(text);
});

describe('a file that cannot be used is refused at its line', () => {
  test.for<[string, string, RegExp]>([
    [
      'another version',
      "schemaVersion: '1.0.0'\ncommandTests: []\n",
      /^e\.yaml:1:1: \/schemaVersion must be "2\.0\.0"/,
    ],
    [
      'an unknown field',
      'schemaVersion: 2.0.0\nfileExistenceTests:\n- name: a\n  pat: b\n',
      /^e\.yaml:4:3: .*unknown field "pat"/m,
    ],
    [
      'no pattern',
      "schemaVersion: 2.0.0\nfileContentTests: [{name: a, path: b, expectedContents: ['(']}]\n",
      /e\.yaml:2:.*no regular expression of RE2/,
    ],
    [
      'no pattern of a value',
      "schemaVersion: 2.0.0\nmetadataTest:\n  labels: [{key: a, value: '(', isRegex: true}]\n",
      /e\.yaml:3:.*no regular expression of RE2/,
    ],
    ['nothing but a version', 'schemaVersion: 2.0.0\n', /states nothing/],
    [
      'a permission that is none',
      "schemaVersion: 2.0.0\nfileExistenceTests: [{name: a, path: b, permissions: '0644'}]\n",
      /As Go writes a mode/,
    ],
  ])('%s', ([, text, sentence]) => {
    expect(() => parseExpectation(text, 'e.yaml')).toThrow(sentence);
  });
});
