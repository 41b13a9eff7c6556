import { readFileSync } from 'node:fs';
import type { EngineHandle } from '../../engines/model.ts';

/** What the command line hands to vitest: the engines that run, and those that could not be had. */
export interface MatrixPlan {
  readonly engines: readonly MatrixEngine[];
  readonly unavailable: readonly UnavailableEngine[];
  readonly command: string;
  /** Absolute path of the folder for the report. */
  readonly output: string;
  /** ISO 8601: when the first engine was asked for. */
  readonly startedAt: string;
  /** How long each engine took to start. */
  readonly startMs: Readonly<Record<string, number>>;
}

/** A running engine, and where the process that owns it answers. */
export interface MatrixEngine {
  readonly engine: EngineHandle;
  readonly flowSocket: string;
  readonly scenarioSocket: string;
}

export interface UnavailableEngine {
  readonly name: string;
  readonly title: string;
  readonly family: EngineHandle['family'];
  readonly version: string;
  readonly origin: string;
  /** One sentence. */
  readonly reason: string;
}

/** Names the file that holds the plan, for the process of vitest. */
export const PLAN_VARIABLE = 'SCRATCH_MATRIX';

/** The plan of the matrix that this process belongs to. Throws outside one. */
export function readPlan(): MatrixPlan {
  const file = process.env[PLAN_VARIABLE];
  if (file === undefined)
    throw new Error('The specs of the matrix need engines that run side by side: use npm run matrix.');
  return JSON.parse(readFileSync(file, 'utf8')) as MatrixPlan;
}
