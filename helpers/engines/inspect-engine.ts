import { askEngineJson } from './api.ts';
import type { EngineHandle, EngineStack, ToolName } from './engine-model.ts';
import { EngineError } from './error.ts';
import { askTool, type ToolAnswer } from './run-tool.ts';

interface VersionAnswer {
  readonly Version?: string;
  readonly ApiVersion?: string;
  readonly Arch?: string;
  readonly Os?: string;
  readonly KernelVersion?: string;
  readonly Platform?: { readonly Name?: string };
  readonly Components?: readonly { readonly Name: string; readonly Version?: string }[] | null;
}

interface InfoAnswer {
  readonly ID?: string;
  readonly ServerVersion?: string;
  readonly Driver?: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly DefaultRuntime?: string;
  readonly CgroupVersion?: string;
  readonly KernelVersion?: string;
}

export interface InspectedEngine {
  readonly identity: string;
  readonly family: 'docker' | 'podman';
  readonly stack: EngineStack;
}

/** What an engine says about itself: one request each for version and info, one command for each tool. */
export async function inspectEngine(
  dockerHost: string,
  tools: EngineHandle['tools'],
  environment: Readonly<Record<string, string>>,
): Promise<InspectedEngine> {
  const env = { ...process.env, ...environment };
  const [version, info, client] = await Promise.all([
    askEngineJson<VersionAnswer>('version', dockerHost, '/version', { environment: env }),
    askEngineJson<InfoAnswer>('info', dockerHost, '/info', { environment: env }),
    inspectClient(tools, environment),
  ]);
  const podman = version.Components?.some(({ Name }) => Name === 'Podman Engine') === true;
  const family = podman ? 'podman' : 'docker';
  const stack = {
    engine: podman ? 'Podman' : 'Docker Engine',
    version: version.Version ?? info.ServerVersion ?? 'unknown',
    api: version.ApiVersion,
    store: storeOf(info),
    storage: info.Driver,
    kernel: version.KernelVersion ?? info.KernelVersion,
    platform: version.Os && version.Arch ? `${version.Os}/${version.Arch}` : undefined,
    runtime: info.DefaultRuntime,
    cgroup: info.CgroupVersion,
    ...client,
    ...(!podman && builtIn(client.driver, client.buildkit, version.Version)),
  };
  return {
    identity: await readIdentity(dockerHost, { family, version: stack.version }, env),
    family,
    stack: withoutUndefined(stack) as unknown as EngineStack,
  };
}

/** `containerd` for Docker's containerd image store, otherwise the storage driver: `overlay2`, `vfs`. */
export function storeOf({ Driver, DriverStatus }: InfoAnswer): string | undefined {
  const snapshotter = DriverStatus?.some(([, value]) => value === 'io.containerd.snapshotter.v1') === true;
  return snapshotter ? 'containerd' : Driver;
}

interface PodmanInfoAnswer {
  readonly host?: { readonly hostname?: string; readonly remoteSocket?: { readonly path?: string } };
  readonly store?: { readonly graphRoot?: string };
}

/**
 * What tells one engine from another: Docker's own `ID`. Podman makes up a new ID for every request, so there it is the
 * host, the socket that the service itself listens on, and the storage.
 */
export async function readIdentity(
  dockerHost: string,
  { family, version }: { readonly family: EngineHandle['family']; readonly version: string },
  environment?: NodeJS.ProcessEnv,
): Promise<string> {
  const options = environment === undefined ? {} : { environment };
  if (family === 'docker')
    return (await askEngineJson<InfoAnswer>('info', dockerHost, '/info', options)).ID ?? '';
  const path = `/v${encodeURIComponent(version)}/libpod/info`;
  const info = await askEngineJson<PodmanInfoAnswer>('podmanInfo', dockerHost, path, options);
  return [info.host?.hostname, info.host?.remoteSocket?.path, info.store?.graphRoot].join(' ');
}

/** Throws EngineError when the engine at the handle's address is not the one that was resolved. For every worker. */
export async function assertIdentity(handle: EngineHandle): Promise<void> {
  const { dockerHost, family, identity, stack } = handle;
  if (dockerHost === undefined) return;
  const environment = { ...process.env, ...handle.toolEnvironment };
  const found = await readIdentity(dockerHost, { family, version: stack.version }, environment);
  if (found === identity) return;
  throw new EngineError(
    `Another engine answers at ${dockerHost}: it is ${found}, the one resolved at the start was ${identity}.`,
  );
}

async function inspectClient(
  tools: EngineHandle['tools'],
  environment: Readonly<Record<string, string>>,
): Promise<Partial<EngineStack>> {
  const ask = (name: ToolName, ...args: string[]) => askTool(tools[name], args, environment);
  const [client, buildx, builder, buildah] = await Promise.all([
    ask('docker', 'version', '--format', '{{.Client.Version}}'),
    ask('docker', 'buildx', 'version'),
    ask('docker', 'buildx', 'inspect'),
    ask('buildah', '--version'),
  ]);
  return {
    // A client that is there prints its version also when its engine does not answer it, and then ends with 1.
    ...optional('client', client?.stdout.trim().split('\n')[0]),
    ...optional('buildx', /(\d+\.\d+\.\d+\S*)/.exec(saidBy(buildx))?.[1]),
    ...parseBuilder(saidBy(builder)),
    ...optional('buildah', /^buildah version (\S+)/m.exec(saidBy(buildah))?.[1]),
  };
}

/** A docker without buildx refuses the command, and has nothing to say of it. */
function saidBy(answer: ToolAnswer | undefined): string {
  return answer?.exitCode === 0 ? answer.stdout : '';
}

/** Driver and BuildKit version as `docker buildx inspect` prints them. */
export function parseBuilder(text: string): Pick<EngineStack, 'driver' | 'buildkit'> {
  return {
    ...optional('driver', /^Driver:[ \t]*(\S+)/m.exec(text)?.[1]),
    ...optional('buildkit', /^Build[Kk]it[^:\n]*:[ \t]*(\S+)/m.exec(text)?.[1]),
  };
}

/**
 * What an engine with its own BuildKit tells of it. Debian's dockerd is built without a module list and answers
 * `v0.0.0+unknown`, so its BuildKit is named by the engine that holds it: two engines then still differ.
 */
export function builtIn(
  driver: string | undefined,
  buildkit: string | undefined,
  engine = 'unknown',
): Pick<EngineStack, 'buildkit' | 'frontend'> {
  if (driver !== undefined && driver !== 'docker') return { frontend: 'built in (dockerfile.v0)' };
  const known = buildkit !== undefined && !/^v?0\.0\.0\b/.test(buildkit);
  return {
    buildkit: known ? buildkit : `unknown, built into Docker Engine ${engine}`,
    frontend: 'built in (dockerfile.v0)',
  };
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]: string });
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined && part !== ''));
}
