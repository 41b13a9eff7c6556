// A worker whose main process is gone has nobody to tell its results to; vitest leaves it running.
process.once('disconnect', () => process.exit(1));
