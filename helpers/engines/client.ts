import type Docker from 'dockerode';
import type { StepName } from './answers.ts';
import { COMMAND_MS } from './command.ts';
import { assertIdentity, readIdentity } from './facts.ts';
import type { EngineHandle } from './model.ts';
import { FlowError } from './step-error.ts';

/**
 * Settings of testcontainers, made before its first import: no reaper (it needs an image of its own and a bridge), no
 * look for a gateway, and the engine that was resolved. Our own label, tag prefix and watchdog do the sweeping.
 */
export function setClientEnvironment({ dockerHost }: EngineHandle): void {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] = 'localhost';
  if (dockerHost !== undefined) process.env['DOCKER_HOST'] = dockerHost;
}

/** A client of the engine, made with nothing but its address. */
export async function connect(handle: EngineHandle): Promise<Docker> {
  setClientEnvironment(handle);
  const { default: Client } = await import('dockerode');
  return new Client();
}

/**
 * The client that testcontainers chose. It falls through to another socket when the one asked for does not answer, so
 * the ID of the engine behind it is compared before anything else is sent.
 */
export async function connectThroughTestcontainers(handle: EngineHandle): Promise<Docker> {
  setClientEnvironment(handle);
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { container } = await getContainerRuntimeClient();
  const found = await identityBehind(container.dockerode, handle);
  if (found !== handle.identity) {
    throw new FlowError(
      'engine',
      `testcontainers talks to the engine ${found}, not to ${handle.identity}, the one that was resolved.`,
    );
  }
  return container.dockerode;
}

/** Podman makes up the ID of each answer anew, so there the socket that was chosen is asked who listens on it. */
async function identityBehind(docker: Docker, { family, stack }: EngineHandle): Promise<string> {
  const { socketPath } = docker.modem as { readonly socketPath?: string };
  if (family === 'docker' || socketPath === undefined)
    return ((await docker.info()) as { readonly ID?: string }).ID ?? '';
  return readIdentity(`unix://${socketPath}`, { family, version: stack.version });
}

export { assertIdentity };

/** Settles with the promise, or rejects with one sentence after a time: an engine that died must not hang the run. */
export async function within<T>(step: StepName, what: string, work: Promise<T>, ms = COMMAND_MS): Promise<T> {
  let alarm: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    alarm = setTimeout(() => reject(new FlowError(step, `${what} did not end within ${ms / 1000} s.`)), ms);
  });
  try {
    return await Promise.race([work, silence]);
  } catch (error) {
    if (error instanceof FlowError) throw error;
    throw new FlowError(step, `${what} failed: ${(error as Error).message}`, { cause: error });
  } finally {
    clearTimeout(alarm);
  }
}
