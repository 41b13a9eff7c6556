import { inject } from 'vitest';
import { createFlow, type Flow } from '../flow/flow.ts';
import './context.ts';

const KEY = Symbol.for('scratch-conformance.flow');
const store = globalThis as { [KEY]?: Flow };

/** The procedure on the engine of this run: one for each worker, whatever the number of spec files. */
export function theFlow(): Flow {
  store[KEY] ??= createFlow(inject('engine'), { builders: inject('builders') });
  return store[KEY];
}
