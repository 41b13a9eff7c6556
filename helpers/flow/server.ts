import { join } from 'node:path';
import type { BuilderName, EngineHandle } from '../engine/model.ts';
import type { Flow, Gathered } from './flow.ts';
import type { FlowSaver } from './savers.ts';
import { type AnswerServer, serveAnswers } from './serve-answers.ts';

/**
 * The process that owns the engine gathers all evidence, from the moment the engine is there; the workers that judge it
 * start up meanwhile and ask for it over a socket. They never talk to an engine themselves.
 */

/** What a worker asks for: one line of JSON. */
export type FlowRequest =
  | { readonly step: 'compile' | 'builders' | 'shell' }
  | { readonly step: 'build' | 'run' | 'load'; readonly builder: BuilderName }
  | { readonly step: 'save'; readonly builder: BuilderName; readonly saver: FlowSaver };

/** What it is answered: one line of JSON. */
export type FlowAnswer = Gathered<unknown> | { readonly error: string };

/** Serves a flow in the engine's work folder. */
export async function serveFlow(flow: Flow, { workDir }: EngineHandle): Promise<AnswerServer> {
  return serveAnswers(join(workDir, 'flow.sock'), (request) => answer(flow, request as FlowRequest));
}

async function answer(flow: Flow, request: FlowRequest): Promise<FlowAnswer> {
  try {
    return await gather(flow, request);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function gather(flow: Flow, request: FlowRequest): Promise<Gathered<unknown>> {
  switch (request.step) {
    case 'save':
      return flow.save(request.builder, request.saver);
    case 'build':
    case 'run':
    case 'load':
      return flow[request.step](request.builder);
    default:
      return flow[request.step]();
  }
}
