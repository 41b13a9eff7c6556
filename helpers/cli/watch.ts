import { createProgress, type Task } from '../report/progress.ts';

/** Archives below this are read before anybody could look. */
const WORTH_WATCHING = 200_000_000;

export interface Watch {
  readonly onProgress: (source: string, bytesDone: number, bytesTotal: number) => void;
  /** The source is judged: its line is ended, when there was one. */
  end(source: string): void;
}

/** Shows on standard error how far large archives are read. */
export function watchReading(): Watch {
  const progress = createProgress();
  const tasks = new Map<string, Task>();
  return {
    onProgress(source, done, total) {
      if (total < WORTH_WATCHING) return;
      const task = tasks.get(source) ?? progress.start(`read ${source}`);
      tasks.set(source, task);
      task.update(done, total, 'bytes');
    },
    end(source) {
      tasks.get(source)?.end();
      tasks.delete(source);
      progress.close();
    },
  };
}
