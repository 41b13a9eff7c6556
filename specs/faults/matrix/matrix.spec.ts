import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../../helpers/report/report-model.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';
import { expectNothingLeft } from '../engines/killed-midway.ts';
import { outcomeTable, versionsOf } from './outcome-table.ts';
import '../engines/needs.ts';

const LONG = 600_000;
const ENGINES = '--engine=docker-20,docker-26';
const THREE = `${ENGINES},podman-5.4`;
/** Renewed by `npx vitest run --project faults specs/faults/matrix -u`; read the difference before you commit it. */
const GOLDEN = '../../../fixtures/golden/matrix.txt';

test.for([
  ['SIGKILL', null],
  ['SIGINT', 130],
] as const)(
  'A matrix in the middle of its work leaves nothing after %s',
  { timeout: LONG },
  async ([signal, code]) => {
    await using temporary = await scratchFolder();
    await using output = await scratchFolder();
    const suite = commandLine(['matrix', ENGINES, '--output', output.path], {
      environment: { TMPDIR: temporary.path },
    });
    await suite.until(/docker-26: judge \.\.\./);
    await expectNothingLeft(suite, temporary.path, signal, code);
  },
);

let last: Report | undefined;

test('The shards of a matrix, merged, tell what each of them told', {
  timeout: LONG,
}, async () => {
  await using folder = await scratchFolder();
  const output = (name: string) => join(folder.path, name);
  const read = async (name: string) =>
    JSON.parse(await readFile(join(output(name), 'matrix.json'), 'utf8')) as Report;
  const codes: (number | null)[] = [];
  for (const [name, args] of Object.entries({
    'shards/1': [THREE, '--shard=1/2'],
    'shards/2': [THREE, '--shard=2/2'],
    merged: [`--merge=${output('shards')}`],
  }))
    codes.push(await commandLine(['matrix', ...args, '--quiet', '--output', output(name)]).exitCode);
  expect(codes).toEqual([0, 0, 0]);
  last = await read('merged');

  const [first, second, merged] = [await read('shards/1'), await read('shards/2'), await read('merged')];
  expect([first, second].map(({ engines }) => engines.map(({ name }) => name))).toEqual([
    ['docker-20', 'podman-5.4'],
    ['docker-26'],
  ]);
  expect(merged.engines.map(({ name, available }) => [name, available])).toEqual([
    ['docker-20', true],
    ['docker-26', true],
    ['podman-5.4', true],
  ]);
  const rows = ({ subjects }: Report) =>
    subjects
      .flatMap(({ id, outcomes }) => outcomes.map((outcome) => `${id} ${outcome.id} ${outcome.status}`))
      .toSorted();
  const isCompared = (row: string) => / across\.(entries|diff-ids|reproducible) /.test(row);
  const alone = (report: Report) => rows(report).filter((row) => !isCompared(row));
  expect(alone(merged)).toEqual([...alone(first), ...alone(second)].toSorted());
  expect(rows(merged).filter(isCompared)).toContain('docker-26/together across.entries pass');
  expect(merged.observations).toHaveLength(first.observations.length + second.observations.length);
});

test('A matrix of three engines tells what it told when its golden file was looked at', async ({ skip }) => {
  if (last === undefined) throw new Error('There is no merged matrix: see the test before.');
  const [then = ''] = (await readFile(new URL(GOLDEN, import.meta.url), 'utf8')).split('\n', 1);
  const now = versionsOf(last);
  skip(then !== now, `Debian's packages have moved on: ${then} then, ${now} now. Renew the file.`);
  await expect(outcomeTable(last)).toMatchFileSnapshot(GOLDEN);
});

test('An engine that cannot be had is listed with its reason, and --require makes that a failure', async () => {
  await using folder = await scratchFolder();
  const run = (...args: string[]) =>
    commandLine(['matrix', '--engine=docker-26', ...args, '--output', folder.path], {
      // An empty cache, and no archive to fill it from.
      environment: { XDG_CACHE_HOME: folder.path, SCRATCH_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian' },
    });
  const listed = run();
  expect(await listed.exitCode).toBe(2);
  expect(listed.text()).toMatch(/docker-26 +unavailable: .*\S/);
  const required = run('--require=docker-26');
  expect(await required.exitCode).toBe(2);
  expect(required.text()).toMatch(/The engine docker-26 was not judged: .*\S/);
});
