import { registerStep } from './register-step.ts';
import { STEPS } from './steps.ts';
import { openWorker } from './worker.ts';

// A file of tests: the documented procedure on one engine.
const { source } = await openWorker();
for (const step of STEPS) await registerStep(step, source);
