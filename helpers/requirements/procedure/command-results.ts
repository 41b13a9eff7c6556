import type { CommandResult, Repeated } from '../../engines/answers.ts';
import type { Violation } from '../outcome.ts';
import { violation } from '../violation.ts';

/** A run and those that followed it, in their order. */
export function eachRun<Result extends CommandResult>(run: Repeated<Result>): readonly Result[] {
  return [run, ...(run.again ?? [])];
}

/** Those that ended with the stated code; all, where none is stated. */
export function endedWith<Result extends CommandResult>(
  run: Repeated<Result>,
  stated: number | null,
): readonly Result[] {
  return eachRun(run).filter(({ exitCode }) => stated === null || exitCode === stated);
}

/** Reports a failed command in its own words. `note` says what is known about how it ended. */
export function* mustExitWith(
  { command, exitCode, stdout, stderr }: CommandResult,
  stated: number | null,
  note = '',
): Iterable<Violation> {
  if (stated === null || exitCode === stated) return;
  const said = (stderr || stdout).trim();
  yield violation(
    `exit code ${exitCode}${note}${said === '' ? '' : `: ${said}`}`,
    command,
    `exit code ${stated}`,
  );
}

export function mustExitWithZero(result: CommandResult): Iterable<Violation> {
  return mustExitWith(result, 0);
}

/**
 * The runs that ended as stated, whose output must be what the program prints: all of them, without a single silent one
 * among several, which `lostOnce` tells. An engine that loses output twice in four runs is judged by what is missing.
 */
export function judgedRuns<Result extends CommandResult>(
  run: Repeated<Result>,
  stated: number | null = 0,
): readonly Result[] {
  const runs = endedWith(run, stated);
  return isLostOnce(run) ? runs.filter(({ stdout }) => stdout !== '') : runs;
}

/** One silent run among several. */
export function* lostOnce(run: Repeated<CommandResult>): Iterable<Violation> {
  if (isLostOnce(run))
    yield violation('1 silent', `${eachRun(run).length} runs of ${run.command}`, 'output of each');
}

export const LOST_ONCE_CONSEQUENCE =
  'The engine loses the output of short programs now and then, on a busy host above all: a script that reads it finds nothing, with exit code 0.';

function isLostOnce(run: Repeated<CommandResult>): boolean {
  return run.again !== undefined && eachRun(run).filter(({ stdout }) => stdout === '').length === 1;
}
