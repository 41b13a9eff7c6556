import type { ProcedureStep } from '../procedure/procedure.ts';
import type { DeclaredTest } from './declare.ts';
import type { EvidenceSource } from './evidence.ts';
import { isExplained, type Judgement } from './judge.ts';
import type { Judged, TimedJudged } from './judged.ts';

export interface Run {
  readonly judged: readonly TimedJudged[];
  /** What could not be judged and is in no outcome. */
  readonly errors: readonly string[];
}

/** One step of the procedure and the tests that its spec declares. */
export interface DeclaredStep {
  readonly step: ProcedureStep;
  readonly tests: readonly DeclaredTest[];
}

/** Runs the tests of all steps, one after the other. `onStep` is told what each step found out. */
export async function runDeclared(
  steps: readonly DeclaredStep[],
  source: EvidenceSource,
  onStep: (step: ProcedureStep, judged: readonly Judged[]) => void = () => {},
): Promise<Run> {
  const judged: TimedJudged[] = [];
  const errors: string[] = [];
  const shown = new Set<string>();
  for (const { step, tests } of steps) {
    const before = judged.length;
    for (const test of tests) {
      const started = performance.now();
      const result = await test.judge(source).catch((error: unknown) => ({ error }));
      if ('judged' in result) judged.push({ ...result.judged, durationMs: performance.now() - started });
      const reason = reasonOf(result);
      if (reason === undefined || shown.has(reason)) continue;
      shown.add(reason);
      if ('judged' in result && isExplained(result.judged.outcomes)) continue;
      errors.push(`${[...(test.group ? [test.group] : []), test.title].join(' > ')}: ${reason}`);
    }
    onStep(step, judged.slice(before));
  }
  return { judged, errors };
}

function reasonOf({ error }: Pick<Judgement, 'error'>): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof Error ? error.message : String(error);
}
