import type { TimedJudged } from '../../../helpers/runner/judged.ts';
import type { MatrixPlan } from '../../../helpers/runner/matrix/plan.ts';

/** The part of a matrix that has this engine. */
export function planOf(name: string): MatrixPlan {
  const stack = { engine: 'Docker Engine', version: '26.1.5' };
  const engine = {
    name,
    title: name,
    family: 'docker',
    origin: 'rootfs',
    stack,
  } as unknown as MatrixPlan['engines'][number];
  return {
    ...{ engines: [engine], unavailable: [], planned: [name], required: [name] },
    ...{ command: 'npm run matrix', startedAt: '2026-01-01T00:00:00Z', startMs: {} },
  };
}

const STEPS = ['build', 'run', 'save'];

/** What is judged of an engine that builds, runs and saves one image. */
export function judgedOn(engine: string): readonly TimedJudged[] {
  return STEPS.map((step) => ({
    subject: { id: `${engine}/buildx`, engine, builder: 'buildx' },
    ...{ step, observations: [], durationMs: 1 },
    outcomes: [{ id: 'build.cmd', status: 'pass', findings: [] }],
  }));
}
