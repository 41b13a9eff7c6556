import { AsyncLocalStorage } from 'node:async_hooks';
import { FlowError } from './step-error.ts';
import { limitMs, overLimit, STEP_LIMIT } from './time-limits.ts';

/** One step of a run while it is carried out: its commands and requests find it without being handed it. */
interface Scope {
  isOver: boolean;
  /** Ends the step with a reason. */
  giveUp(why: string): void;
  /** How to end what the step has begun. */
  readonly endings: Set<() => void>;
  /** What was begun and has not ended, as a person would name it. */
  readonly underWay: Set<string>;
}

const scopes = new AsyncLocalStorage<Scope>();

/**
 * Carries out one step within its limit, and no longer than its engine is there. Rejects with `FlowError`; what the step
 * had begun is ended. `lost` rejects when the engine is gone or the run is over.
 */
export async function limited<T>(
  step: FlowError['step'],
  work: () => Promise<T>,
  lost: Promise<never> = new Promise(() => {}),
  ms = limitMs(STEP_LIMIT),
): Promise<T> {
  const scope: Scope = { isOver: false, giveUp() {}, endings: new Set(), underWay: new Set() };
  let alarm: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    alarm = setTimeout(() => {
      const [what = 'it'] = scope.underWay;
      reject(new FlowError(step, `${what} ${overLimit(STEP_LIMIT, ms)}`));
    }, ms);
  });
  const givenUp = new Promise<never>((_, reject) => {
    scope.giveUp = (why) => reject(new FlowError(step, `${[...scope.underWay][0] ?? 'it'} ${why}`));
  });
  try {
    return await Promise.race([scopes.run(scope, work), silence, givenUp, lost]);
  } finally {
    clearTimeout(alarm);
    scope.isOver = true;
    for (const end of scope.endings) end();
  }
}

/** Names what a step is waiting for, until it has ended. */
export async function underWay<T>(what: string, work: Promise<T>): Promise<T> {
  const scope = scopes.getStore();
  scope?.underWay.add(what);
  try {
    return await work;
  } finally {
    scope?.underWay.delete(what);
  }
}

/** Calls back when the step that is being carried out has ended or is given up; never outside of a step. */
export function whenStepEnds(callback: () => void): () => void {
  const scope = scopes.getStore();
  if (scope?.isOver) callback();
  else scope?.endings.add(callback);
  return () => scope?.endings.delete(callback);
}

/** Whether a step is being carried out, which then has the limit. */
export function isLimited(): boolean {
  return scopes.getStore() !== undefined;
}

/** A way to end the step that is being carried out now, from where nobody listens for an error. */
export function whoGivesUp(): (why: string) => void {
  const scope = scopes.getStore();
  return (why) => scope?.giveUp(why);
}
