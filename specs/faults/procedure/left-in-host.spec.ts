import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askEngine } from '../../../helpers/engines/api.ts';
import { readBuildCache } from '../../../helpers/engines/build-cache.ts';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { commandLine } from '../engines/command-line.ts';
import '../engines/needs.ts';

/** A private engine plays the one that runs on a host, so that the host's own is never touched. */
test.for([
  ['docker-26', 'only its build cache'],
  ['podman-5.4', 'nothing'],
] as const)('A run on %s as the engine of a host leaves %s, and the report says it', async ([name]) => {
  const host = await startEngine(await loadRecipe(name));
  const { dockerHost = '', workDir } = host.handle;
  const has = async (path: string) => JSON.parse((await askEngine(dockerHost, path)).body) as unknown;
  try {
    const suite = commandLine(['conformance', '--output', join(workDir, 'report')], {
      environment: { DOCKER_HOST: dockerHost, SCRATCH_ENGINE: '' },
    });
    expect(await suite.exitCode, suite.text()).toBe(0);
    const entries = (await readBuildCache(dockerHost, {})).size;
    expect(entries > 0).toBe(name === 'docker-26');
    const told = suite.text().match(/^Left in host: (.*)$/m)?.[1];
    expect(told?.split(' of build cache')[0]).toBe(entries === 0 ? undefined : `${entries} entries`);
    const report: Report = JSON.parse(await readFile(join(workDir, 'report/conformance.json'), 'utf8'));
    expect(report.engines[0]?.left).toBe(told);
    // Steps of builds without a name included.
    expect(await has('/images/json?all=1')).toEqual([]);
    expect(await has('/containers/json?all=1')).toEqual([]);
    expect(await has('/volumes')).toMatchObject({ Volumes: [] });
  } finally {
    await host.stop();
  }
});
