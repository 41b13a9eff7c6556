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
    if (caller === findCaller()) return;
    clearInterval(timer);
    callback();
  }, INTERVAL_MS);
  timer.unref();
}

/** The parent, and its own parent where it is a shell. */
function findCaller(): string {
  const { ppid } = process;
  const { name, parent } = readProcess(ppid);
  return SHELLS.has(name) ? `${ppid} ${parent}` : `${ppid}`;
}

/** Without /proc nothing is known but the parent's number. */
function readProcess(id: number): { readonly name: string; readonly parent: string } {
  try {
    const [, name = '', parent = ''] =
      /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
    return { name, parent };
  } catch {
    return { name: '', parent: '' };
  }
}
