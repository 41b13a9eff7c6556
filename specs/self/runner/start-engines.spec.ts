import { describe, expect, test } from 'vitest';
import type { RunningEngine } from '../../../helpers/engines/engine-model.ts';
import { EngineError } from '../../../helpers/engines/error.ts';
import { silentProgress } from '../../../helpers/report/progress.ts';
import { startEngines } from '../../../helpers/runner/matrix/start-engines.ts';

const NOTHING = silentProgress();

function engineOf(name: string): RunningEngine {
  const handle = { name, stack: { engine: 'Docker Engine', version: '28' } };
  return { handle: handle as unknown as RunningEngine['handle'], stop: async () => {} };
}

describe('engines started side by side', () => {
  test('go on when one of them cannot be had, and that one tells why', async () => {
    const { running, unavailable } = await startEngines(
      ['docker-26', 'docker-28'],
      NOTHING,
      async ({ name }) => {
        if (name === 'docker-26') throw new EngineError('The package archive cannot be reached.');
        return engineOf(name);
      },
    );
    expect(running.map(({ handle }) => handle.name)).toEqual(['docker-28']);
    expect(unavailable).toMatchObject([
      { name: 'docker-26', version: '26.1.5', reason: 'The package archive cannot be reached.' },
    ]);
  });

  test('begin before any of them is there', async () => {
    let begun = 0;
    let allBegun: () => void = () => {};
    const all = new Promise<void>((resolve) => {
      allBegun = resolve;
    });
    await startEngines(['docker-26', 'docker-28'], NOTHING, async ({ name }) => {
      begun += 1;
      if (begun === 2) allBegun();
      await all;
      return engineOf(name);
    });
    expect(begun).toBe(2);
  });

  test('do not hide a bug of ours', async () => {
    const open = async () => {
      throw new TypeError('x is not a function');
    };
    await expect(startEngines(['docker-26'], NOTHING, open)).rejects.toThrow(TypeError);
  });

  test('are known by name', async () => {
    await expect(startEngines(['docker-99'], NOTHING)).rejects.toThrow(/No engine is called "docker-99"/);
  });
});
