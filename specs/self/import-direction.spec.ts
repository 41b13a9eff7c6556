import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../helpers/common/project-files.ts';

/** The wings of helpers/, in order: each imports only what stands before it. */
const WINGS = [
  'common',
  'archive',
  'engines',
  'consumers',
  'requirements',
  'procedure',
  'report',
  'gate',
  'runner',
  'proof',
  'cli',
] as const;

/** Packages that only some wings may need: `check` on an archive runs where none of them is installed. */
const HEAVY = ['vitest', 'testcontainers', 'dockerode', 'execa'];

interface Import {
  /** The importing file, as it stands in helpers/. */
  readonly from: string;
  /** The imported file, as it stands in helpers/ (`../specs/...` outside of it), or a package. */
  readonly to: string;
}

const root = projectFolder('helpers');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const imports = files.flatMap((from) => importsOf(from, readFileSync(join(root, from), 'utf8')));

test('every file of helpers stands in a wing', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(files.filter((name) => rankOf(name) === -1)).toEqual([]);
});

test('imports point one way', () => {
  expect(imports.length).toBeGreaterThan(500);
  expect(imports.filter(isUpwards)).toEqual([]);
});

test('an import against the direction is noticed', () => {
  const upwards = importsOf('archive/tar/scanner.ts', "import { judge } from '../../requirements/check.ts';");
  expect(upwards.filter(isUpwards)).toEqual(upwards);
});

test('no file imports itself, directly or through others', () => {
  expect(circlesOf(imports)).toEqual([]);
});

test('a circle is noticed', () => {
  const circle = [
    { from: 'a.ts', to: 'b.ts' },
    { from: 'b.ts', to: 'c.ts' },
    { from: 'c.ts', to: 'a.ts' },
  ];
  expect(circlesOf(circle)).toEqual(['a.ts', 'b.ts', 'c.ts']);
});

test('only the list of steps imports specs', () => {
  expect(imports.filter(({ from, to }) => to.startsWith('../specs/') && from !== 'runner/steps.ts')).toEqual(
    [],
  );
});

describe.each(['procedure', 'engines', 'tools'])('specs/%s', (name) => {
  const folder = join(projectFolder('specs'), name);
  const specs = readdirSync(folder).filter((file) => file.endsWith('.spec.ts'));

  test.for(specs)('%s is data and pure checks: it loads nothing that runs', (file) => {
    const code = readFileSync(join(folder, file), 'utf8').replaceAll(/import type [^;]+;/g, '');
    const loaded = importsOf(`../specs/${name}/${file}`, code).map(({ to }) => to);
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((to) => !/^(common|archive|requirements)\//.test(to))).toEqual([]);
  });
});

test('only helpers/runner imports vitest', () => {
  const importers = imports.filter(({ to }) => isPackage(to, 'vitest')).map(({ from }) => from);
  expect(importers.filter((name) => !name.startsWith('runner/'))).toEqual([]);
});

describe.each(['cli/check.ts', 'cli/explain.ts', 'archive/read-archive.ts'])('%s', (start) => {
  test('needs neither an engine nor a test runner', () => {
    const reached = closure(start);
    expect(reached.size).toBeGreaterThan(10);
    expect([...reached].filter((name) => HEAVY.some((heavy) => isPackage(name, heavy)))).toEqual([]);
  });
});

/** Place of a file's wing in the order; -1 for none. */
function rankOf(path: string): number {
  return WINGS.findIndex((wing) => path.startsWith(`${wing}/`));
}

function isUpwards({ from, to }: Import): boolean {
  return files.includes(to) && rankOf(to) > rankOf(from);
}

/** Every import of code or types, static or not; files as they stand in helpers/, packages by name. */
function importsOf(from: string, text: string): readonly Import[] {
  const words = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...words].map(([, word = '']) => ({
    from,
    to: word.startsWith('.')
      ? relative('.', normalize(join(dirname(from), word))).replace('../helpers/', '')
      : word,
  }));
}

/** Files that reach themselves, sorted. Leaves are taken away until none is left. */
function circlesOf(all: readonly Import[]): readonly string[] {
  let rest = all;
  for (;;) {
    const importers = new Set(rest.map(({ from }) => from));
    const imported = new Set(rest.map(({ to }) => to));
    const next = rest.filter(({ from, to }) => importers.has(to) && imported.has(from));
    if (next.length === rest.length) return [...new Set(next.map(({ from }) => from))].sort();
    rest = next;
  }
}

/** Whether a name is that package or a file of it. A folder of ours may have a package's name. */
function isPackage(name: string, wanted: string): boolean {
  return !files.includes(name) && (name === wanted || name.startsWith(`${wanted}/`));
}

/** Everything that a file loads, directly or not, leaving out imports of types alone. */
function closure(start: string): ReadonlySet<string> {
  const reached = new Set([start]);
  for (const name of reached) {
    if (!files.includes(name) && !name.startsWith('../specs/')) continue;
    // What is imported when it is asked for (`import(…)`) is not needed to start.
    const code = readFileSync(join(root, name), 'utf8')
      .replaceAll(/import type [^;]+;/g, '')
      .replaceAll(/import\([^)]*\)/g, '');
    for (const { to } of importsOf(name, code)) reached.add(to);
  }
  return reached;
}
