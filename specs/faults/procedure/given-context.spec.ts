import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';
import '../engines/needs.ts';

/** A second image, from a folder outside of the project, goes through conformance, matrix and gate. */

const IMAGE = {
  Dockerfile: 'FROM scratch\nWORKDIR /srv\nCOPY site /srv/\nENV MODE=quiet\nLABEL team="web"\n',
  '.dockerignore': '**/*.log\n',
  'site/index.html': '<p>hello</p>\n',
  'site/deep/er/page.html': '<p>deep</p>\n',
  'site/debug.log': 'left out\n',
};

const EXPECTATION = {
  platform: { os: 'linux' },
  rootfs: {
    files: [
      { path: 'srv/index.html', content: '<p>hello</p>\n' },
      { path: 'srv/deep/er/page.html', content: '<p>deep</p>\n' },
    ],
    absent: ['srv/debug.log'],
  },
  config: { WorkingDir: '/srv', Env: ['MODE=quiet'], others: ['Env'] },
};

function run(args: readonly string[]) {
  const { text, exitCode } = commandLine(args, { environment: { SCRATCH_ENGINE: 'docker-26' } });
  return exitCode.then((code) => ({ code, text: text() }));
}

async function readReport(folder: string, name: string): Promise<Report> {
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as Report;
}

const REPORT = join(dirname(projectFolder('helpers')), 'report');

test('conformance judges it by what is asked of any image, and by its own expectation', async () => {
  await using context = await scratchFolder(IMAGE);
  await using expected = await scratchFolder({ 'expectation.json': JSON.stringify(EXPECTATION) });
  const { code, text } = await run([
    ...['conformance', '--context', context.path],
    ...['--expect', join(expected.path, 'expectation.json')],
  ]);
  expect(code, text).toBe(0);
  const { subjects, context: name } = await readReport(REPORT, 'conformance.json');
  expect(name).toBe(context.path.split('/').at(-1));
  const outcomes = subjects.flatMap((subject) => subject.outcomes);
  const judged = new Set(outcomes.filter(({ status }) => status === 'pass').map(({ id }) => id));
  expect(judged).toContain('context.builds');
  expect(judged).toContain('config.diff-id');
  expect(judged).toContain('expectation.rootfs');
  expect(judged).toContain('load.same-config');
  // What belongs to the documented image alone is not even listed.
  const ids = new Set(outcomes.map(({ id }) => id));
  for (const id of ['compile.executable', 'build.four-layers', 'build.cmd', 'save.root-texts', 'shell.loop'])
    expect(ids).not.toContain(id);
});

test('an expectation that does not hold, about files and about the run', async () => {
  await using context = await scratchFolder({ ...IMAGE, Dockerfile: `${IMAGE.Dockerfile}CMD ["/absent"]\n` });
  const expectation = { ...EXPECTATION, config: { WorkingDir: '/elsewhere' }, run: { stdout: 'up\n' } };
  await using expected = await scratchFolder({ 'expectation.json': JSON.stringify(expectation) });
  const { code, text } = await run([
    ...['conformance', '--quiet', '--builder', 'buildx', '--context', context.path],
    ...['--expect', join(expected.path, 'expectation.json')],
  ]);
  expect(code, text).toBe(1);
  expect(text).toMatch(/✗ expectation\.config.*: docker-26\/buildx\/docker-save/);
  expect(text).toMatch(/✗ run\.starts .*docker-26\/buildx/);
  expect(text).toMatch(/✗ run\.output .*docker-26\/buildx/);
});

test('a service that does not end is stopped, and has started', async () => {
  await using context = await scratchFolder({
    'main.c': '#include <unistd.h>\nint main(void) { for (;;) pause(); }\n',
    Dockerfile: 'FROM scratch\nCOPY service /\nCMD ["/service"]\n',
  });
  const { execFileSync } = await import('node:child_process');
  execFileSync('gcc', ['-static', '-o', 'service', 'main.c'], { cwd: context.path });
  const { code, text } = await run(['conformance', '--builder', 'docker-build', '--context', context.path]);
  expect(code, text).toBe(0);
  expect(text).toMatch(/run +✓ 2/);
});

test.for([
  [
    'names a file that is not there',
    'FROM scratch\nCOPY absent /\n',
    /no builder builds this context: .*absent/,
  ],
  ['stands on a base that is not at hand', 'FROM debian:13\nCOPY Dockerfile /\n', /the base is not at hand/],
] as const)('a Dockerfile that %s cannot be judged', async ([, dockerfile, sentence]) => {
  await using context = await scratchFolder({ Dockerfile: dockerfile });
  const { code, text } = await run(['conformance', '--quiet', '--context', context.path]);
  expect(text).toMatch(sentence);
  expect(text).toMatch(/^Could not judge: /m);
  expect(code).toBe(2);
});

test('a builder that lacks what the Dockerfile asks for is told with the reason, and is no failure', async () => {
  const dockerfile = 'FROM scratch\nCOPY --chmod=0600 Dockerfile /text\n';
  await using context = await scratchFolder({ Dockerfile: dockerfile });
  const { code, text } = await run(['conformance', '--quiet', '--context', context.path]);
  expect(text).not.toMatch(/✗/);
  expect(code, text).toBe(0);
  const { subjects } = await readReport(REPORT, 'conformance.json');
  const outcomes = subjects.flatMap(({ builder, outcomes }) =>
    outcomes.filter(({ id }) => id === 'context.builds').map((one) => ({ builder, ...one })),
  );
  const statuses = (status: string) => outcomes.filter((one) => one.status === status);
  expect(statuses('pass').map(({ builder }) => builder)).toEqual(['buildkit-api', 'docker-build', 'buildx']);
  expect(statuses('not-applicable').map(({ builder }) => builder)).toEqual(['classic-api', 'testcontainers']);
  for (const { reason } of statuses('not-applicable'))
    expect(reason).toMatch(
      /^COPY --chmod in line 2 of the Dockerfile: .*the classic builder of Docker Engine 26/,
    );
});

test('a context that one builder refuses and another one builds does not conform', async () => {
  // Only the clients with BuildKit look for an ignore file beside the Dockerfile first.
  await using context = await scratchFolder({
    Dockerfile: 'FROM scratch\nCOPY text /text\n',
    text: 'hello\n',
    '.dockerignore': 'text\n',
    'Dockerfile.dockerignore': 'other\n',
  });
  const { code, text } = await run(['conformance', '--quiet', '--context', context.path]);
  expect(text).toMatch(
    /✗ context\.builds \(fail\): docker-26\/classic-api, docker-26\/buildkit-api, docker-26\/testcontainers/,
  );
  expect(code).toBe(1);
});

test('matrix and gate', { timeout: 300_000 }, async () => {
  await using context = await scratchFolder(IMAGE);
  await using output = await scratchFolder({ 'expectation.json': JSON.stringify(EXPECTATION) });
  const own = ['--context', context.path, '--expect', join(output.path, 'expectation.json')];
  const matrix = await run([
    ...['matrix', '--quiet', '--engine', 'docker-26,docker-26-containerd', '--output', output.path],
    ...own,
  ]);
  expect(matrix.code, matrix.text).toBe(0);
  const { subjects } = await readReport(output.path, 'matrix.json');
  const statusOf = (id: string) =>
    subjects.flatMap(({ outcomes }) => outcomes.filter((one) => one.id === id).map(({ status }) => status));
  expect(new Set(statusOf('across.entries'))).toEqual(new Set(['pass']));
  expect(statusOf('across.load')).toContain('pass');
  // The scenarios beside the procedure have images of their own.
  expect(statusOf('save.round-trip')).toEqual([]);
  const file = join(output.path, 'matrix.json');
  const gate = await run([
    ...['gate', '--baseline', `${file}#docker-26`, '--candidate', `${file}#docker-26-containerd`],
    ...['--output', output.path],
  ]);
  expect(gate.code, gate.text).toBe(0);
  expect(gate.text).toMatch(/Go\b|go:/i);
});
