import { EngineError } from '../engines/error.ts';

/** Loads vitest, which takes a while and need not be there. Throws `EngineError` where it is not installed. */
export async function loadVitest(): Promise<typeof import('./run-tests.ts')> {
  try {
    return await import('./run-tests.ts');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new EngineError('vitest, which runs the specs, is not installed here; run npm ci in the checkout.');
  }
}
