import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../helpers/common/project-files.ts';

/**
 * Names that somebody else asks a module for: every command exports `run`, every global set-up of vitest `setup`, and
 * the package what its users call.
 */
const ASKED_FOR: Readonly<Record<string, RegExp>> = {
  readArchive: /^cli\/index\.ts$/,
  checkArchive: /^cli\/index\.ts$/,
  diffArchives: /^cli\/index\.ts$/,
  run: /^cli\/[a-z-]+\.ts$/,
  setup: /^runner\/[a-z-]+-setup\.ts$/,
};

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum)\s+([\w$]+)/gm;

const root = projectFolder('helpers');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .sort();

test('an exported name stands for one thing: none is declared in two files of helpers', () => {
  const places = placesOf(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  expect(places.size).toBeGreaterThan(1_000);
  expect([...places].filter(([, where]) => where.length > 1)).toEqual([]);
});

test('a name with two meanings is noticed', () => {
  const places = placesOf([
    ['archive/a.ts', 'export interface Draft {}\nexport async function* read() {}'],
    ['proof/b.ts', 'export type Draft = string;\nexport const reader = 1;'],
    ['cli/c.ts', 'export async function run() {}'],
    ['cli/d.ts', 'export async function run() {}'],
  ]);
  expect([...places]).toEqual([
    ['Draft', ['archive/a.ts', 'proof/b.ts']],
    ['read', ['archive/a.ts']],
    ['reader', ['proof/b.ts']],
  ]);
});

test('no name that is asked for is used elsewhere', () => {
  const places = placesOf([['report/run.ts', 'export function run() {}']]);
  expect([...places]).toEqual([['run', ['report/run.ts']]]);
});

/** The files that declare each exported name; overloads in one file count once. */
function placesOf(
  sources: readonly (readonly [file: string, text: string])[],
): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  for (const [file, text] of sources) {
    const names = new Set([...text.matchAll(DECLARATION)].map(([, name = '']) => name));
    for (const name of names) {
      if (ASKED_FOR[name]?.test(file)) continue;
      places.set(name, [...(places.get(name) ?? []), file]);
    }
  }
  return places;
}
