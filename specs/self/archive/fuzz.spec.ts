import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../../../helpers/archive/digest.ts';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { fuzz, mutationOf } from '../../../helpers/proof/fuzz/run.ts';
import { dockerArchive, LAYER } from './build.ts';

const FOLDER = fileURLToPath(new URL('../../../fixtures/archives', import.meta.url));
const samples = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tar'))
  .sort()
  .map((name) => ({ name, bytes: readFileSync(join(FOLDER, name)) }))
  .filter(({ bytes }) => bytes.length < 64 * 1024);

test('mutated archives are read without an exception', async () => {
  const runs = Array.from({ length: 500 }, (_, run) => run);
  const crashes: string[] = [];
  const verdicts = new Set<string>();
  const judge = ({ problems }: { problems: readonly unknown[] }) => problems.length === 0;
  for await (const { run, verdict, reason } of fuzz({ samples, seed: 1, runs, judge })) {
    verdicts.add(verdict);
    if (verdict === 'crash') crashes.push(`run ${run}: ${reason}`);
  }
  expect(crashes).toEqual([]);
  expect(verdicts).toEqual(new Set(['conforms', 'does not conform']));
}, 60_000);

test('a run can be repeated by its number, and leaves the recorded archives as they are', () => {
  const before = samples.map(({ bytes }) => digestOf(bytes));
  const outcome = () =>
    Array.from({ length: 200 }, (_, run) => {
      const { bytes, steps, sample } = mutationOf(run, 3, samples);
      return [digestOf(bytes), steps, sample];
    });
  const first = outcome();
  expect(outcome()).toEqual(first);
  expect(samples.map(({ bytes }) => digestOf(bytes))).toEqual(before);
});

test('any bytes give a model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
      const { problems } = await readArchiveBytes(bytes);
      expect(problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('any bytes as a layer give a model', async () => {
  const prefixes = [[], [0x1f, 0x8b, 8, 0], [0x28, 0xb5, 0x2f, 0xfd], [...LAYER]];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...prefixes),
      fc.uint8Array({ maxLength: 2000 }),
      async (prefix, bytes) => {
        const archive = await readArchiveBytes(dockerArchive([Uint8Array.from([...prefix, ...bytes])]));
        expect(archive.layers.size).toBe(1);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
