import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, inject, type TestAPI, vi } from 'vitest';
import { explainMissingPackage } from '../common/missing-package.ts';
import type { EngineHandle, RunningEngine } from '../engines/engine-model.ts';
import './context.ts';
import type { ImageFixtures, SpecEngine } from './spec-types.ts';

/** Longest that a test may take when it is not told otherwise: the first one may have to fetch an engine. */
const TEST_MS = 1_800_000;

/** A test with an engine: build, run and save images of one's own, beside testcontainers or without. */
export const imageTest: TestAPI<ImageFixtures> = base.extend<ImageFixtures>({
  recipe: [undefined, { scope: 'file' }],
  engine: [
    async ({ recipe }, use) => {
      const { handle, stop } = await openEngine(recipe);
      HANDLES.set(handle, handle);
      try {
        await use(handle);
      } finally {
        await stop();
      }
    },
    { scope: 'file' },
  ],
  folder: async ({ engine, task: { id } }, use) => {
    const folder = join(handleOf(engine).workDir, `test-${id}`);
    await mkdir(folder);
    await use(folder);
  },
  tag: ({ engine, task: { id } }, use) => use(`${handleOf(engine).runId}/hello:test-${id}`),
  build: ({ engine, folder, tag }, use) =>
    use(async (context, options = {}) => {
      const { buildForSpec } = await loadSpecEngine();
      const number = ++count;
      const name = options.tag ?? `${tag}-${number}`;
      const place = { handle: handleOf(engine), folder: join(folder, `context-${number}`), tag: name };
      await buildForSpec(place, context, options);
      return name;
    }),
  run: ({ engine }, use) =>
    use(async (image, options = {}) => {
      const { runForSpec, runStartedForSpec } = await loadSpecEngine();
      if (typeof image === 'function') return runStartedForSpec(handleOf(engine), image);
      return runForSpec(handleOf(engine), image, options);
    }),
  save: ({ engine, folder }, use) =>
    use(async (image, options = {}) => {
      const { saveForSpec } = await loadSpecEngine();
      return saveForSpec(handleOf(engine), image, join(folder, `saved-${++count}.tar`), options);
    }),
});

/** What specs see of an engine is less than what works on it. */
const HANDLES = new WeakMap<SpecEngine, EngineHandle>();

function handleOf(engine: SpecEngine): EngineHandle {
  const handle = HANDLES.get(engine);
  if (handle === undefined)
    throw new TypeError('The fixture engine was replaced; set recipe to choose another engine.');
  return handle;
}

/** Of what this process builds and saves. */
let count = 0;

/** In a run of the suite the engine that was resolved for it, which others end; else one for this file. */
async function openEngine(recipe: string | undefined): Promise<RunningEngine> {
  const { directClients, startSpecEngine } = await loadSpecEngine();
  if (recipe === undefined && inject('engine') !== undefined) {
    const { workerEngine } = await import('./worker.ts');
    const handle = await workerEngine();
    await directClients(handle);
    return { handle, stop: async () => {} };
  }
  const engine = await startSpecEngine(recipe);
  try {
    await directClients(engine.handle);
    return engine;
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

async function loadSpecEngine(): Promise<typeof import('./spec-engine.ts')> {
  try {
    return await import('./spec-engine.ts');
  } catch (error) {
    const explained = explainMissingPackage(error);
    throw explained === undefined ? error : new Error(`Could not run: ${explained}`, { cause: error });
  }
}

/** Vitest's own limit of five seconds is for tests without an engine. */
export function allowForEngines(): void {
  vi.setConfig({ testTimeout: TEST_MS, hookTimeout: TEST_MS });
}
