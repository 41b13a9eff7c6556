import type { CommandResult } from '../answers.ts';
import type { BuildContext } from '../build-context.ts';
import type { EngineHandle } from '../engine-model.ts';
import { BuildRefusedError, FlowError } from '../step-error.ts';

export interface BuildRequest {
  readonly handle: EngineHandle;
  readonly context: BuildContext;
  /** Unique to the run, so that a stale image of the same name cannot pass for the result. */
  readonly tag: string;
  /** `false`: every step is executed, whatever the engine has cached. */
  readonly useCache: boolean;
  /** Seconds since 1970 that the build is given as SOURCE_DATE_EPOCH, in the build argument and the environment. */
  readonly epoch?: number;
  /** Default: that of the engine. Only command lines of Docker know others. */
  readonly platforms?: readonly string[];
}

export interface BuildLog {
  /** As a person types it. */
  readonly command: string;
  /** COPY steps reported as cached; `null` where the builder does not say. */
  readonly cachedSteps: number | null;
}

/** Builds the context into the engine's store under the tag. Throws `FlowError` with the engine's reason. */
export type Builder = (request: BuildRequest) => Promise<BuildLog>;

/** Turns a failed build into one sentence: the builder, and the last thing that names an error. */
export function requireSuccess(builder: string, { exitCode, stdout, stderr }: CommandResult): void {
  if (exitCode === 0) return;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  const reason =
    lines.findLast((line) => /error|failed|cannot|denied|no end within/i.test(line)) ?? lines.at(-1);
  const said = `${builder} failed with exit code ${exitCode}: ${reason ?? 'it said nothing'}`;
  throw isAnswer(exitCode, stderr) ? new BuildRefusedError(said) : new FlowError('build', said);
}

/** From 124 on it gave no answer, or could not be started; but podman and buildah end with 125 after each error of theirs. */
function isAnswer(exitCode: number, stderr: string): boolean {
  return exitCode < 124 || (exitCode === 125 && /^Error: /m.test(stderr));
}
