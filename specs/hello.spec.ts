import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'scratch-conformance/vitest';
import { GenericContainer, Wait } from 'testcontainers';

// The documented procedure with its values written out. The rest of the suite checks the same steps in more detail.
test('hello: static, from scratch, run, and saved as four layers', async ({ folder, tag, run, save }) => {
  await cp('fixtures/hello', folder, { recursive: true });
  await copyFile('c/main.c', join(folder, 'main.c'));

  // gcc -o hello -static main.c
  await execa({ cwd: folder })`gcc -o hello -static main.c`;

  // docker build -t hello .
  const image = await GenericContainer.fromDockerfile(folder).build(tag, { deleteOnExit: false });

  // docker run --rm hello, here without a terminal and without a network
  const start = () => image.withNetworkMode('none').withWaitStrategy(Wait.forOneShotStartup()).start();
  expect(await run(start)).toEqual({ exitCode: 0, stdout: 'Hello, world!\n', stderr: '' });

  // docker save -o hello.tar hello
  const archive = await save(tag);

  // jq '.[0].Layers[]' -r manifest.json, and cat <layer>/final.txt: four layers in manifest order, then `a` and `b`
  expect(archive).toHoldLayers([['hello'], ['README.md'], { 'final.txt': 'a\n' }, { 'final.txt': 'b\n' }]);

  // /hello is static: it needs no loader and no library. It is what starts. Of the two final.txt the upper one is seen.
  expect(archive).toHaveFile('/hello', { mode: '0755', elf: { static: true, architecture: 'image' } });
  expect(archive).toHaveFile('/final.txt', { content: 'b\n' });
  expect(archive).toStart();
  expect(archive).toConform();
});
