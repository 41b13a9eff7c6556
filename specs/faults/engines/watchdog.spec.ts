import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { commandLine } from './command-line.ts';
import './needs.ts';

/** A private engine plays the one that runs on a host, so that the host's own is never touched. */
test.for(['SIGKILL', 'SIGTERM'] as const)(
  'After %s an engine of the host keeps only what is not the run’s',
  async (signal) => {
    const host = await startEngine(await loadRecipe('docker-26'));
    const { tools, workDir, dockerHost } = host.handle;
    const docker = async (...args: readonly string[]) => {
      const [program = '', ...leading] = tools.docker ?? [];
      return (await promisify(execFile)(program, [...leading, ...args])).stdout;
    };
    try {
      const suite = commandLine(['engine', 'start', 'host'], { environment: { DOCKER_HOST: dockerHost } });
      const [, run = '', work = ''] = await suite.until(/run (\S+)\nwork folder (\S+)\n.*Ctrl-C/);
      await writeFile(join(workDir, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\nCMD ["/none"]\n');
      for (const tag of [`${run}/hello:1`, 'keep:1']) await docker('build', '--quiet', '--tag', tag, workDir);
      await docker('create', '--label', `scratch-conformance.run=${run}`, `${run}/hello:1`);
      await docker('create', '--name', 'keep', 'keep:1');
      suite.child.kill(signal);
      await suite.exitCode;
      await expect
        .poll(
          async () => [
            await docker('images', '--format', '{{.Repository}}'),
            await docker('ps', '--all', '--format', '{{.Names}}'),
            existsSync(work),
          ],
          { timeout: 10_000 },
        )
        .toEqual(['keep\n', 'keep\n', false]);
    } finally {
      await host.stop();
    }
  },
);
