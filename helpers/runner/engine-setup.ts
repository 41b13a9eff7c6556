import type { TestProject } from 'vitest/node';
import { printNote } from '../common/terminal.ts';
import { provideCompiler, putCompilerOnPath } from '../engines/compiler.ts';
import { resolveEngine } from '../engines/resolve.ts';
import { provideHostPrograms } from '../engines/start/host-programs.ts';
import { endOnSignals } from '../engines/start/stop-at-end.ts';
import { temporaryFolder } from '../engines/temporary-folder.ts';
import { describeEngine } from '../procedure/describe-engine.ts';
import './context.ts';

/** Finds or makes the engine before the first test of a project, and ends what was started for it after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  endOnSignals();
  const tell = (line: string) => printNote(line);
  await provideHostPrograms(tell);
  const { handle: resolved, left, stop } = await resolveEngine({ onProgress: tell });
  tell(describeEngine(resolved));
  const handle = await provideCompiler(resolved, tell);
  await putCompilerOnPath(handle);
  process.env['TMPDIR'] = await temporaryFolder(handle);
  project.provide('engine', handle);
  return async () => {
    try {
      const kept = await left?.();
      if (kept !== undefined) tell(`Left in ${handle.name}: ${kept}`);
    } finally {
      await stop();
    }
  };
}
