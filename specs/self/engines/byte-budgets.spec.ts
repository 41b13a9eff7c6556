import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import type { Run } from '../../../helpers/engines/answers.ts';
import { limitStream } from '../../../helpers/engines/byte-budgets.ts';
import { connect, within } from '../../../helpers/engines/client.ts';
import { runTool } from '../../../helpers/engines/command.ts';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import { limited } from '../../../helpers/engines/limited.ts';
import { readEvents } from '../../../helpers/engines/read-events.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import { run } from '../../procedure/run.spec.ts';
import { GOLDEN } from '../procedure/golden.ts';
import { scratchFolder } from './scratch-folder.ts';

/** An engine that says more than anybody can hold is cut off, in one sentence that names what was asked. */

const CHUNK = Buffer.alloc(1024 ** 2, ' ');

test('an answer without end', async () => {
  await using engine = await endlessEngine();
  const asked = limited('build', async () => {
    const docker = await connect(engine.handle);
    return within('build', 'inspect of x', docker.getImage('x').inspect());
  });
  await expect(asked).rejects.toThrow(
    /^build: inspect of x sent more than 64 MiB, the most that an engine may send\.$/,
  );
});

test('a build that tells its progress without end', { timeout: 60_000 }, async () => {
  await using engine = await endlessEngine();
  const asked = limited('build', async () => {
    const docker = await connect(engine.handle);
    const work = docker
      .buildImage(Readable.from([Buffer.alloc(1024)]), {})
      .then((stream) => readEvents(stream));
    return within('build', 'POST /build', work);
  });
  await expect(asked).rejects.toThrow(/^build: POST \/build .*sent more than 64 MiB/);
});

test('an archive without end', async () => {
  const discard = async (source: AsyncIterable<Buffer>) => {
    for await (const _ of source);
  };
  const chunks = (count: number) => Readable.from(Array.from({ length: count }, () => CHUNK));
  const most = 4 * CHUNK.length;
  await pipeline(chunks(4), limitStream('the engine', most), discard);
  await expect(pipeline(chunks(5), limitStream('the engine', most), discard)).rejects.toThrow(
    'the engine sent more than 4 MiB',
  );
});

test('a command that prints without end, and one that writes a file without end', {
  timeout: 60_000,
}, async () => {
  await using engine = await endlessEngine();
  const printed = await runTool(engine.handle, 'docker', [
    '-c',
    'while :; do printf %s "$0$0$0$0"; done',
    'x'.repeat(9999),
  ]);
  expect(printed).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/^it sent more than 32 MiB/),
  });
  const file = join(engine.handle.workDir, 'archive.tar');
  const written = await runTool(engine.handle, 'docker', [
    '-c',
    'trap "" XFSZ; exec truncate -s 9G "$0"',
    file,
  ]);
  expect(written.exitCode).not.toBe(0);
  expect(written.stderr).toMatch(/^the engine sent more than 8192 MiB/);
});

test('output that the engine logged but did not hand over is told as such', () => {
  const lossy = GOLDEN.run.runs.map(
    (one): Run =>
      one.form === 'api' ? { ...one, stdout: '', logged: { stdout: one.stdout, stderr: '' } } : one,
  );
  const failed = run.requirements
    .map((requirement) => evaluate(requirement, { ...GOLDEN.run, runs: lossy }))
    .filter(({ status }) => status === 'fail');
  expect(failed.map(({ id }) => id)).toEqual(['run.output']);
  expect(JSON.stringify(failed)).toContain('attached before the start (the engine logged');
});

async function endlessEngine() {
  const folder = await scratchFolder();
  const workDir = folder.path;
  const socket = join(workDir, 'engine.sock');
  const server = createServer((_, response) => {
    const write = () => {
      while (!response.destroyed && response.write(CHUNK));
    };
    response.on('drain', write);
    write();
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const handle: EngineHandle = {
    ...{ name: 'endless', family: 'docker', origin: 'rootfs', identity: 'one', runId: 'sc0', workDir },
    dockerHost: `unix://${socket}`,
    stack: { engine: 'Docker Engine', version: '26.1.5', store: 'overlay2', platform: 'linux/amd64' },
    ...{
      tools: { docker: ['sh'] },
      toolEnvironment: {},
      features: [],
      builders: [],
      savers: [],
      lacking: {},
    },
  };
  return {
    handle,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder[Symbol.asyncDispose]();
    },
  };
}
