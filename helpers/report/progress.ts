import { escapeControl } from '../common/escape.ts';
import { formatDuration } from './duration.ts';

/** Tells people what a long run is doing: what, for which engine, how far, how long. Never part of a result. */
export interface Progress {
  /** Begins one piece of work, for example `start('build with buildx', 'docker-28')`. */
  start(what: string, engine?: string): Task;
  /** One plain line, above the updating one. */
  note(line: string): void;
  /** Erases the updating line; nothing is written after it. */
  close(): void;
}

export interface Task {
  /** `done` and `total` in one unit; `bytes` prints them as such. */
  update(done: number, total: number, unit?: 'bytes' | 'count'): void;
  /** Ends the task with a word such as `done` or `failed`; calling it twice does nothing more. */
  end(result?: string): void;
}

/** The part of a stream that is needed, so that tests can hand in their own. */
interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface ProgressOptions {
  /** Default: standard error, so that results on standard output stay clean. */
  readonly stream?: ProgressStream;
  readonly quiet?: boolean;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; a test hands in its own clock. */
  readonly now?: () => number;
}

interface Running {
  readonly label: string;
  readonly since: number;
  far: string;
}

const SILENT: Progress = {
  start: () => ({ update: () => {}, end: () => {} }),
  note: () => {},
  close: () => {},
};

/** The progress of `--quiet`: says nothing. */
export function silentProgress(): Progress {
  return SILENT;
}

/**
 * A terminal shows one line that is rewritten in place; anything else (a file, a pipe, CI, `TERM=dumb`) gets one
 * plain line when a task starts and one when it ends. `NO_COLOR` drops colours, `quiet` drops everything.
 */
export function createProgress(options: ProgressOptions = {}): Progress {
  if (options.quiet) return SILENT;
  const stream = options.stream ?? process.stderr;
  const environment = options.environment ?? process.env;
  const now = options.now ?? Date.now;
  const live = stream.isTTY === true && environment.TERM !== 'dumb' && !environment.CI;
  const dim =
    live && !environment.NO_COLOR ? (text: string) => `\u001b[2m${text}\u001b[22m` : (text: string) => text;
  const running = new Set<Running>();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;

  const erase = () => {
    if (drawn) stream.write('\r\u001b[K');
    drawn = false;
  };
  const draw = (force: boolean) => {
    if (!live || (!force && now() - drawnAt < 100)) return;
    erase();
    const shown = [...running].map(
      (task) => `${task.label}${task.far && ` ${task.far}`} ${formatDuration(now() - task.since)}`,
    );
    if (shown.length === 0) return;
    stream.write(dim(shorten(shown.join(' | '), (stream.columns ?? 80) - 1)));
    drawn = true;
    drawnAt = now();
  };
  const line = (text: string) => {
    erase();
    stream.write(`${text}\n`);
    draw(true);
  };

  return {
    start(what, engine) {
      const label = escapeControl(engine === undefined ? what : `${engine}: ${what}`);
      const task: Running = { label, since: now(), far: '' };
      running.add(task);
      if (live) draw(true);
      else line(`${label} ...`);
      return {
        update(done, total, unit = 'count') {
          task.far = howFar(done, total, unit);
          draw(false);
        },
        end(result = 'done') {
          if (!running.delete(task)) return;
          line(`${label}: ${escapeControl(result)} in ${formatDuration(now() - task.since)}`);
        },
      };
    },
    note: (text) => line(escapeControl(text)),
    close: erase,
  };
}

function howFar(done: number, total: number, unit: 'bytes' | 'count'): string {
  const show = (value: number) => (unit === 'bytes' ? `${(value / 1e6).toFixed(1)} MB` : String(value));
  if (total <= 0) return show(done);
  return `${show(done)} of ${show(total)} (${Math.floor((100 * done) / total)} %)`;
}

function shorten(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
