import { abilitiesOf } from './abilities.ts';
import type { EngineAddress } from './address.ts';
import { askEngineTwice, connectionOf } from './api.ts';
import { describeGrowth, readBuildCache } from './build-cache.ts';
import type { EngineHandle, RunningEngine } from './engine-model.ts';
import { EngineError } from './error.ts';
import { type InspectedEngine, inspectEngine } from './inspect-engine.ts';
import { makeTemporaryFolder } from './start/run-folder.ts';
import { stopAtEnd } from './start/stop-at-end.ts';
import { startWatchdog } from './start/watchdog.ts';

/** Uses an engine that runs already. Nothing of it is started or stopped; what the run makes in it is swept. */
export async function connectEngine(address: EngineAddress, runId: string): Promise<RunningEngine> {
  const { origin, dockerHost, environment } = address;
  await askEngineTwice(dockerHost, '/_ping', { environment: { ...process.env, ...environment } });
  const toolEnvironment = { ...environment, DOCKER_HOST: dockerHost };
  const docker = ['env', '-u', 'DOCKER_CONTEXT', 'docker'];
  const inspected = await inspectEngine(dockerHost, { docker }, toolEnvironment);
  const left = await watchBuildCache(inspected, dockerHost, { ...process.env, ...environment });
  const workDir = await makeTemporaryFolder();
  const watchdog = startWatchdog(
    connectionOf(dockerHost, { ...process.env, ...environment }),
    runId,
    workDir,
  );
  const handle: EngineHandle = {
    name: 'host',
    family: inspected.family,
    origin,
    dockerHost,
    identity: inspected.identity,
    stack: inspected.stack,
    tools: inspected.stack.client === undefined ? {} : { docker },
    toolEnvironment,
    workDir,
    ...abilitiesOf(inspected),
    runId,
  };
  let stopped: Promise<void> | undefined;
  const stop = () => {
    forget();
    stopped ??= watchdog.stop();
    return stopped;
  };
  const forget = stopAtEnd(stop);
  return { handle, stop, left };
}

/** Looks at the build cache now, and tells later how much came to it. */
async function watchBuildCache(
  { family }: InspectedEngine,
  dockerHost: string,
  environment: NodeJS.ProcessEnv,
): Promise<() => Promise<string | undefined>> {
  if (family !== 'docker') return async () => undefined;
  const look = () =>
    readBuildCache(dockerHost, environment).catch((error: unknown) => {
      if (error instanceof EngineError) return error.message;
      throw error;
    });
  const before = await look();
  return async () => {
    const after = await look();
    const unknown = [before, after].find((found) => typeof found === 'string');
    if (unknown !== undefined) return `an unknown part of the build cache. ${unknown}`;
    return typeof before === 'string' || typeof after === 'string'
      ? undefined
      : describeGrowth(before, after);
  };
}
