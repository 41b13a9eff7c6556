import type { FlowRequest } from '../requirements/procedure/evidence.ts';
import type { Flow } from './flow.ts';
import type { Gathered } from './gathered.ts';

/** Hands out a piece of evidence; rejects with the sentence that says why there is none. */
export function askFlow(flow: Flow, request: FlowRequest): Promise<Gathered<unknown>> {
  switch (request.step) {
    case 'save':
      return flow.save(request.builder, request.saver);
    case 'context':
    case 'build':
    case 'run':
    case 'load':
    case 'reproduce':
      return flow[request.step](request.builder);
    default:
      return flow[request.step]();
  }
}
