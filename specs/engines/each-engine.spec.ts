// Everything that one engine is asked in a matrix: the documented procedure in its order, then the wider scenarios.
// It is one file, so that the evidence of an engine is gathered once, by one worker.
export { STEPS } from '../../helpers/runner/steps.ts';

import './scenarios.spec.ts';
