import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { Socket } from 'node:net';
import type Docker from 'dockerode';
import type { StepName } from './answers.ts';
import { connectionOf } from './api.ts';
import { ANSWER_BYTES, limitConnection, saysTooMuch } from './byte-budgets.ts';
import type { EngineHandle } from './engine-model.ts';
import { assertIdentity, readIdentity } from './inspect-engine.ts';
import { isLimited, limited, underWay, whenStepEnds, whoGivesUp } from './limited.ts';
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
export async function connect(handle: EngineHandle, mostBytes = ANSWER_BYTES): Promise<Docker> {
  setClientEnvironment(handle);
  const { default: Client } = await import('dockerode');
  const client = new Client();
  useOwnConnections(client, handle, mostBytes);
  return client;
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
  useOwnConnections(container.dockerode, handle);
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

/** Settles with the promise, or rejects with one sentence: an engine that died must not hang the run. */
export async function within<T>(step: StepName, what: string, work: Promise<T>): Promise<T> {
  const named = () => underWay(what, work);
  try {
    return await (isLimited() ? named() : limited(step, named));
  } catch (error) {
    if (error instanceof FlowError) throw error;
    throw new FlowError(step, `${what} failed: ${(error as Error).message}`, { cause: error });
  }
}

/** The client keeps whole answers in memory, and follows a build without end. */
function limitAnswers(agent: Agent, mostBytes: number): void {
  const giveUp = whoGivesUp();
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback);
    if (socket instanceof Socket) limitConnection(socket, mostBytes, () => giveUp(saysTooMuch(mostBytes)));
    return socket;
  };
}

/** Connections of one client end when the step that it was made in is given up. */
function useOwnConnections(
  client: Docker,
  { dockerHost = '', toolEnvironment }: EngineHandle,
  mostBytes = ANSWER_BYTES,
): void {
  const { protocol } = connectionOf(dockerHost, { ...process.env, ...toolEnvironment });
  const agent = protocol === 'https:' ? new SecureAgent() : new Agent();
  limitAnswers(agent, mostBytes);
  Object.assign(client.modem, { agent });
  whenStepEnds(() => agent.destroy());
}
