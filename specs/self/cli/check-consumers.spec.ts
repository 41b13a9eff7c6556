import { beforeAll, describe, expect, test } from 'vitest';
import { cli, startCli } from './cli.ts';

beforeAll(startCli);

const REFUSED = 'fixtures/cases/whiteout-below-whiteout/archive.tar';
const TAKEN = 'fixtures/archives/docker-26.1.5-overlay2-buildkit/hello.tar';

describe('check --for', () => {
  test('says what the measured table knows of a consumer, and fails for it', async () => {
    const { code, stdout } = await cli(['check', REFUSED, '--for', 'docker-28,umoci-0.6.0', '--quiet']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ fail consumer\.docker-28 .*\n.*\n.*\n +found +refuses: .*whiteout-folders/);
    expect(stdout).not.toContain('consumer.umoci-0.6.0');
  });

  test('knows that a correct archive is of a form that a consumer does not take', async () => {
    const layout = 'fixtures/archives/podman-5.8.6/oci-archive-hello.tar';
    const { code, stdout } = await cli(['check', layout, '--for', 'docker-28,podman-5.8', '--quiet']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ fail consumer\.docker-28 .*\n.*\n.*\n +found +refuses: .*of the form oci/);
    expect(stdout).not.toContain('consumer.podman-5.8');
  });

  test('warns where the table has nothing like the archive', async () => {
    const several = 'fixtures/archives/docker-28.5.2-containerd-buildkit/several-images.tar';
    const { stdout } = await cli(['check', several, '--for', 'docker-28', '--quiet']);
    expect(stdout).toMatch(/warning consumer\.docker-28 .*\n.*\n.*\n +found +not known: it holds \d images/);
  });

  test('passes where nothing is known against the archive, in every format', async () => {
    const { code, stdout } = await cli(['check', TAKEN, '--for', 'all', '--format', 'json']);
    expect(code).toBe(0);
    const { archives } = JSON.parse(stdout) as { archives: { results: { id: string; status: string }[] }[] };
    const verdicts = archives[0]?.results.filter(({ id }) => id.startsWith('consumer.')) ?? [];
    expect(verdicts.length).toBeGreaterThan(10);
    expect(new Set(verdicts.map(({ status }) => status))).toEqual(new Set(['pass']));
  });

  test('refuses a name that the table does not know, in one sentence', async () => {
    const { code, stderr } = await cli(['check', TAKEN, '--for', 'docker-82']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^No consumer is called "docker-82"\. .*There are buildah-1\.28, .*containerd-1\.7, .*umoci-0\.6\.0\./,
    );
  });
});

test('check --load takes no standard input', async () => {
  const { code, stderr } = await cli(['check', '-', '--load', 'umoci-0.6.0']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^--load needs the archive as a file/);
});
