import { join } from 'node:path';
import type { EngineHandle } from '../engines/model.ts';
import type { FlowRequest } from '../requirements/procedure/evidence.ts';
import { askFlow } from './ask.ts';
import type { Flow, Gathered } from './flow.ts';
import { type AnswerServer, serveAnswers } from './serve-answers.ts';

/**
 * The process that owns the engine gathers all evidence, from the moment the engine is there; workers that judge it
 * ask for it over a socket, one line of JSON each way. They never talk to an engine themselves.
 */

/** What a `FlowRequest` is answered. */
export type FlowAnswer = Gathered<unknown> | { readonly error: string };

/** Serves a flow in the engine's work folder. */
export async function serveFlow(flow: Flow, { workDir }: EngineHandle): Promise<AnswerServer> {
  return serveAnswers(join(workDir, 'flow.sock'), (request) => answer(flow, request as FlowRequest));
}

async function answer(flow: Flow, request: FlowRequest): Promise<FlowAnswer> {
  try {
    return await askFlow(flow, request);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
