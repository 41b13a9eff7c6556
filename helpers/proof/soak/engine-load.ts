import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { askEngine } from '../../engines/api.ts';
import { EngineError } from '../../engines/error.ts';

/** What an engine holds at one moment. */
export interface EngineLoad {
  /** Resident memory of its processes, in megabytes. */
  readonly memory: number;
  /** Open files of its processes. */
  readonly handles: number;
  /** Layers of images, in megabytes. */
  readonly disk: number;
  /** Build cache, in megabytes: each run says what it leaves there. */
  readonly cache: number;
  /** Containers, images and volumes. */
  readonly objects: number;
}

/** Of an engine of the suite's own, whose processes share a namespace. Throws `EngineError`. */
export async function loadOfEngine(dockerHost: string): Promise<EngineLoad> {
  const processes = processesOfEngine(dockerHost.replace('unix://', ''));
  const { status, body } = await askEngine(dockerHost, '/system/df', { timeoutMs: 60_000 });
  if (status !== 200) throw new EngineError(`GET /system/df was answered with status ${status}.`);
  const usage = JSON.parse(body) as DiskUsage;
  const cache = (usage.BuildCache ?? []).reduce((sum, { Size }) => sum + Size, 0);
  return {
    memory: sumOf(processes.map(residentBytes)) / 1e6,
    handles: sumOf(processes.map((pid) => namesIn(`/proc/${pid}/fd`).length)),
    disk: (usage.LayersSize ?? 0) / 1e6,
    cache: cache / 1e6,
    objects: sumOf([usage.Containers, usage.Images, usage.Volumes].map((list) => list?.length ?? 0)),
  };
}

interface DiskUsage {
  readonly LayersSize?: number;
  readonly Containers?: readonly unknown[] | null;
  readonly Images?: readonly unknown[] | null;
  readonly Volumes?: readonly unknown[] | null;
  readonly BuildCache?: readonly { readonly Size: number }[] | null;
}

/** Everything in the process namespace of the engine that was started with this socket. */
function processesOfEngine(socket: string): readonly number[] {
  const all = namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const daemon = all.find((pid) => {
    const [program = '', ...args] = commandOf(pid);
    return program.endsWith('dockerd') && args.some((word) => word.endsWith(socket));
  });
  if (daemon === undefined) throw new EngineError(`No dockerd runs with the socket ${socket}.`);
  const namespace = namespaceOf(daemon);
  return all.filter((pid) => namespaceOf(pid) === namespace);
}

// A process may be gone before the next look: it then counts as nothing.
function readOr<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

const namesIn = (folder: string) => readOr(() => readdirSync(folder), []);
const commandOf = (pid: number) => readOr(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '').split('\0');
const namespaceOf = (pid: number) => readOr(() => readlinkSync(`/proc/${pid}/ns/pid`), '');
const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

function residentBytes(pid: number): number {
  const status = readOr(() => readFileSync(`/proc/${pid}/status`, 'utf8'), '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
