import { expect, test } from 'vitest';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import { beginEarly, begunWorker } from '../../../helpers/runner/begin.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

function engineOf(identity: string, workDir: string): EngineHandle {
  return {
    ...{ name: 'sample', family: 'docker', origin: 'rootfs', identity, runId: 'sc0', workDir },
    stack: { engine: 'Docker Engine', version: '26.1.5', store: 'overlay2', platform: 'linux/amd64' },
    ...{ tools: {}, toolEnvironment: {}, features: [], builders: [], savers: [], lacking: {} },
  };
}

test('a worker that began early goes on with its engine, and with no other', async () => {
  await using folder = await scratchFolder({});
  const temporary = process.env['TMPDIR'];
  try {
    const engine = engineOf('one', folder.path);
    // Nothing is built: there is no builder.
    const procedure = { builders: [], image: { name: 'own', label: 'own', folder: folder.path } };
    for (const message of [undefined, 'begin', { begin: { engine, procedure } }]) beginEarly(message);
    const worker = await begunWorker(engine, procedure);
    expect(worker.engine).toBe(engine);
    expect(await begunWorker(structuredClone(engine), procedure)).toBe(worker);
    await expect(begunWorker(engineOf('two', folder.path), procedure)).rejects.toThrow(/^Suite bug: /);
    await expect(begunWorker({ ...engine, runId: 'sc1' }, procedure)).rejects.toThrow(/^Suite bug: /);
  } finally {
    process.env['TMPDIR'] = temporary;
  }
});
