import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../helpers/common/project-files.ts';

const VISIBLE = ['README.md', 'c', 'fixtures', 'helpers', 'package.json', 'specs', 'vitest.config.ts'];
const BESIDE = ['LICENSE', 'package-lock.json', 'tsconfig.json'];
/** Made by npm and by runs, never committed. */
const MADE = ['node_modules', 'report'];

test('the top level holds what was agreed, and dotfiles', () => {
  const names = readdirSync(join(projectFolder('specs'), '..'));
  const visible = names.filter((name) => !name.startsWith('.') && ![...BESIDE, ...MADE].includes(name));
  expect(visible.sort()).toEqual([...VISIBLE].sort());
});
