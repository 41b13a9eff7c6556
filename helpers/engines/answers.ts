/** One command or request, and all that it answered. */
export interface CommandResult {
  /** As a person types it; for a request of the API its method and path. */
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With the runs that followed because this one ended well and handed over nothing. */
export type Repeated<Result extends CommandResult> = Result & { readonly again?: readonly Result[] };

/** The steps of the documented procedure, in its order; `context` and `reproduce` are for an image of somebody's own. */
export type StepName =
  | 'compile'
  | 'builders'
  | 'context'
  | 'build'
  | 'run'
  | 'save'
  | 'shell'
  | 'load'
  | 'reproduce';

/** What the engine says about an image in its store. */
export interface InspectedImage {
  readonly id: string;
  readonly tags: readonly string[];
  /** `name@sha256:…`, where the engine gives an image one before it is pushed. */
  readonly repoDigest?: string;
  /** `''` without one. */
  readonly parent: string;
  readonly os: string;
  readonly architecture: string;
  readonly created: string;
  readonly cmd: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  /** `NAME=value`; absent where there is none. */
  readonly env?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly diffIds: readonly string[];
}

/** An image that the engine names as an ancestor of another. */
export interface Ancestor {
  readonly id: string;
  readonly tags: readonly string[];
  readonly diffIds: readonly string[];
}

export type RunForm = 'cli' | 'cli-tty' | 'api' | 'api-tty';

/** What a container runs in place of the command of its image: words, which no shell reads. */
export interface RunWords {
  readonly program: string;
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
}

export interface Run extends CommandResult {
  readonly form: RunForm;
  /** With a terminal everything arrives on `stdout`. */
  readonly tty: boolean;
  /** Through the API: the engine's own log of the container, a second witness of what was attached. */
  readonly logged?: { readonly stdout: string; readonly stderr: string };
  /** `true` when the engine no longer knows the container. */
  readonly gone: boolean;
  /** Why the engine did not start the command; absent when it did. */
  readonly notStarted?: string;
  /** It had not ended then, and was stopped. */
  readonly stoppedAfterMs?: number;
}
