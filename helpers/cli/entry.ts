#!/usr/bin/env node
/** Loads the command line. It imports nothing at its start: where few files may be open, not even its own parts can be. */

const OPEN_FILES: readonly unknown[] = ['EMFILE', 'ENFILE'];

await import('./main.ts').catch((error: NodeJS.ErrnoException) => {
  if (!OPEN_FILES.includes(error.code)) throw error;
  // Not 1, which would say that something was judged.
  process.exitCode = 2;
  process.stderr.write(
    'Could not run: a part of this program cannot be opened, because too many files are open; allow more (ulimit -n).\n',
  );
});

export {};
