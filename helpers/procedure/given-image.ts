import type { Expectation } from '../requirements/expectation/expectation-model.ts';
import type { ExpectedImage } from '../requirements/procedure/evidence.ts';

/** An image of somebody's own, to be judged in place of the documented one. Plain data, which crosses to the worker. */
export interface GivenImage {
  /** The repository that the image has in an engine, behind the prefix of the run. */
  readonly name: string;
  /** What people call it: the name of its folder. */
  readonly label: string;
  /** Absolute path of the build context. */
  readonly folder: string;
  /** What the image must contain. Absent: only what is asked of any image. */
  readonly expectation?: Expectation;
}

/** What the run of a given image is to show; the files of the image are for the expectation to judge. */
export function expectedOf({ expectation }: GivenImage): ExpectedImage {
  const { stdout, stderr, exitCode } = expectation?.run ?? {};
  const { structure } = expectation ?? {};
  return {
    ...{ cmd: [], layers: [], root: [], isGiven: true },
    ...(structure && { structure }),
    ...{ output: stdout ?? null, errors: stderr ?? null, exitCode: exitCode ?? null },
  };
}
