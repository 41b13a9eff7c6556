import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../helpers/common/project-files.ts';

const read = (path: string) => readFileSync(join(projectFolder('specs'), '..', path), 'utf8');

const text = read('.github/SECURITY.md');
const { dependencies } = JSON.parse(read('package.json')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const { packages } = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<
    Record<string, { readonly hasInstallScript?: boolean; readonly dependencies?: object }>
  >;
};

test('SECURITY.md names every dependency of a run, each of an exact version', () => {
  const [, paragraph = ''] = /^\*\*Dependencies\.\*\*(.*?)`npm audit/ms.exec(text) ?? [];
  const named = [...paragraph.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  expect(named).toEqual(Object.keys(dependencies));
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test('no dependency of a run, nor what it needs itself, has an install script', () => {
  const names = new Set(Object.keys(dependencies));
  for (const name of names)
    for (const other of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) names.add(other);
  const withScript = [...names].filter((name) => packages[`node_modules/${name}`]?.hasInstallScript === true);
  expect(withScript).toEqual([]);
});
