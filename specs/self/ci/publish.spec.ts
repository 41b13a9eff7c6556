import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../../package.json' with { type: 'json' };
import { scratchFolder } from '../engines/scratch-folder.ts';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

const workflow = parse(await readFile('.github/workflows/publish.yml', 'utf8'));
const steps: readonly Step[] = workflow.jobs.publish.steps;

/** The shell of a step of the workflow, run here. */
async function runStep(name: string, cwd: string, env: Readonly<Record<string, string>>) {
  const script = steps.find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`no step is called ${name}`);
  return execa('bash', ['-e', '-c', script], { cwd, env, reject: false });
}

async function checkout() {
  return scratchFolder({
    'package.json': JSON.stringify({ name: 'x', version: '0.1.0' }),
    '.github/CHANGELOG.md': '# Changes\n\n## 0.1.0\n',
  });
}

describe('the workflow that publishes', () => {
  test('publishes the version that is tagged, and no other', async () => {
    await using folder = await checkout();
    const step = 'Compare the tag with the version';
    expect((await runStep(step, folder.path, { TAG: 'v0.1.0' })).exitCode).toBe(0);
    const other = await runStep(step, folder.path, { TAG: 'v0.2.0' });
    expect(other).toMatchObject({ exitCode: 1 });
    expect(other.stderr).toBe(
      'The release is tagged v0.2.0, and package.json has the version 0.1.0: tag it v0.1.0.',
    );
    await writeFile(join(folder.path, '.github/CHANGELOG.md'), '# Changes\n');
    expect((await runStep(step, folder.path, { TAG: 'v0.1.0' })).stderr).toMatch(/says nothing of 0\.1\.0/);
  });

  test('names the repository that it publishes from, which provenance is compared with', async () => {
    await using folder = await checkout();
    const REPOSITORY = 'https://example.test/owner/name';
    expect((await runStep('Say where it comes from', folder.path, { REPOSITORY })).exitCode).toBe(0);
    expect(JSON.parse(await readFile(join(folder.path, 'package.json'), 'utf8'))).toMatchObject({
      repository: { type: 'git', url: `git+${REPOSITORY}.git` },
      homepage: `${REPOSITORY}#readme`,
      bugs: { url: `${REPOSITORY}/issues` },
    });
  });

  test('publishes last, with provenance and the right that it needs', () => {
    expect(steps.at(-1)?.run).toMatch(/^npm publish --provenance /);
    expect(workflow.jobs.publish.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  });
});

test('the changes of this version are told', async () => {
  const changes = await readFile('.github/CHANGELOG.md', 'utf8');
  expect(changes.split('\n')).toContain(`## ${packageJson.version}`);
});
