import { randomBytes } from 'node:crypto';
import type { EngineHandle } from '../engine-model.ts';
import type { TellProgress } from './rootfs.ts';

export interface StartOptions {
  /** Unique to the run; made up when absent. */
  readonly runId?: string;
  readonly onProgress?: TellProgress;
  /** Shown in reports; default `rootfs`. */
  readonly origin?: string;
  /** For engines from an image: the engine to run it in. Default: the one on this host. */
  readonly outer?: EngineHandle;
  /** Longest wait for the first answer; default 30 s. */
  readonly timeoutMs?: number;
}

/** A new identifier for a run: lower-case letters and digits, fit for a label value and the first part of an image
 * name. */
export function newRunId(): string {
  return `sc${randomBytes(5).toString('hex')}`;
}
