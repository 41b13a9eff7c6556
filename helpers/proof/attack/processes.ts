import { readdirSync, readFileSync } from 'node:fs';

/** One process of a group, as /proc tells it. */
interface Seen {
  readonly pid: number;
  readonly command: string;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Linux counts in hundredths of a second on every architecture that Node runs on. */
const TICKS = 100;

/** The living processes of a process group; each may be gone before the next look. */
export function processesOfGroup(group: number): readonly Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => look(Number(name), group) ?? []);
}

function look(pid: number, group: number): Seen | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command stands in parentheses and may hold blanks and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', , pgrp = ''] = fields;
    if (Number(pgrp) !== group || state === 'Z') return undefined;
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, command, cpuSeconds: ticks / TICKS, peakBytes: Number(kilobytes) * 1024 };
  } catch {
    return undefined; // It ended while it was looked at.
  }
}
