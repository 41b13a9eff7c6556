import type { Repeated, Run, RunForm, RunWords, StepName } from '../engines/answers.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { runForms, runImage } from '../engines/run-image.ts';
import { runAgainIfSilent } from '../engines/silent-run.ts';
import { runnableTests } from '../requirements/expectation/structure/read-structure.ts';
import {
  type CommandTest,
  type Environment,
  environmentOf,
  substitute,
} from '../requirements/expectation/structure/structure-model.ts';
import type { BuildEvidence, CommandTestRun, RunEvidence } from '../requirements/procedure/evidence.ts';

/** A given image may be a service, which does not end by itself: that it starts is then all that its run can show. */
const LONGEST_RUN_MS = 10_000;

/** Why the image cannot be run, or `undefined`. */
export function whyNoRun(built: BuildEvidence): string | undefined {
  const hasTests = runnableTests(built.expectedImage.structure).length > 0;
  return isRun(built) || hasTests ? undefined : 'The image states no command, so it is not run.';
}

function isRun({ image: { cmd, entrypoint }, expectedImage }: BuildEvidence): boolean {
  const words = [...(entrypoint ?? []), ...(cmd ?? [])];
  const { output, errors, exitCode } = expectedImage;
  return words.length > 0 || [output, errors, exitCode].some((stated) => stated !== null);
}

/** Runs the image in every form that the engine offers. */
export async function gatherRun(handle: EngineHandle, built: BuildEvidence): Promise<RunEvidence> {
  const { builder, expectedImage } = built;
  const forms = isRun(built) ? runForms(handle) : [];
  const runs = await Promise.all(forms.map((form) => runBuilt(handle, 'run', built, form)));
  const commandTests = await runCommandTests(handle, built);
  return { builder, expectedImage, runs, ...(commandTests.length > 0 && { commandTests }) };
}

/** One container for each command test, one after the other, as they stand in the file. */
async function runCommandTests(
  handle: EngineHandle,
  { tag, image, expectedImage: { structure } }: BuildEvidence,
): Promise<readonly CommandTestRun[]> {
  const [form] = runForms(handle).filter((each) => !each.endsWith('-tty'));
  const environment = environmentOf(image.env);
  const done: CommandTestRun[] = [];
  for (const test of form === undefined ? [] : runnableTests(structure)) {
    const words = wordsOf(test, structure?.globalEnvVars ?? [], environment);
    done.push({ test, run: await runImage(handle, 'run', tag, form as RunForm, LONGEST_RUN_MS, words) });
  }
  return done;
}

/** The variables of the image are filled in, as that tool does it. */
function wordsOf(
  { command, args, envVars }: CommandTest,
  globals: NonNullable<CommandTest['envVars']>,
  environment: Environment,
): RunWords {
  return {
    program: substitute(command, environment),
    args: (args ?? []).map((word) => substitute(word, environment)),
    env: [...globals, ...(envVars ?? [])].map(
      ({ key, value = '' }) => `${key}=${substitute(value, environment)}`,
    ),
  };
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
