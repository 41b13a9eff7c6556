import { theFlow } from './flow.ts';

// A worker whose main process is gone has nobody to tell its results to; vitest leaves it running.
process.once('disconnect', () => process.exit(1));

// Everything begins before the first spec asks for it. Nothing is sent before the engine's identity is asserted.
theFlow().begin();
