import type { GenericContainer, StartedTestContainer, WaitStrategy } from 'testcontainers';
import { askEngine } from '../api.ts';
import type { EngineHandle } from '../engine-model.ts';
import { EngineError } from '../error.ts';
import type { ImageSource } from '../recipe.ts';
import { lastWords } from './explain-failure.ts';
import type { TellProgress } from './rootfs.ts';
import { runLabel } from './sweep.ts';

interface OuterContainerOptions {
  readonly outer: EngineHandle;
  readonly source: ImageSource;
  readonly name: string;
  /** Shared with the container under the same path. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly onProgress: TellProgress;
}

export interface OuterContainer {
  readonly id: string;
  /** Settles when the container's first process has ended. */
  readonly ended: Promise<{ readonly lines: readonly string[] }>;
  readonly notices: readonly string[];
  stop(): Promise<void>;
}

/** The engine's answer is waited for at its socket, which is outside of the container. */
const NO_WAIT: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => NO_WAIT,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

const PRIVILEGED_REFUSED = /unable to apply caps|operation not permitted|privileged/i;

/**
 * Runs an image as a privileged container through testcontainers. Where the outer engine refuses `--privileged`, the
 * capabilities are listed one by one instead, and a notice says so.
 */
export async function runInContainer(options: OuterContainerOptions): Promise<OuterContainer> {
  const { outer, source, onProgress } = options;
  useOuterEngine(outer);
  const library = await import('testcontainers');
  const notices: string[] = [];
  onProgress(`starting the image ${source.reference}`);
  const tried = await tryRights(library, options, 'privileged');
  const started = typeof tried === 'string' ? await tryRights(library, options, 'capabilities') : tried;
  if (typeof started === 'string') throw explain(source, started);
  if (typeof tried === 'string') {
    notices.push(
      `The engine on this host refuses privileged containers (${lastWords([tried])}); the capabilities are listed instead, without SYS_RESOURCE.`,
    );
  }
  const lines: string[] = [];
  const logs = await started.logs();
  logs.on('data', (line: Buffer | string) => {
    lines.push(String(line).trimEnd());
    if (lines.length > 200) lines.shift();
  });
  const ended = new Promise<{ readonly lines: readonly string[] }>((resolve) => {
    logs.once('end', () => resolve({ lines }));
  });
  return {
    id: started.getId(),
    ended,
    notices,
    stop: async () => {
      await started.stop({ timeout: 0, removeVolumes: true });
    },
  };
}

/** The started container, or why such a container is refused. A container that was made but not started is removed. */
async function tryRights(
  library: typeof import('testcontainers'),
  options: OuterContainerOptions,
  rights: Rights,
): Promise<StartedTestContainer | string> {
  const { outer, source, name, folder } = options;
  try {
    return await withTemporaryFolder(folder, () => prepare(library, options, rights).start());
  } catch (error) {
    await askEngine(outer.dockerHost ?? '', `/containers/${nameOf(name, rights)}?force=1&v=1`, {
      method: 'DELETE',
    });
    const reason = (error as Error).message;
    if (PRIVILEGED_REFUSED.test(reason)) return reason;
    throw explain(source, reason);
  }
}

/** testcontainers leaves a lock file in the temporary folder; in the run's own folder it goes with the run. */
async function withTemporaryFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder;
  try {
    return await work();
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}

type Rights = 'privileged' | 'capabilities';

function nameOf(name: string, rights: Rights): string {
  return rights === 'privileged' ? name : `${name}-capabilities`;
}

/** testcontainers chooses its engine by these variables, once for each process, and never a reaper of its own. */
function useOuterEngine({ dockerHost, toolEnvironment }: EngineHandle): void {
  if (dockerHost === undefined)
    throw new EngineError('Suite bug: an engine without a daemon cannot run an image.');
  Object.assign(process.env, toolEnvironment, {
    DOCKER_HOST: dockerHost,
    TESTCONTAINERS_RYUK_DISABLED: 'true',
    TESTCONTAINERS_HOST_OVERRIDE: 'localhost',
  });
}

function prepare(
  library: typeof import('testcontainers'),
  options: OuterContainerOptions,
  rights: Rights,
): GenericContainer {
  const { outer, source, name, folder, command, environment, files } = options;
  /** Opens what `--security-opt systempaths=unconfined` opens; testcontainers has no method for it. */
  class Container extends library.GenericContainer {
    withSystemPaths(): this {
      this.hostConfig = { ...this.hostConfig, MaskedPaths: [], ReadonlyPaths: [] };
      return this;
    }
  }
  const container = new Container(source.reference)
    .withName(nameOf(name, rights))
    .withCommand([...command])
    .withEnvironment({ ...environment })
    .withLabels({ ...runLabel(outer) })
    .withNetworkMode('none')
    .withBindMounts([{ source: folder, target: folder, mode: 'rw' }])
    .withTmpFs({ [source.data]: 'rw,exec,suid,dev' })
    .withCopyContentToContainer(files.map(({ path, text }) => ({ content: text, target: path })))
    .withWaitStrategy(NO_WAIT);
  if (rights === 'privileged') return container.withPrivilegedMode();
  return container
    .withAddedCapabilities('ALL')
    .withDroppedCapabilities('SYS_RESOURCE')
    .withSecurityOpt('seccomp=unconfined', 'apparmor=unconfined')
    .withSystemPaths()
    .withBindMounts([
      { source: folder, target: folder, mode: 'rw' },
      { source: '/sys/fs/cgroup', target: '/sys/fs/cgroup', mode: 'rw' },
    ]);
}

function explain({ reference }: ImageSource, reason: string): EngineError {
  return new EngineError(
    `The image ${reference} cannot be started: ${lastWords(reason.split('\n')) ?? 'for no stated reason'}. Is its name right, and can a registry be reached?`,
  );
}
