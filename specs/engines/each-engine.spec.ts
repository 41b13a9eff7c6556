// Everything that one engine is asked in a matrix: the documented procedure in its order, then the wider scenarios.
// It is one file, so that the evidence of an engine is gathered once, by one worker.
import '../procedure/compile.spec.ts';
import '../procedure/builders.spec.ts';
import '../procedure/build.spec.ts';
import '../procedure/run.spec.ts';
import '../procedure/save.spec.ts';
import '../procedure/tree.spec.ts';
import '../procedure/shell.spec.ts';
import '../procedure/load.spec.ts';
import './scenarios.spec.ts';
