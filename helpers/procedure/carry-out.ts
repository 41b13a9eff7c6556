import { once } from '../common/once.ts';
import type { StepName } from '../engines/answers.ts';
import { assertIdentity } from '../engines/client.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { limited } from '../engines/limited.ts';
import { FlowError } from '../engines/step-error.ts';
import type { EngineWatch } from '../engines/watch-engine.ts';

/** Goes through one step of the procedure. */
type CarryOut = <T>(step: StepName, work: () => Promise<T>) => Promise<T>;

/**
 * Goes through one step, and asserts before and after it that the engine is there and is the one that was resolved: what a
 * dying engine says, in whatever words, is no evidence.
 */
export function carryOutOn(handle: EngineHandle, watch: EngineWatch): CarryOut {
  const identity = once(() => assertIdentity(handle));
  const carryOut: CarryOut = async (step, work) => {
    await identity();
    const result = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    try {
      await assertIdentity(handle);
    } catch (cause) {
      throw new FlowError(
        'engine',
        `${handle.name} was lost during the step ${step}: ${(cause as Error).message}`,
        { cause },
      );
    }
    if ('error' in result) throw result.error;
    return result.value;
  };
  return (step, work) => watch.during(step, (lost) => limited(step, () => carryOut(step, work), lost));
}
