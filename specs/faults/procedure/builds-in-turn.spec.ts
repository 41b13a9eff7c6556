import { expect, test } from 'vitest';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';
import { faultyProxy } from '../engines/faulty-proxy.ts';
import '../engines/needs.ts';

// Builds that share a cache answer from each other: two at a time gave two images for the same input.
test('no two builds are under way at once, not even that of the shell', async () => {
  await using folder = await scratchFolder();
  const engine = await startEngine(await loadRecipe('docker-26'));
  try {
    await using proxy = await faultyProxy(engine.handle.dockerHost ?? '', folder.path);
    const suite = commandLine(['conformance', '--builder', 'classic-api', '--builder', 'buildkit-api'], {
      environment: { DOCKER_HOST: proxy.dockerHost, SCRATCH_ENGINE: '', TMPDIR: folder.path },
    });
    await suite.exitCode;
    // Only the builds are looked at: the proxy may drop what is attached to a container.
    expect(suite.text()).toMatch(/^build: .*✓ \d+ pass/m);
    expect(suite.text()).not.toMatch(/^✗ build\./m);
    expect(proxy.buildsAtOnce()).toBe(1);
  } finally {
    await engine.stop();
  }
});
