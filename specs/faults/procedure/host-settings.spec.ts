import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { bundle, commandLine } from '../engines/command-line.ts';
import { processesWith } from '../engines/traces.ts';
import '../engines/needs.ts';

/** What a host sets around the suite, in a private mount namespace where it is more than a variable. */

async function run(script: string) {
  await using folder = await scratchFolder();
  const program = await bundle();
  const suite = commandLine(['conformance', '--quiet', '--builder', 'docker-build'], {
    program,
    environment: { SCRATCH_ENGINE: 'docker-26', TMPDIR: folder.path },
    leading: ['unshare', '--mount', 'sh', '-c', `${script} && exec "$@"`, 'sh'],
  });
  const exitCode = await suite.exitCode;
  const left = [...(await readdir(folder.path)), ...(await processesWith(folder.path))];
  return { exitCode, left, text: suite.text().trim() };
}

test('without HOME, in a working folder that is read-only, the engine conforms and nothing is left', async () => {
  const readOnly = 'mount -t tmpfs -o ro scratch-conformance /mnt && cd /mnt';
  const { text, ...end } = await run(`unset HOME && ${readOnly}`);
  expect(text).toMatch(/^Conforms: none of \d+ requirements fails on docker-26/m);
  expect(end, text).toEqual({ exitCode: 0, left: [] });
});

test.for([26, 130])(
  'with %i files that may be open, one sentence says so, and nothing is left',
  async (limit) => {
    expect(await run(`ulimit -n ${limit}`)).toEqual({
      exitCode: 2,
      left: [],
      text: expect.stringMatching(
        /^Could not run: [^\n]+ too many files are open[^\n]+ulimit -n[^\n]+$|EMFILE\)\.$/,
      ),
    });
  },
);
