import { execFile } from 'node:child_process';

/** Standard output of a tool, or undefined when it is absent, fails or takes more than ten seconds. */
export function runTool(
  tool: readonly string[] | undefined,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const [program, ...leading] = tool ?? [];
  if (program === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const options = {
      env: { ...process.env, ...environment },
      timeout: 10_000,
      killSignal: 'SIGKILL',
    } as const;
    execFile(program, [...leading, ...args], options, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
