import { escapeControl } from '../common/escape.ts';
import type { StepName } from './answers.ts';

/** A step of the procedure could not be gone through, so nothing can be said about it: one sentence, exit code 2. */
export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly step: StepName | 'engine' | 'scenario';
  constructor(step: FlowError['step'], cause: string, options?: ErrorOptions) {
    super(`${step}: ${oneLine(cause)}`, options);
    this.step = step;
  }
}

/** A builder took the context and said that it does not build it: an answer, while every other failure is none. */
export class BuildRefusedError extends FlowError {
  /** What the builder said, on one line. */
  readonly said: string;
  constructor(said: string) {
    super('build', said);
    this.said = oneLine(said);
  }
}

/** The first line of a message that says something, without what could steer a terminal. */
export function oneLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return escapeControl(line.trim()).slice(0, 400);
}
