import { EngineError } from './error.ts';

/** How long things may take. Every limit has an option of the commands that run an engine, and a variable. */
interface TimeLimit {
  readonly of: string;
  readonly seconds: number;
  readonly option: string;
  readonly variable: string;
}

export const STEP_LIMIT: TimeLimit = {
  of: 'a step',
  seconds: 120,
  option: 'step-limit',
  variable: 'SCRATCH_STEP_LIMIT',
};

export const RUN_LIMIT: TimeLimit = {
  of: 'a run',
  seconds: 1800,
  option: 'run-limit',
  variable: 'SCRATCH_RUN_LIMIT',
};

/** How long an answer may take, and how long when it is asked for again. A busy machine needs tens of seconds. */
export const ANSWER_WAITS_MS = [10_000, 60_000] as const;

/** How long is waited for an answer that may take `longestMs`: the first time no longer than for any other. */
export function answerWaits(longestMs: number = ANSWER_WAITS_MS[1]): readonly [number, number] {
  return [Math.min(ANSWER_WAITS_MS[0], longestMs), longestMs];
}

/** Longest that Node can wait: some 24 days. */
const MAX_SECONDS = 2_147_483;

/** The limit in force, in milliseconds. Throws `EngineError` for a value that is no number of seconds. */
export function limitMs({ seconds, variable, option }: TimeLimit, environment = process.env): number {
  const text = environment[variable];
  if (text === undefined || text === '') return seconds * 1000;
  const value = Number(text);
  if (value > 0 && value <= MAX_SECONDS) return value * 1000;
  throw new EngineError(
    `The limit ${JSON.stringify(text.slice(0, 40))} (${variable}, --${option}) is no number of seconds between 0 and ${MAX_SECONDS}.`,
  );
}

/** `did not end within 120 s, the limit of a step; raise it with --step-limit SECONDS or SCRATCH_STEP_LIMIT.` */
export function overLimit({ of, option, variable }: TimeLimit, ms: number): string {
  return `did not end within ${ms / 1000} s, the limit of ${of}; raise it with --${option} SECONDS or ${variable}.`;
}

/** Puts limits from options where every process of the run finds them, and refuses those that cannot be read. */
export function setLimits(options: Readonly<Record<string, unknown>>): void {
  for (const limit of [STEP_LIMIT, RUN_LIMIT]) {
    const value = options[limit.option];
    if (typeof value === 'string') process.env[limit.variable] = value;
    limitMs(limit);
  }
}
