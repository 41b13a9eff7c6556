import { readFileSync } from 'node:fs';

/** How often the parent is looked for: nothing tells a process that its parent has gone. */
const INTERVAL_MS = 250;

/** Shells through which package managers start a script; a shell may outlive the package manager. */
const SHELLS: ReadonlySet<string> = new Set(['sh', 'dash', 'bash', 'ash', 'busybox']);

/**
 * Calls back once when the package manager that started this process has ended: npm dies of SIGTERM and SIGKILL without
 * telling its script. Only for a script of a package manager, which waits for it whatever becomes of the terminal (nohup,
 * setsid, a shell's `&`). A process that was started by itself may outlive its parent, and is left alone.
 */
export function whenCallerGone(callback: () => void, environment: NodeJS.ProcessEnv = process.env): void {
  if (environment['npm_lifecycle_event'] === undefined) return;
  const caller = findCaller();
  const timer = setInterval(() => {
    if (caller.id === findCaller().id && !isOrphan(caller)) return;
    clearInterval(timer);
    callback();
  }, INTERVAL_MS);
  timer.unref();
}

interface ProcessState {
  readonly id: number;
  readonly name: string;
  readonly parent: number;
  /** Number of the process group; 0 when nothing is known. */
  readonly group: number;
}

/** The parent, or its own parent where it is a shell. */
function findCaller(): ProcessState {
  const parent = readProcess(process.ppid);
  return SHELLS.has(parent.name) ? readProcess(parent.parent) : parent;
}

/**
 * Whether the caller was gone before it could be seen. Package managers start a script in their own process group, also
 * where they are the first process of a container.
 */
function isOrphan({ id, group }: ProcessState): boolean {
  return id === 1 && group !== readProcess(process.pid).group;
}

/** Without /proc nothing is known but the number. */
function readProcess(id: number): ProcessState {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    const [, name = '', parent, group] = /\((.*)\) \S (\d+) (\d+)/s.exec(text) ?? [];
    return { id, name, parent: Number(parent), group: Number(group) };
  } catch {
    return { id, name: '', parent: 0, group: 0 };
  }
}
