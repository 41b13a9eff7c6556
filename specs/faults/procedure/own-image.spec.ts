import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';
import '../engines/needs.ts';

/** The worked example of the README: an image of one's own, with a file of container-structure-test, built twice. */

const ROOT = dirname(projectFolder('helpers'));

async function wordsOfExample(): Promise<readonly string[]> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const [, line] =
    /^npm run (conformance -- --context specs\/examples\/own-image[^#\n]*)/m.exec(readme) ?? [];
  if (line === undefined) throw new Error('The README has no worked example.');
  return line.trim().replace('-- ', '').split(/\s+/);
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  await using folder = await scratchFolder();
  const { text, exitCode } = commandLine([...args, '--output', folder.path], {
    environment: { SCRATCH_ENGINE: 'docker-26', ...environment },
  });
  const code = await exitCode;
  const report = JSON.parse(await readFile(join(folder.path, 'conformance.json'), 'utf8')) as Report;
  return { code, text: text(), outcomes: report.subjects.flatMap(({ outcomes }) => outcomes) };
}

test('the example conforms, and says what differs between two builds: layer, file and field', async () => {
  const { code, text, outcomes } = await run(await wordsOfExample());
  expect(code, text).toBe(0);
  const passed = new Set(outcomes.filter(({ status }) => status === 'pass').map(({ id }) => id));
  for (const id of ['files', 'content', 'metadata']) expect(passed).toContain(`expectation.structure-${id}`);
  // BuildKit stamps a folder of WORKDIR anew, and so again where a COPY goes into it.
  expect(text).toMatch(/layers\[1\] srv, time: \d+, then \d+\n\s+.*docker-26\/buildx/);
});

test('a command test is run, and one that does not hold fails with its name', async () => {
  await using context = await scratchFolder({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: 'a' });
  await using tests = await scratchFolder({
    'tests.yaml': 'schemaVersion: 2.0.0\ncommandTests:\n- name: starts\n  command: /a\n',
  });
  const { code, text, outcomes } = await run([
    ...['conformance', '--builder', 'buildx', '--context', context.path],
    ...['--expect', join(tests.path, 'tests.yaml')],
  ]);
  expect(code, text).toBe(1);
  const found = outcomes.find(({ id }) => id === 'run.structure-commands');
  expect(found?.status).toBe('fail');
  expect(found?.findings[0]?.expected.from).toContain('"starts"');
});

test('an image that two builds give the same is told so, and a practice fails where that is asked for', async () => {
  await using same = await scratchFolder({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: 'a' });
  const buildx = [
    '--builder',
    'buildx',
    '--reproduce',
    '--only',
    'reproduce.same-image',
    '--fail-on',
    'practice',
  ];
  const good = await run(['conformance', '--context', same.path, ...buildx], {
    SOURCE_DATE_EPOCH: '1600000000',
  });
  expect(good.code, good.text).toBe(0);
  expect(good.text).toMatch(/Two builds give the same image: docker-26\/buildx/);
  await using other = await scratchFolder({
    Dockerfile: 'FROM scratch\nWORKDIR /srv\nCOPY a /srv\n',
    a: 'a',
  });
  const bad = await run(['conformance', '--context', other.path, ...buildx]);
  expect(bad.code, bad.text).toBe(1);
});
