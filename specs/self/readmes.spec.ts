import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../helpers/common/project-files.ts';

/** The questions that each answers, in this order, in bold at the start of a paragraph. */
const QUESTIONS = ['What lives here.', 'How to add one.', 'What must never be here.'];

const root = join(projectFolder('specs'), '..');
const wings = foldersOf('helpers');
const specFolders = foldersOf('specs').filter((folder) => existsSync(join(root, folder, 'README.md')));

test('README.md has at most 200 lines', () => {
  expect(linesOf('README.md').length).toBeLessThanOrEqual(200);
});

test('the tour of README.md names every wing and begins with hello.spec.ts', () => {
  const tour = linesOf('README.md').join('\n');
  expect(tour).toContain('specs/hello.spec.ts');
  for (const wing of wings)
    expect(tour).toMatch(new RegExp(`\`(?:helpers/)?${wing.slice('helpers/'.length)}\``));
});

describe.each([...wings, 'specs', ...specFolders])('%s/README.md', (folder) => {
  const lines = linesOf(`${folder}/README.md`);

  test('has at most 40 lines', () => {
    expect(lines.length).toBeLessThanOrEqual(40);
  });

  test('answers three questions', () => {
    const asked = lines.map((line) => QUESTIONS.findIndex((question) => line.startsWith(`**${question}**`)));
    expect(asked.filter((question) => question >= 0)).toEqual([0, 1, 2]);
  });
});

test.for(wings)('%s has no README in a folder of its own', (wing) => {
  const names = readdirSync(join(root, wing), { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.endsWith('README.md'))).toEqual(['README.md']);
});

test.for(['README.md', ...wings.map((wing) => `${wing}/README.md`)])(
  '%s links to files that exist',
  (path) => {
    const links = linesOf(path).flatMap((line) => [...line.matchAll(/\]\((?!https?:)([^)#]+)/g)]);
    const targets = links.map(([, target = '']) => join(root, dirname(path), target));
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  },
);

function foldersOf(parent: string): readonly string[] {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`);
}

function linesOf(path: string): readonly string[] {
  return readFileSync(join(root, path), 'utf8').trimEnd().split('\n');
}
