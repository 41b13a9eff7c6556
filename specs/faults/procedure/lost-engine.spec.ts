import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';
import { processesWith } from '../engines/traces.ts';
import '../engines/needs.ts';

/** The run of one builder, and the process of the engine that it started. */
async function runUntil(line: RegExp, temporary: string) {
  const environment = { TMPDIR: temporary, SCRATCH_ENGINE: 'docker-26' };
  const suite = commandLine(['conformance', '--builder', 'docker-build'], { environment });
  await suite.until(line);
  const engines = (await processesWith(temporary)).flatMap(
    (text) => /^process (\d+) dockerd --host=/.exec(text)?.[1] ?? [],
  );
  expect(engines).toHaveLength(1);
  return { suite, engine: Number(engines[0]) };
}

test.for(['builders', 'build', 'run'])(
  'an engine that is killed in the step %s is noticed within seconds',
  async (step) => {
    await using temporary = await scratchFolder();
    const { suite, engine } = await runUntil(new RegExp(`^${step} \\.\\.\\.`, 'm'), temporary.path);
    const killedAt = performance.now();
    process.kill(engine, 'SIGKILL');
    await suite.until(/was lost during the step|^run: /m);
    expect(await suite.exitCode).toBe(2);
    expect(suite.text()).toMatch(/engine: docker-26 was lost during the step \w+: /);
    // Five seconds to notice it, and as many to report; a busy machine may take longer, but not its minute.
    expect(performance.now() - killedAt).toBeLessThan(20_000);
  },
);

test('a frozen engine ends the run, and nothing of it is left', async () => {
  await using temporary = await scratchFolder();
  const { suite, engine } = await runUntil(/^build \.\.\./m, temporary.path);
  process.kill(engine, 'SIGSTOP');
  expect(await suite.exitCode).toBe(2);
  expect(suite.text()).toMatch(/engine: docker-26 was lost during the step \w+: .*no answer within 20 s/);
  await expect.poll(() => processesWith(temporary.path), { timeout: 10_000 }).toEqual([]);
});

/** Hands every request on to an engine but those of saving, which it never answers. */
function stallSaves(socketPath: string) {
  return createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { url = '', method, headers } = incoming;
    if (/\/images\/.*get/.test(url)) return;
    const further = request({ socketPath, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    further.on('error', () => outgoing.destroy());
    incoming.pipe(further);
  });
}

test('a save that never ends is given up after the limit of a step, which the message names', async () => {
  await using folder = await scratchFolder();
  const host = await startEngine(await loadRecipe('docker-26'));
  const socket = join(folder.path, 'stalls.sock');
  const server = stallSaves((host.handle.dockerHost ?? '').slice('unix://'.length));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    const suite = commandLine(['conformance', '--builder', 'classic-api', '--step-limit', '15'], {
      environment: { DOCKER_HOST: `unix://${socket}`, SCRATCH_ENGINE: '' },
    });
    expect(await suite.exitCode).toBe(2);
    expect(suite.text()).toMatch(
      /save: GET \/images\/\S+\/get did not end within 15 s, the limit of a step; raise it with --step-limit SECONDS or SCRATCH_STEP_LIMIT\./,
    );
  } finally {
    server.closeAllConnections();
    server.close();
    await host.stop();
  }
});
