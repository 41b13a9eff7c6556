import type { CommandResult, Repeated } from './answers.ts';

/** Runs that follow a silent one. */
const FURTHER = 3;

/**
 * Runs a program, and three times more when it ended well and handed over nothing.
 *
 * dockerd opens the pipe of a container's output while the container starts. On a busy host a program of a few
 * milliseconds may have ended before: what it printed is then in nobody's hands, neither the client's nor the engine's
 * own log (Docker 26.1.5 with dockerd at nice 19 beside four busy loops: 2 of 150 runs). So one silent run says nothing
 * about whether the engine hands over output; it is kept, and told apart from an engine that loses output for good.
 */
export async function runAgainIfSilent<Result extends CommandResult>(
  once: () => Promise<Result>,
): Promise<Repeated<Result>> {
  const first = await once();
  if (first.exitCode !== 0 || first.stdout !== '' || first.stderr !== '') return first;
  const again: Result[] = [];
  while (again.length < FURTHER) again.push(await once());
  return { ...first, again };
}
