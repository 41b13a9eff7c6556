import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../helpers/project-files.ts';

/** What each part may import beside itself; a part is a file or folder directly in helpers/. Parts not named here are free. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'json.ts': [],
  'locator.ts': [],
  'digest.ts': [],
  'outcome.ts': ['json.ts', 'locator.ts'],
  tar: ['digest.ts', 'json.ts'],
  oci: ['json.ts'],
  elf: [],
  archive: ['digest.ts', 'json.ts', 'locator.ts', 'oci', 'tar'],
  // `flow` for the types of the evidence that its requirements judge.
  requirements: ['archive', 'digest.ts', 'flow', 'json.ts', 'locator.ts', 'oci', 'outcome.ts', 'tar'],
  'explain.ts': ['json.ts', 'locator.ts', 'outcome.ts', 'requirements'],
  'check.ts': ['archive', 'explain.ts', 'outcome.ts', 'requirements'],
  // `report` for the type of what an engine says of itself.
  engine: ['once.ts', 'project-files.ts', 'report', 'version-range.ts'],
  'once.ts': [],
  'version-range.ts': [],
};

/** Packages that only some parts may need: `check` on an archive runs where none of them is installed. */
const HEAVY = ['vitest', 'testcontainers', 'dockerode', 'execa'];

interface Import {
  readonly from: string;
  readonly to: string;
}

const root = projectFolder('helpers');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const imports = files.flatMap((from) => importsOf(from, readFileSync(join(root, from), 'utf8')));

test('imports point one way', () => {
  expect(imports.length).toBeGreaterThan(500);
  expect(wrongWay(imports)).toEqual([]);
});

test('an import against the direction is noticed', () => {
  const [upwards] = importsOf('tar/scanner.ts', "import { readArchive } from '../archive/read.ts';");
  expect(wrongWay(upwards ? [upwards] : [])).toEqual([upwards]);
});

test('only helpers/vitest and its configurations import vitest', () => {
  const importers = imports.filter(({ to }) => isPackage(to, 'vitest')).map(({ from }) => from);
  const allowed = (name: string) => name.startsWith('vitest/') || name.endsWith('vitest.config.ts');
  expect(importers.filter((name) => !allowed(name))).toEqual([]);
});

describe.each(['cli/check.ts', 'cli/explain.ts', 'archive/read.ts'])('%s', (start) => {
  test('needs neither an engine nor a test runner', () => {
    const reached = closure(start);
    expect(reached.size).toBeGreaterThan(10);
    expect([...reached].filter((name) => HEAVY.some((heavy) => isPackage(name, heavy)))).toEqual([]);
  });
});

function wrongWay(all: readonly Import[]): readonly Import[] {
  return all.filter(({ from, to }) => {
    const [source = '', target = ''] = [partOf(from), partOf(to)];
    const allowed = ALLOWED[source];
    return allowed !== undefined && files.includes(to) && source !== target && !allowed.includes(target);
  });
}

/** Every import of code, static or not; paths as they stand below helpers/, packages by name. Types cost nothing at run time. */
function importsOf(from: string, text: string): readonly Import[] {
  const words = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...words].map(([, word = '']) => ({
    from,
    to: word.startsWith('.') ? relative('.', normalize(join(dirname(from), word))) : word,
  }));
}

/** `helpers/vitest` is a folder of ours, `vitest` a package. */
function isPackage(name: string, wanted: string): boolean {
  return !files.includes(name) && (name === wanted || name.startsWith(`${wanted}/`));
}

function partOf(path: string): string | undefined {
  return path.split('/')[0];
}

/** Everything that a file loads, directly or not, leaving out imports of types alone. */
function closure(start: string): ReadonlySet<string> {
  const reached = new Set([start]);
  for (const name of reached) {
    if (!files.includes(name)) continue;
    const code = readFileSync(join(root, name), 'utf8').replaceAll(/import type [^;]+;/g, '');
    for (const { to } of importsOf(name, code)) reached.add(to);
  }
  return reached;
}
