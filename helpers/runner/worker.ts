import { inject } from 'vitest';
import { once } from '../common/once.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { temporaryFolder } from '../engines/temporary-folder.ts';
import { askFlow } from '../procedure/ask.ts';
import { createFlow, type Flow } from '../procedure/flow.ts';
import { createScenarios, type Scenarios } from '../procedure/scenarios/scenarios.ts';
import './context.ts';
import { createEvidenceSource, type EvidenceSource } from './evidence.ts';

/**
 * The side of a worker: it talks to the engine that was resolved for it, gathers the evidence and judges it. Each step
 * asserts the identity of the engine before and after it; see helpers/procedure/flow.ts.
 */
export interface Worker {
  readonly engine: EngineHandle;
  readonly flow: Flow;
  readonly source: EvidenceSource;
  readonly scenarios: Scenarios;
  /** When the worker began to gather, in seconds: what a build makes itself is not older. */
  readonly begunAt: number;
}

/** The engine of this worker, whose temporary files go with it. */
export const workerEngine = once(async (): Promise<EngineHandle> => {
  const engine = inject('engine');
  process.env['TMPDIR'] = await temporaryFolder(engine);
  return engine;
});

/** Begins to gather all evidence of the procedure, once in a process, without waiting for any. */
export const openWorker = once(async (): Promise<Worker> => {
  const engine = await workerEngine();
  const begunAt = Math.floor(Date.now() / 1000);
  const procedure = inject('procedure');
  const flow = createFlow(engine, procedure);
  flow.begin();
  const { whyNot } = flow;
  const source = createEvidenceSource(engine, {
    ask: (request) => askFlow(flow, request),
    ...{ whyNot, image: procedure?.image, isReproduced: procedure?.epoch !== undefined },
  });
  return { engine, flow, source, scenarios: createScenarios(engine, flow), begunAt };
});
