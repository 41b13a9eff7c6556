import { printNote } from '../common/terminal.ts';
import { provideHostPrograms } from '../engines/start/host-programs.ts';
import { endOnSignals } from '../engines/start/stop-at-end.ts';

/** Provides the programs of the procedure before the first test, for specs that start engines themselves. */
export async function setup(): Promise<void> {
  endOnSignals();
  await provideHostPrograms((line) => printNote(line));
}
