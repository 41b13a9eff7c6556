import type { EngineHandle } from '../engines/engine-model.ts';
import { temporaryFolder } from '../engines/temporary-folder.ts';
import { askFlow } from '../procedure/ask.ts';
import { createFlow, type Flow, type FlowOptions } from '../procedure/flow.ts';
import { createScenarios, type Scenarios } from '../procedure/scenarios/scenarios.ts';
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

/** What the main process may send before vitest has any test for the worker: it takes as long to start as a build. */
export interface BeginMessage {
  readonly begin: { readonly engine: EngineHandle; readonly procedure: FlowOptions };
}

let early: Promise<Worker> | undefined;

/** Begins the procedure if the message says so; tests find its evidence gathered or under way. */
export function beginEarly(message: unknown): void {
  if (typeof message !== 'object' || message === null || !('begin' in message)) return;
  const { engine, procedure } = (message as BeginMessage).begin;
  early = begin(engine, procedure);
  early.catch(() => {});
}

/** The procedure on the engine that vitest hands over, begun already or now. */
export async function begunWorker(engine: EngineHandle, procedure: FlowOptions | undefined): Promise<Worker> {
  const worker = await (early ?? begin(engine, procedure));
  if (worker.engine.identity !== engine.identity || worker.engine.runId !== engine.runId)
    throw new Error(`Suite bug: the worker of ${engine.name} began with ${worker.engine.name}`);
  return worker;
}

/** Begins to gather all evidence of the procedure, without waiting for any. */
async function begin(engine: EngineHandle, procedure: FlowOptions | undefined): Promise<Worker> {
  process.env['TMPDIR'] = await temporaryFolder(engine);
  const begunAt = Math.floor(Date.now() / 1000);
  const flow = createFlow(engine, procedure);
  flow.begin();
  const { whyNot } = flow;
  const source = createEvidenceSource(engine, {
    ask: (request) => askFlow(flow, request),
    ...{ whyNot, image: procedure?.image, isReproduced: procedure?.epoch !== undefined },
  });
  return { engine, flow, source, scenarios: createScenarios(engine, flow), begunAt };
}
