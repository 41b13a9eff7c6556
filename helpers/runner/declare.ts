import type { EvidenceSource } from './evidence.ts';
import type { Judgement } from './judge.ts';

/** A test as a spec of the flow declares it: who runs it hands in the evidence. */
export interface DeclaredTest {
  readonly title: string;
  /** What several tests have in common, such as a builder. */
  readonly group?: string;
  judge(source: EvidenceSource): Promise<Judgement>;
}

export type Listener = (test: DeclaredTest) => void;

let listener: Listener | undefined;

/** Hands a test to whoever listens. */
export function declare(test: DeclaredTest): void {
  if (listener === undefined)
    throw new Error(`Suite bug: nobody listens to the declaration of the test ${test.title}.`);
  listener(test);
}

/** From now on every declaration goes to this listener: vitest's registration, or the command line's list. */
export function listen(next: Listener): void {
  listener = next;
}
