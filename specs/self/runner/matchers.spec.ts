import { join } from 'node:path';
import { expect } from 'scratch-conformance/vitest';
import { beforeAll, describe, expectTypeOf, test } from 'vitest';
import { CALLERS_CONTENTS } from '../../../helpers/archive/limits.ts';
import type { Archive } from '../../../helpers/archive/model.ts';
import { readArchive, readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { MUTANTS } from '../../../helpers/proof/mutants/archive-mutants.ts';
import { buildMutant } from '../../../helpers/proof/mutants/define.ts';
import type { ArchiveMatchers } from '../../../helpers/runner/matchers/matcher-types.ts';
import { RECORDED } from '../report/recorded.ts';

const read = (path: string) => readArchive(join(process.cwd(), path), { contents: CALLERS_CONTENTS });

let docker28: Archive;
let legacy: Archive;
beforeAll(async () => {
  docker28 = await read(RECORDED.containerd);
  legacy = await read(RECORDED.legacy);
});

/** What a failed assertion says. */
function failureOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the assertion passed');
}

describe('toConform', () => {
  test('passes and fails as check does, from the level on that is asked for', async () => {
    expect(docker28).toConform();
    expect(docker28).toConform({ level: 'must' });
    const warned = await mutant('start.program');
    expect(warned).toConform();
    expect(failureOf(() => expect(warned).toConform({ level: 'practice' }))).toMatch(
      /^expected \(memory\) to conform\n\n▲ warning start\.program \(practice\) /,
    );
  });

  test('says what was expected, what was found, and where', async () => {
    const broken = await mutant('config.diff-id');
    const message = failureOf(() => expect(broken).toConform());
    expect(message).toMatch(/✗ fail config\.diff-id \(\w+\) /);
    expect(message).toMatch(/\n {4}at .*layers\[\d\].*\n {6}expected sha256:.*\n {6}found {4}sha256:/);
    expect(broken).not.toConform();
    expect(broken).toConform({ only: ['config.created'] });
  });

  test('compares an expectation too', () => {
    const rootfs = { files: [{ path: 'final.txt', content: 'c\n' }], others: true };
    expect(failureOf(() => expect(docker28).toConform({ expectation: { rootfs } }))).toContain(
      'found    "b\\n"',
    );
  });

  test('passes neither way where nothing was judged', () => {
    const nothing = { only: ['expectation.image'] };
    expect(() => expect(docker28).toConform(nothing)).toThrow(/^it cannot be told whether /);
    expect(() => expect(docker28).not.toConform(nothing)).toThrow(/^it cannot be told whether /);
    expect(() => expect(docker28).toConform({ only: ['config.diffid'] })).toThrow(
      /Did you mean config\.diff-id/,
    );
  });

  test('takes an archive, not a path', () => {
    expect(() => expect('image.tar').toConform()).toThrow(
      /^toConform judges an archive, not the string "image\.tar": give it what readArchive/,
    );
  });
});

describe('toHoldLayers', () => {
  test('holds paths, contents and more of each layer, bottom first', () => {
    const layers = [
      ['hello'],
      ['README.md'],
      { 'final.txt': 'a\n' },
      { 'final.txt': { content: 'b\n', uid: 0 } },
    ];
    expect(docker28).toHoldLayers(layers);
    expect(legacy).toHoldLayers(layers);
    expect(docker28).not.toHoldLayers(layers.slice(1));
    expect(docker28).not.toHoldLayers([...layers].reverse());
  });

  test('says which file of which layer is another', () => {
    const message = failureOf(() =>
      expect(docker28).toHoldLayers([
        ['hello'],
        ['README.md'],
        { 'final.txt': 'a\n' },
        { 'final.txt': 'c\n' },
      ]),
    );
    expect(message).toMatch(/^expected .*hello\.tar to hold these layers\n/);
    expect(message).toMatch(
      /at image .*layers\[3\].*entry final\.txt\n {6}expected "c\\n".*\n {6}found {4}"b\\n"/,
    );
  });

  test('passes neither way where the archive was not read to its end', async () => {
    const cut = await mutant('tar.complete');
    expect(() => expect(cut).toHoldLayers([])).toThrow(/not read to its end/);
    expect(() => expect(cut).not.toHoldLayers([])).toThrow(/not read to its end/);
  });
});

describe('toHaveFile', () => {
  test('looks into the root that remains, however the path is written', () => {
    for (const path of ['final.txt', '/final.txt', './final.txt'])
      expect(docker28).toHaveFile(path, { content: 'b\n', mode: '0644' });
    expect(docker28).toHaveFile('hello', { mode: 0o755, elf: { static: true } });
    expect(docker28).not.toHaveFile('final.txt', { content: 'a\n' });
    expect(docker28).not.toHaveFile('hello/');
    expect(docker28).not.toHaveFile('etc/passwd');
  });

  test('says both values of what is another', () => {
    expect(failureOf(() => expect(docker28).toHaveFile('final.txt', { mode: '0600' }))).toMatch(
      /expected .*0600.*\n +found +.*0644/,
    );
    expect(failureOf(() => expect(docker28).toHaveFile('none'))).toMatch(
      /expected present.*\n +found +absent/,
    );
  });

  test('refuses what no file can be', () => {
    expect(() => expect(docker28).not.toHaveFile('a', { mode: 'rwx' })).toThrow(/\/rootfs\/files\/0\/mode/);
  });
});

describe('toStart', () => {
  test('fails where the program is missing, and passes neither way where there is no command', async () => {
    expect(docker28).toStart();
    const missing = await mutant('start.program');
    expect(failureOf(() => expect(missing).toStart())).toMatch(
      /^expected .* to start\n\n▲ warning start\.program /,
    );
    expect(missing).not.toStart();
    const cut = await mutant('tar.complete');
    expect(() => expect(cut).not.toStart()).toThrow(/^it cannot be told whether /);
  });
});

describe('toEqualImage', () => {
  test('says at which level two images differ, and lets what is named differ', async () => {
    const docker26 = await read('fixtures/archives/docker-26.1.5-overlay2-buildkit/hello.tar');
    expect(docker28).toEqualImage(docker28);
    expect(docker28).not.toEqualImage(docker26);
    expect(failureOf(() => expect(docker28).toEqualImage(docker26))).toMatch(
      /^expected .*containerd.* to hold the image of .*overlay2.*\n\n- .*overlay2.*\n\+ .*containerd.*\n\n≠ different config/,
    );
    const ignore = ['times', 'compression', 'names', 'annotations', 'attestations'] as const;
    expect(docker28).toEqualImage(docker26, { ignore });
  });

  test('refuses an area that does not exist', () => {
    const ignore = ['time'] as unknown as readonly ['times'];
    expect(() => expect(docker28).not.toEqualImage(legacy, { ignore })).toThrow(/Did you mean times/);
  });
});

describe('toLoadIn', () => {
  test('knows from the table who takes an archive, and what the others say', async () => {
    for (const consumer of ['docker-28', 'podman-5.8', 'containerd-2.1', 'skopeo-1.22-docker-archive'])
      expect(docker28).toLoadIn(consumer);
    const broken = await mutant('config.object');
    expect(broken).not.toLoadIn('docker-28');
    expect(failureOf(() => expect(broken).toLoadIn('docker-28'))).toMatch(
      /^expected \(memory\) to load in docker-28 \(.*\), by the measured table\n\narchives that break config\.object\n {2}expected taken whole\n {2}found {4}refuses: /,
    );
  });

  test('knows that a correct archive is of a form that a consumer does not take', async () => {
    const layout = await read('fixtures/archives/podman-5.8.6/oci-archive-hello.tar');
    expect(layout).toConform();
    expect(layout).toLoadIn('podman-5.8');
    expect(layout).not.toLoadIn('docker-28');
    expect(failureOf(() => expect(layout).toLoadIn('docker-28'))).toContain('archives of the form oci');
  });

  test('passes neither way where the table does not tell', async () => {
    const several = await read('fixtures/archives/docker-28.5.2-containerd-buildkit/several-images.tar');
    expect(() => expect(several).toLoadIn('docker-28')).toThrow(/cannot tell .* it holds \d images, /);
    expect(() => expect(several).not.toLoadIn('docker-28')).toThrow(/start: true/);
    expect(() => expect(docker28).toLoadIn('docker-82')).toThrow(
      /^No measured consumer is called "docker-82"/,
    );
  });
});

test('the matchers have these names, and each is registered', () => {
  const names = ['toConform', 'toEqualImage', 'toHaveFile', 'toHoldLayers', 'toLoadIn', 'toStart'] as const;
  expectTypeOf<keyof ArchiveMatchers>().toEqualTypeOf<(typeof names)[number]>();
  for (const name of names) expect(typeof expect(docker28)[name]).toBe('function');
});

/** The first mutant of a requirement, read. */
async function mutant(id: keyof typeof MUTANTS): Promise<Archive> {
  const [first] = MUTANTS[id];
  if (!first) throw new Error(`no mutant of ${id}`);
  return readArchiveBytes(buildMutant(first), { contents: CALLERS_CONTENTS });
}
