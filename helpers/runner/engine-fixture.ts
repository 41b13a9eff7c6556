import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import type { StartedTestContainer } from 'testcontainers';
import { test as base } from 'vitest';
import type { LayerReference } from '../archive/model.ts';
import { connectThroughTestcontainers } from '../engines/client.ts';
import { runAgainIfSilent } from '../engines/silent-run.ts';
import { judgedRuns } from '../requirements/procedure/repeated-runs.ts';
import { filesOf, readText } from '../requirements/procedure/saved-files.ts';
import { workerEngine } from './worker.ts';

interface EngineFixtures {
  /** The client of testcontainers, which is asserted to talk to the engine that was resolved for this run. */
  readonly docker: Docker;
  /** An empty folder; it goes with the engine. */
  readonly folder: string;
  /** `hello` behind the prefix of this run, so that nobody's own image of that name is touched. */
  readonly tag: string;
  /** `docker save` into the folder: answers the path of the archive. */
  readonly save: (tag: string) => Promise<string>;
}

/** A test with an engine for testcontainers. */
export const test = base.extend<EngineFixtures>({
  docker: [
    async ({ task: _ }, use) => use(await connectThroughTestcontainers(await workerEngine())),
    { auto: true },
  ],
  folder: async ({ task: { id } }, use) => {
    const folder = join((await workerEngine()).workDir, `test-${id}`);
    await mkdir(folder);
    await use(folder);
  },
  tag: async ({ task: { id } }, use) => use(`${(await workerEngine()).runId}/hello:test-${id}`),
  save: ({ docker, folder }, use) =>
    use(async (tag) => {
      const file = join(folder, 'hello.tar');
      await pipeline(await docker.getImage(tag).get(), createWriteStream(file));
      return file;
    }),
});

/** What a container prints that ends by itself; of runs that followed a silent one, the first that says something. */
export async function outputOf(start: () => Promise<StartedTestContainer>): Promise<string> {
  const run = await runAgainIfSilent(async () => {
    await using container = await start();
    const stdout = await text(await container.logs());
    return { command: `start of ${container.getName()}`, exitCode: 0, stdout, stderr: '' };
  });
  return judgedRuns(run)[0]?.stdout ?? '';
}

/** The files of one layer by path, in its order, with their content as text. */
export function textsOf({ layer }: LayerReference): Readonly<Record<string, string | null>> {
  return Object.fromEntries((layer ? filesOf(layer) : []).map((file) => [file.path, readText(file)]));
}
