import { afterAll } from 'vitest';
import { SCENARIO_NAMES } from '../../requirements/matrix/scenario-model.ts';
import { registerStep } from '../register-step.ts';
import { STEPS } from '../steps.ts';
import { openWorker } from '../worker.ts';
import { leaveBuilt } from './built.ts';
import { registerScenarios } from './scenario-tests.ts';
import { registerWide } from './wide-tests.ts';

// A file of tests: everything that one engine is asked in a matrix, the procedure in its order, then the wider scenarios.
const worker = await openWorker();
for (const step of STEPS) await registerStep(step, worker.source);
// Scenarios have images of their own.
if (worker.source.image === undefined) {
  registerScenarios(SCENARIO_NAMES, worker);
  registerWide(worker);
}
afterAll(() => leaveBuilt(worker));
