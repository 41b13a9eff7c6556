import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../../../helpers/engines/error.ts';
import { silentProgress } from '../../../helpers/report/progress.ts';
import {
  type OwnedEngine,
  openInProcess,
  startEngines,
} from '../../../helpers/runner/matrix/start-engines.ts';

const NOTHING = silentProgress();

function engineOf(name: string): OwnedEngine {
  const engine = { name, stack: { engine: 'Docker Engine', version: '28' } };
  return { opening: { engine } as unknown as OwnedEngine['opening'], stop: async () => {} };
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
    expect(running.map(({ opening }) => opening.engine.name)).toEqual(['docker-28']);
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

describe('the process that owns an engine', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'owner-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const openWith = async (script: string, lines: string[] = []) => {
    const program = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
    await writeFile(program, script);
    return openInProcess({ name: 'docker-26' }, (line) => lines.push(line), program);
  };

  test('passes on progress and the engine, and ends when told', async () => {
    const lines: string[] = [];
    const engine = await openWith(
      `process.send({ type: 'progress', line: 'unpacking' });
       process.send({ type: 'open', opening: { engine: { name: process.argv[2] } } });
       process.once('message', () => process.exit(0));`,
      lines,
    );
    expect(lines).toEqual(['unpacking']);
    expect(engine.opening.engine.name).toBe('docker-26');
    await engine.stop();
    await engine.stop();
  });

  test('passes on why there is none', async () => {
    const script = `process.send({ type: 'unavailable', reason: 'It needs root.' }); process.disconnect();`;
    await expect(openWith(script)).rejects.toThrow(new EngineError('It needs root.'));
  });

  test('that ends early is told with its last words', async () => {
    await expect(openWith(`console.error('out of memory'); process.exit(3)`)).rejects.toThrow(
      'the process of docker-26 ended early: out of memory.',
    );
  });
});
