import { copyFile, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { GenericContainer, Wait } from 'testcontainers';
import { expect } from 'vitest';
import { readElf } from '../helpers/archive/elf.ts';
import { readArchive } from '../helpers/archive/read-archive.ts';
import { outputOf, test, textsOf } from '../helpers/runner/engine-fixture.ts';

// The documented procedure in its own literal values. Everything else in this suite is a wider, closer look at it.
test('hello: static, from scratch, run, and saved as four layers', async ({ folder, tag, save }) => {
  await cp('fixtures/hello', folder, { recursive: true });
  await copyFile('c/main.c', join(folder, 'main.c'));

  // gcc -o hello -static main.c
  await execa({ cwd: folder })`gcc -o hello -static main.c`;
  expect(readElf(await readFile(join(folder, 'hello')))).toMatchObject({
    isElf: true,
    interpreter: null,
    needed: [],
  });

  // docker build -t hello .
  const image = await GenericContainer.fromDockerfile(folder).build(tag, { deleteOnExit: false });

  // docker run --rm hello
  const run = () => image.withNetworkMode('none').withWaitStrategy(Wait.forOneShotStartup()).start();
  expect(await outputOf(run)).toBe('Hello, world!\n');

  // docker save -o hello.tar hello
  const archive = await readArchive(await save(tag), { contents: { paths: 'all', maxFileBytes: 4_000_000 } });
  const layers = archive.dockerImages[0]?.layers.map(textsOf) ?? [];

  // jq '.[0].Layers[]' -r manifest.json
  expect(layers.map((files) => Object.keys(files))).toEqual([
    ['hello'],
    ['README.md'],
    ['final.txt'],
    ['final.txt'],
  ]);

  // cat <layer>/final.txt
  expect(layers[2]).toEqual({ 'final.txt': 'a\n' });
  expect(layers[3]).toEqual({ 'final.txt': 'b\n' });
});
