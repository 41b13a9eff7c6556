import type { Repeated, Run, RunForm, StepName } from '../engines/answers.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { runForms, runImage } from '../engines/run-image.ts';
import { runAgainIfSilent } from '../engines/silent-run.ts';
import type { BuildEvidence, RunEvidence } from '../requirements/procedure/evidence.ts';

/** A given image may be a service, which does not end by itself: that it starts is then all that its run can show. */
const LONGEST_RUN_MS = 10_000;

/** Why the image cannot be run, or `undefined`. */
export function whyNoRun({ image: { cmd, entrypoint }, expectedImage }: BuildEvidence): string | undefined {
  const words = [...(entrypoint ?? []), ...(cmd ?? [])];
  const { output, errors, exitCode } = expectedImage;
  const isExpected = [output, errors, exitCode].some((stated) => stated !== null);
  return words.length === 0 && !isExpected ? 'The image states no command, so it is not run.' : undefined;
}

/** Runs the image in every form that the engine offers. */
export async function gatherRun(handle: EngineHandle, built: BuildEvidence): Promise<RunEvidence> {
  const { builder, expectedImage } = built;
  const runs = await Promise.all(runForms(handle).map((form) => runBuilt(handle, 'run', built, form)));
  return { builder, expectedImage, runs };
}

/** Runs an image that was built; again where it is known to print and printed nothing. */
export async function runBuilt(
  handle: EngineHandle,
  step: StepName,
  { tag, expectedImage: { output, isGiven } }: BuildEvidence,
  form: RunForm,
): Promise<Repeated<Run>> {
  const run = () => runImage(handle, step, tag, form, isGiven ? LONGEST_RUN_MS : undefined);
  return output ? runAgainIfSilent(run) : run();
}
