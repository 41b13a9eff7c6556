/** Named abilities that an engine may lack. A spec asks for features, never for an engine. */
export const FEATURES = [
  'docker-api',
  'classic-builder',
  'buildkit-api',
  'docker-cli',
  'buildx',
  'buildx-exporters',
  'podman-cli',
  'buildah',
  'multi-platform',
  'rewrite-timestamp',
  'save-platform',
  // Files of any owner; without root and without a range of IDs there is one.
  'other-owners',
] as const;
export type Feature = (typeof FEATURES)[number];

export const BUILDERS = [
  'classic-api',
  'buildkit-api',
  'docker-build',
  'buildx',
  'testcontainers',
  'podman-build',
  'buildah',
] as const;
export type BuilderName = (typeof BUILDERS)[number];

export const SAVERS = [
  'docker-save',
  'api-save',
  'buildx-docker',
  'buildx-oci',
  'podman-docker-archive',
  'podman-oci-archive',
] as const;
export type SaverName = (typeof SAVERS)[number];

/** A running engine as plain data, so that it crosses process borders (main process, vitest workers). */
export interface EngineHandle {
  /** Name of the recipe, or `host`. */
  readonly name: string;
  readonly family: 'docker' | 'podman' | 'buildah';
  /** Where it came from: `DOCKER_HOST`, `context desktop`, `default socket`, `embedded`, `rootfs`, `image`. */
  readonly origin: string;
  /** Value for `DOCKER_HOST`, for example `unix:///run/x/docker.sock`; absent when there is no daemon. */
  readonly dockerHost?: string;
  /** `ID` of `/info`: every worker asserts it before its first request. */
  readonly identity: string;
  readonly stack: EngineStack;
  /** How to start a command-line tool against this engine: program and leading arguments. */
  readonly tools: Readonly<Partial<Record<ToolName, readonly string[]>>>;
  readonly toolEnvironment: Readonly<Record<string, string>>;
  /** A host folder that the engine's own tools see under the same path; private to this run. */
  readonly workDir: string;
  readonly features: readonly Feature[];
  readonly builders: readonly BuilderName[];
  readonly savers: readonly SaverName[];
  /** Builders and savers of the suite that this engine lacks, each with the reason in one sentence. */
  readonly lacking: Readonly<Record<string, string>>;
  /** Where the host's own compiler does not make the program: the image that does. */
  readonly compiler?: CompilerImage;
  /** What a person should know before reading results, such as a version that is not the recipe's. */
  readonly notices?: readonly string[];
  /** Unique to this run: label value on containers, prefix of image tags. */
  readonly runId: string;
}

/** An image whose compiler makes the program, in a container on the engine itself. */
export interface CompilerImage {
  readonly reference: string;
  /** Why not the host's own, as the end of a sentence. */
  readonly why: string;
  /** Why the engine does not have the image. */
  readonly problem?: string;
}

/** Engines that live and die with this run: nobody else's images are there. */
export function isPrivate({ origin }: EngineHandle): boolean {
  return ['embedded', 'rootfs', 'image'].includes(origin);
}

export type ToolName = 'docker' | 'podman' | 'buildah';

export interface RunningEngine {
  readonly handle: EngineHandle;
  /** What the run leaves in an engine that is not the suite's own, in one sentence; `undefined` when nothing. */
  left?(): Promise<string | undefined>;
  /** Sweeps what the run made and, for an engine of the suite's own, ends it. Safe to call twice. */
  stop(): Promise<void>;
}

export interface EngineStack {
  readonly engine: string;
  readonly version: string;
  readonly api?: string;
  readonly store?: string;
  /** Storage driver or snapshotter under the store: `overlay2`, `overlayfs`, `vfs`. */
  readonly storage?: string;
  readonly client?: string;
  readonly buildx?: string;
  /** Driver of the current buildx builder: `docker`, `docker-container`. */
  readonly driver?: string;
  /** A version, or a sentence beginning with `unknown` that names the engine it is built into. */
  readonly buildkit?: string;
  /** Dockerfile frontend used where a Dockerfile has no `# syntax=` line. */
  readonly frontend?: string;
  readonly buildah?: string;
  readonly kernel?: string;
  readonly platform?: string;
  readonly runtime?: string;
  readonly cgroup?: string;
  /** What made the program, where that was not the host's own compiler. */
  readonly compiler?: string;
}
