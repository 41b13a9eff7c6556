// Everything that one engine is asked in a matrix: the documented procedure in its order, then the wider scenarios.
// It is one file, so that the evidence of an engine is gathered once, by one worker.
import '../flow/compile.spec.ts';
import '../flow/builders.spec.ts';
import '../flow/build.spec.ts';
import '../flow/run.spec.ts';
import '../flow/save.spec.ts';
import '../flow/tree.spec.ts';
import '../flow/shell.spec.ts';
import '../flow/load.spec.ts';
import './scenarios.spec.ts';
