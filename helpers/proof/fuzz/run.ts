import type { Archive } from '../../archive/model.ts';
import { readArchiveBytes } from '../../archive/read-archive.ts';
import { type Mutation, mutate } from './mutate.ts';
import { createRandom } from './random.ts';

/** A recorded archive to damage. */
export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What became of one run. `crash` is always our own bug. */
export interface FuzzRun {
  readonly run: number;
  readonly sample: string;
  readonly steps: readonly string[];
  readonly verdict: 'conforms' | 'does not conform' | 'crash';
  readonly milliseconds: number;
  readonly reason?: string;
}

interface FuzzOptions {
  readonly samples: readonly Sample[];
  readonly seed: number;
  /** Runs to do: each number alone decides what is done, so that one run can be repeated by itself. */
  readonly runs: Iterable<number>;
  /** `true` when nothing is wrong with the archive; throws when the judgement itself breaks. */
  readonly judge: (archive: Archive) => boolean;
}

/** The archive that a run number stands for. */
export function mutationOf(
  run: number,
  seed: number,
  samples: readonly Sample[],
): Mutation & { sample: string } {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b));
  const sample = samples[random.below(samples.length)];
  if (!sample) throw new Error('Suite bug: there is no archive to mutate.');
  return { ...mutate(sample.bytes, random), sample: sample.name };
}

export async function* fuzz({ samples, seed, runs, judge }: FuzzOptions): AsyncGenerator<FuzzRun> {
  for (const run of runs) {
    const { bytes, steps, sample } = mutationOf(run, seed, samples);
    const start = performance.now();
    let verdict: FuzzRun['verdict'] = 'crash';
    let reason: string | undefined;
    try {
      const archive = await readArchiveBytes(bytes);
      verdict = judge(archive) ? 'conforms' : 'does not conform';
    } catch (error) {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    const milliseconds = performance.now() - start;
    yield { run, sample, steps, verdict, milliseconds, ...(reason === undefined ? {} : { reason }) };
  }
}
