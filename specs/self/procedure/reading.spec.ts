import { describe, expect, test } from 'vitest';
import { requireSuccess } from '../../../helpers/engines/builders/builder.ts';
import { countCachedSteps, countCachedVertexes } from '../../../helpers/engines/builders/cached-steps.ts';
import { runCommand } from '../../../helpers/engines/command.ts';
import { BuildRefusedError, FlowError } from '../../../helpers/engines/step-error.ts';
import { packContext } from '../../../helpers/engines/tar-context.ts';
import { readBuilders } from '../../../helpers/procedure/builders.ts';
import { toExpectedImage } from '../../../helpers/procedure/expected-image.ts';
import { scanTar } from './scan-context.ts';

describe('which COPY steps came from the cache', () => {
  test('plain progress of BuildKit', () => {
    const text = [
      '#4 [1/4] COPY hello /',
      '#4 CACHED',
      '#5 [2/4] COPY README.md /',
      '#5 DONE 0.0s',
      '#6 exporting',
      '#6 CACHED',
    ];
    expect(countCachedSteps(text.join('\n'))).toBe(1);
  });

  test('classic builder', () => {
    const text = [
      'Step 2/6 : COPY hello /',
      ' ---> Using cache',
      ' ---> 1f',
      'Step 3/6 : COPY a /',
      ' ---> 2f',
      'Step 6/6 : CMD ["/hello"]',
      ' ---> Using cache',
    ];
    expect(countCachedSteps(text.join('\n'))).toBe(1);
  });

  test('buildah', () => {
    const text = [
      'STEP 2/6: COPY hello /',
      '--> Using cache 1f',
      '--> 1f',
      'STEP 6/6: CMD ["/hello"]',
      '--> Using cache 2f',
    ];
    expect(countCachedSteps(text.join('\n'))).toBe(1);
  });

  test('trace of the BuildKit API', () => {
    const vertex = (digest: string, name: string, cached: boolean) => {
      const field = (number: number, text: string) => [number * 8 + 2, text.length, ...Buffer.from(text)];
      const body = [...field(1, digest), ...field(3, name), ...(cached ? [4 * 8, 1] : [])];
      return [1 * 8 + 2, body.length, ...body];
    };
    const trace = (...vertexes: number[][]) => Buffer.from(vertexes.flat()).toString('base64');
    const first = trace(vertex('d1', '[1/4] COPY hello /', true), vertex('d2', '[2/4] COPY a /', false));
    const second = trace(vertex('d1', '[1/4] COPY hello /', true), vertex('d3', 'exporting', true));
    expect(countCachedVertexes([first, second])).toBe(1);
  });

  test('a trace that is cut off or garbage is no endless loop', () => {
    expect(countCachedVertexes([Buffer.from([0x0a, 0xff, 0xff]).toString('base64'), 'AAAA', ''])).toBe(0);
  });
});

test('docker buildx ls and inspect are read as people see them', () => {
  const ls =
    'NAME/NODE  DRIVER/ENDPOINT STATUS  BUILDKIT PLATFORMS\nother      docker-container\ndefault *  docker\n  default  default         running v0.13.2  linux/amd64\n';
  const inspect =
    'Name:   default\nDriver: docker\n\nNodes:\nName:             default\nStatus:           running\nBuildKit version: v0.13.2\nPlatforms:        linux/amd64, linux/386\n';
  expect(readBuilders(ls, inspect)).toEqual({
    current: 'default',
    driver: 'docker',
    status: 'running',
    buildkit: 'v0.13.2',
    platforms: ['linux/amd64', 'linux/386'],
  });
  expect(readBuilders(ls.replace('default *', 'default*'), '')).toMatchObject({
    current: 'default',
    driver: '',
    platforms: [],
  });
});

test('a failed build is one sentence with its reason', () => {
  const result = {
    command: 'docker build',
    exitCode: 1,
    stdout: 'Step 1/2\n',
    stderr: '#1 loading\nERROR: failed to solve: no such file\n\n',
  };
  expect(() => requireSuccess('docker build', result)).toThrow(
    new BuildRefusedError('docker build failed with exit code 1: ERROR: failed to solve: no such file'),
  );
  expect(new FlowError('build', 'a\u001b[31m\nb').message).toBe('build: a\\x1b[31m');
});

test('a command that hangs is killed, and one that is not there is told', async () => {
  const hanging = await runCommand(['sleep', '60'], { timeoutMs: 50 });
  expect(hanging).toMatchObject({ exitCode: 124, stderr: 'no end within 0.05 s' });
  const missing = await runCommand(['no-such-program']);
  expect(missing.exitCode).toBe(127);
  expect(missing.stderr).toContain('no-such-program');
});

test('the context is a tar with the modes, owners and times that were asked for', () => {
  const tar = packContext([
    { name: 'hello', mode: 0o755, content: Buffer.from('x'.repeat(513)), mtime: 1_700_000_000 },
    { name: 'empty', mode: 0o644, content: Buffer.alloc(0), mtime: 1_700_000_001 },
  ]);
  expect(tar.length % 512).toBe(0);
  expect(scanTar(tar)).toEqual([
    { name: 'hello', mode: 0o755, owner: '0:0', mtime: 1_700_000_000, size: 513 },
    { name: 'empty', mode: 0o644, owner: '0:0', mtime: 1_700_000_001, size: 0 },
  ]);
});

test('what the image must hold is read from the expectation', () => {
  const expectedImage = toExpectedImage({
    config: { Cmd: ['/x'] },
    layers: [{ files: [{ path: 'b', content: '1' }] }],
    rootfs: { files: [{ path: 'b', content: '1' }, { path: 'a' }] },
  });
  expect(expectedImage).toMatchObject({
    cmd: ['/x'],
    layers: [{ path: 'b', content: '1' }],
    root: [
      { path: 'a', content: null },
      { path: 'b', content: '1' },
    ],
  });
});
