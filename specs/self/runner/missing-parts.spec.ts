import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../../helpers/report/report-model.ts';
import type { TimedJudged } from '../../../helpers/runner/judged.ts';
import { mergeShards, storeShard } from '../../../helpers/runner/matrix/merge-shards.ts';
import type { MatrixPlan } from '../../../helpers/runner/matrix/plan.ts';
import { judgedOn, planOf } from './stored-parts.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('merging the parts of a matrix', () => {
  test('conforms where every part judged its engine', async () => {
    await part('docker-20', planOf('docker-20'));
    await part('docker-26', planOf('docker-26'));
    expect(await merge(['docker-20', 'docker-26'])).toMatchObject({ verdict: 'conforms' });
  });

  test.each<[string, () => Promise<unknown>, string[], RegExp]>([
    [
      'a required engine without a part',
      async () => {},
      ['docker-26'],
      /docker-26 was not judged: no part has it/,
    ],
    [
      'a part without a result',
      () => mkdir(join(folder, 'docker-26')),
      [],
      /part docker-26 holds no shard\.json/,
    ],
    ['a part that was cut off', () => part('docker-26', '{"plan":'), [], /docker-26 is cut off/],
    ['a part of another version', () => part('docker-26', '{"plan":{},"results":[]}'), [], /another version/],
    [
      'a part that judged nothing',
      () => part('docker-26', planOf('docker-26'), []),
      [],
      /No image was built/,
    ],
    [
      'an engine of another shard',
      () => part('two', { ...planOf('docker-26'), planned: ['docker-28'] }),
      [],
      /docker-28/,
    ],
    [
      'an engine asked for by name and not there',
      () => part('two', { ...planOf('docker-26'), required: ['docker-28'] }),
      [],
      /docker-28 was not judged/,
    ],
  ])('could not judge %s', async (_, spoil, required, reason) => {
    await part('docker-20', planOf('docker-20'));
    await spoil();
    const { verdict, unreadable = [] } = await merge(required);
    expect(verdict).toBe('could-not-judge');
    expect(unreadable.map((each) => each.reason).join('\n')).toMatch(reason);
  });
});

async function part(name: string, plan: MatrixPlan | string, judged?: readonly TimedJudged[]): Promise<void> {
  const own = join(folder, name);
  await mkdir(own);
  if (typeof plan === 'string') return writeFile(join(own, 'shard.json'), plan);
  const results = plan.engines.map(
    ({ name: engine }) => [engine, { judged: judged ?? judgedOn(engine), errors: [] }] as const,
  );
  await storeShard(own, plan, new Map(results));
}

async function merge(required: readonly string[]): Promise<Report> {
  const output = join(folder, '../', `${folder.split('/').at(-1)}-report`);
  try {
    await mergeShards(folder, output, 'npm run matrix', required);
    return JSON.parse(await readFile(join(output, 'matrix.json'), 'utf8')) as Report;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
