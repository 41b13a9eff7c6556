import { init, runBaseTests, setupEnvironment } from 'vitest/worker';
import { beginEarly } from './begin.ts';

// The program of a worker. It ends by a signal, and its commands with it, as soon as the main process is gone.
const end = () => process.kill(process.pid, 'SIGTERM');
if (process.connected) process.once('disconnect', end);
else end();

init({
  post: (message: unknown) => process.send?.(message),
  on: (listen) => process.on('message', listen),
  off: (listen) => process.off('message', listen),
  teardown: () => process.removeAllListeners('message'),
  setup: setupEnvironment,
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
});

process.on('message', beginEarly);

// What the tests need is loaded while the engine is still looked for.
await Promise.all([import('./step-tests.ts'), import('dockerode')]);
