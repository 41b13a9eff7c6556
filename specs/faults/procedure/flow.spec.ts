import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuildContext, readContextFiles, writeContext } from '../../../helpers/engines/build-context.ts';
import { loadBuilder } from '../../../helpers/engines/builders/builders.ts';
import { connect } from '../../../helpers/engines/client.ts';
import { BUILDERS, type BuilderName, type RunningEngine } from '../../../helpers/engines/engine-model.ts';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { gatherBuild } from '../../../helpers/procedure/build.ts';
import { compile } from '../../../helpers/procedure/compile.ts';
import { readExpectedImage } from '../../../helpers/procedure/expected-image.ts';
import { createFlow } from '../../../helpers/procedure/flow.ts';
import { gatherSave } from '../../../helpers/procedure/save.ts';
import { smallDisk } from './small-disk.ts';

/** What goes wrong in the middle of the flow: one sentence that names the step and the cause, in time, and nothing left. */

const ONE_SENTENCE = /^[a-z]+: [^\n]{10,600}$/;
const DOCKER_BUILDERS = BUILDERS.filter((name) => !name.startsWith('podman') && name !== 'buildah');

let engine: RunningEngine;
let program: string;
let files: Awaited<ReturnType<typeof readContextFiles>>;

beforeAll(async () => {
  engine = await startEngine(await loadRecipe('docker-26'));
  ({ program } = await compile(join(engine.handle.workDir, 'c')));
  files = await readContextFiles(program);
}, 120_000);
afterAll(() => engine.stop());

function contextWith(name: string, dockerfile: string): Promise<BuildContext> {
  const content = Buffer.from(dockerfile);
  return writeContext(
    join(engine.handle.workDir, name),
    files.map((file) => (file.name === 'Dockerfile' ? { ...file, content } : file)),
  );
}

async function rejection(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
}

describe.for(DOCKER_BUILDERS)('%s', (name: BuilderName) => {
  test.for([
    ['a syntax error', 'FROM scratch\nCOPPY hello /\n', /unknown instruction|COPPY/i],
    ['a missing file', 'FROM scratch\nCOPY absent /\n', /absent/],
  ] as const)('refuses a Dockerfile with %s, also when the tag exists', async ([what, dockerfile, cause]) => {
    const { handle } = engine;
    const builder = await loadBuilder(name);
    const tag = `${handle.runId}/broken:${name}-${what.replaceAll(' ', '-')}`;
    const stale = await writeContext(join(handle.workDir, 'stale'), files);
    const buildStale = await loadBuilder('classic-api');
    await buildStale({ handle, tag, context: stale, useCache: true });
    const context = await contextWith(`broken-${name}`, dockerfile);
    const message = await rejection(builder({ handle, tag, context, useCache: true }));
    expect(message).toMatch(ONE_SENTENCE);
    expect(message).toMatch(cause);
  });

  test('replaces a stale image of the same name, or refuses', async () => {
    const { handle } = engine;
    const tag = `${handle.runId}/stale:${name}`;
    const stale = await contextWith('other', 'FROM scratch\nCOPY a.txt /\n');
    const buildStale = await loadBuilder('classic-api');
    await buildStale({ handle, tag, context: stale, useCache: true });
    const builder = await loadBuilder(name);
    const context = await writeContext(join(handle.workDir, 'fresh'), files);
    const message = await rejection(builder({ handle, tag, context, useCache: true }));
    const docker = await connect(handle);
    const { RootFS } = await docker.getImage(tag).inspect();
    const replaced = RootFS.Layers?.length === 4 && message === 'it did not fail';
    const refused = RootFS.Layers?.length === 1 && message.includes('exists before it is built');
    expect({ replaced, refused, message }).toMatchObject({ replaced: !refused });
    expect(replaced || refused).toBe(true);
  });
});

describe('a full disk', () => {
  test('while compiling', async () => {
    await using disk = await smallDisk('size=64k');
    const message = await rejection(compile(join(disk.path, 'c')));
    expect(message).toMatch(/^compile: .*disk is full|^compile: .*No space left|^compile: .*ENOSPC/);
    expect(message).toMatch(ONE_SENTENCE);
  });

  test('while writing the context', async () => {
    await using disk = await smallDisk('size=64k');
    expect(await rejection(writeContext(join(disk.path, 'context'), files))).toMatch(/^build: .*ENOSPC/);
  });

  test('while saving', async () => {
    const { handle } = engine;
    const context = await writeContext(join(handle.workDir, 'saved'), files);
    const { expectedImage } = await readExpectedImage();
    const built = await gatherBuild(handle, 'docker-build', context, expectedImage);
    await using disk = await smallDisk('size=64k');
    const message = await rejection(
      gatherSave({ ...handle, workDir: disk.path }, 'api-save', built, {
        name: 'hello',
        context,
        program: null,
      }),
    );
    expect(message).toMatch(/^save: GET .*ENOSPC/);
    expect(message).toMatch(ONE_SENTENCE);
  });
});

test('a read-only folder', async () => {
  await using disk = await smallDisk('ro');
  expect(await rejection(compile(join(disk.path, 'c')))).toMatch(/^compile: .*EROFS|^compile: .*read-only/);
  expect(await rejection(writeContext(join(disk.path, 'context'), files))).toMatch(/^build: .*EROFS/);
});

test('no image goes while the typed lines may be working on it', async () => {
  const { handle } = engine;
  const words = handle.tools.docker ?? [];
  const slowRun = ['sh', '-c', 'case "$*" in *"run -ti"*) sleep 8 ;; esac; exec "$@"', 'sh', ...words];
  const flow = createFlow({ ...handle, tools: { docker: slowRun } }, { builders: ['classic-api'] });
  const order: string[] = [];
  const loaded = flow.load('classic-api').then(() => order.push('load'));
  const typed = flow.shell().then(() => order.push('shell'));
  await Promise.all([loaded, typed]);
  expect(order).toEqual(['shell', 'load']);
});

test('an engine that dies in the middle', async () => {
  const dying = await startEngine(await loadRecipe('docker-26'));
  try {
    const flow = createFlow(dying.handle, { builders: ['docker-build'] });
    const built = await flow.build('docker-build');
    expect(built).toHaveProperty('evidence');
    const rest = [
      flow.run('docker-build'),
      flow.save('docker-build', 'api-save'),
      flow.load('docker-build'),
      flow.shell(),
    ];
    const messages = rest.map(rejection);
    await dying.stop();
    for (const message of await Promise.all(messages)) {
      expect(message).toMatch(/^engine: docker-26 was lost during the step (run|save|load|shell): /);
      expect(message).toMatch(ONE_SENTENCE);
    }
  } finally {
    await dying.stop();
  }
});
