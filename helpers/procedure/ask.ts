import type { BuilderName } from '../engines/model.ts';
import type { FlowSaver } from '../engines/savers/savers.ts';
import type { Flow, Gathered } from './flow.ts';

/** One piece of evidence, as plain data. */
export type FlowRequest =
  | { readonly step: 'compile' | 'builders' | 'shell' }
  | { readonly step: 'build' | 'run' | 'load'; readonly builder: BuilderName }
  | { readonly step: 'save'; readonly builder: BuilderName; readonly saver: FlowSaver };

/** Hands out a piece of evidence; rejects with the sentence that says why there is none. */
export function askFlow(flow: Flow, request: FlowRequest): Promise<Gathered<unknown>> {
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
