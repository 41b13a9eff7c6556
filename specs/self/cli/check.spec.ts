import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import schema from '../../../helpers/report/check.schema.json' with { type: 'json' };
import { type CliResult, cli, cliProcess, recordedArchive, startCli, tarOf } from './cli.ts';

const HELLO = recordedArchive('docker-28.5.2-overlay2-buildkit/hello.tar');
const SEVERAL = recordedArchive('docker-28.5.2-overlay2-buildkit/several-images.tar');
const OCI = recordedArchive('podman-5.8.6/oci-archive-hello.tar');
const EXPECTATION = 'fixtures/hello/expectation.json';

const folder = mkdtempSync(join(tmpdir(), 'check-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(startCli);

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const NO_IMAGE = file('no-image.tar', tarOf({ 'README.md': 'nothing here' }));

/** Neither a stack trace nor a character that could steer a terminal. */
function expectClean({ stdout, stderr }: CliResult) {
  const text = stdout + stderr;
  expect([...text.matchAll(/^\s+at .*:\d+:\d+\)?$/gm)].map(([line]) => line)).toEqual([]);
  expect(
    [...text.replaceAll('\n', '').matchAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu)].map(([found]) => found),
  ).toEqual([]);
}

describe.concurrent('exit code 0: conforms', () => {
  test.each([
    ['a file', [HELLO]],
    ['a file and its expectation', [HELLO, '--expect', EXPECTATION]],
    ['several files', [HELLO, OCI]],
    ['one requirement', [HELLO, '--only', 'config.diff-id']],
    ['one requirement by its older name', [HELLO, '--only', 'c4']],
    ['one level', [HELLO, '--level', 'must,consumer']],
    ['one of several images', [SEVERAL, '--image', 'example/two:1']],
    ['the image of a platform', [SEVERAL, '--platform', 'linux/amd64']],
  ])('%s', async (_, args) => {
    const result = await cli(['check', ...args]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('Conforms');
    expectClean(result);
  });

  test('standard input', async () => {
    const result = await cliProcess(['check', '-'], { input: readFileSync(HELLO) });
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  test('a layout directory', async () => {
    const layout = mkdtempSync(join(folder, 'layout-'));
    await execa('tar', ['-xf', OCI, '-C', layout]);
    expect(await cli(['check', layout, '--expect', EXPECTATION])).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([['--list'], ['--help']])('%s', async (option) => {
    const result = await cli(['check', option]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expectClean(result);
  });
});

describe.concurrent('exit code 1: does not conform', () => {
  const bytes = readFileSync(HELLO);

  test.each([
    ['the first half of an archive', bytes.subarray(0, bytes.length / 2)],
    ['a tar without an image', readFileSync(NO_IMAGE)],
    ['a manifest that is no JSON', tarOf({ 'manifest.json': '{' })],
    ['a manifest of the wrong kind', tarOf({ 'manifest.json': '{"a":[1,null]}', 'index.json': '[[]]' })],
  ])('%s', async (name, content) => {
    const result = await cli(['check', file(name.replaceAll(' ', '-'), content)]);
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(result.stdout).toContain('Does not conform');
    expectClean(result);
  });

  test('a damaged archive, whatever is expected of it', async () => {
    const half = file('half.tar', bytes.subarray(0, bytes.length / 2));
    const result = await cli(['check', half, '--expect', EXPECTATION, '--image', 'x']);
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(result.stdout.match(/✗ fail \S+/g)).toEqual(['✗ fail tar.complete']);
  });

  test('nothing can be said of the image of an archive that is cut off', async () => {
    const half = file('half.tar', bytes.subarray(0, bytes.length / 2));
    const result = await cli(['check', half, '--expect', EXPECTATION, '--only', 'expectation.image']);
    expect(result).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it is cut off (tar.complete)'),
    });
  });

  test('a changed expectation, and the finding says both values and where', async () => {
    const changed = readFileSync(EXPECTATION, 'utf8').replaceAll('"b\\n"', '"c\\n"');
    const result = await cli(['check', HELLO, '--expect', file('changed.json', changed)]);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('expectation.file-content');
    expect(result.stdout).toContain('layers[3]');
    expect(result.stdout).toMatch(
      /expected "c\\n" \(expectation \/layers\/3\/files\/0\/content\)\n\s+found {4}"b\\n"/,
    );
    expectClean(result);
  });
});

describe.concurrent('exit code 2: could not be judged, said in one sentence', () => {
  test.each([
    ['no archive', [], 'No archive is given.'],
    ['no such file', ['/nonexistent/a.tar'], '/nonexistent/a.tar'],
    ['an unknown option', [HELLO, '--nonsense'], 'No option is called "--nonsense".'],
    ['an option with a typing error', [HELLO, '--expcet', 'x'], 'Did you mean --expect?'],
    ['a name without end', [HELLO, '--image', 'x'.repeat(100_000)], '(100000 characters)'],
    ['an archive without a name', [''], '"" does not exist.'],
    ['the catalogue and an archive', ['--list', HELLO], 'judges nothing'],
    ['an unknown producer', [HELLO, '--producer', 'dokcer@29.7'], 'Did you mean docker?'],
    ['an option without its value', [HELLO, '--expect'], '--expect needs a value.'],
    ['an unknown format', [HELLO, '--format', 'jsno'], 'Did you mean json?'],
    ['an unknown level', [HELLO, '--level', 'may'], 'No level is called "may"'],
    ['an unknown requirement', [HELLO, '--only', 'config.dif-id'], 'Did you mean config.diff-id'],
    ['no such image', [HELLO, '--image', 'other'], 'matches other'],
    ['no such platform', [HELLO, '--platform', 'linux/s390x'], 'matches linux/s390x'],
    ['no such expectation', [HELLO, '--expect', '/nonexistent/e.json'], 'no such file'],
    ['an ambiguous image', [SEVERAL, '--expect', EXPECTATION], 'choose one with --image'],
    ['nothing evaluated', [HELLO, '--only', 'expectation.config'], 'no requirement was evaluated'],
    ['an unreadable producer', [HELLO, '--producer', 'docker'], 'NAME@VERSION'],
    ['standard input twice', ['-', '-'], 'only once'],
    ['an empty file', [file('empty', new Uint8Array())], 'is empty (0 bytes without any)'],
    ['blocks of zeros', [file('zeros', new Uint8Array(10_240))], 'is empty (10240 bytes without any)'],
    [
      'a text',
      [file('text', 'Error: no such image\n')],
      'found text that starts with "Error: no such image"',
    ],
    ['an HTML page', [file('page', '<!DOCTYPE html><html>')], 'found an HTML page'],
    ['UTF-16', [file('utf-16', Buffer.from('\uFEFFhello\r\n', 'utf16le'))], 'use docker save --output FILE'],
    ['a pointer', [file('lfs', 'version https://git-lfs.github.com/spec/v1\n')], 'run git lfs pull'],
    ['no archive, asked for one rule', [EXPECTATION, '--only', 'config.diff-id'], 'is no archive'],
  ])('%s', async (_, args, said) => {
    const result = await cli(['check', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(said);
    expect(result.stderr).not.toContain('Suite bug');
    expectClean(result);
  });

  test('an expectation with a mistake, at its line and column', async () => {
    const path = file('mistake.json', '{\n  "layers": [\n    { "file": [] }\n  ]\n}\n');
    const { code, stdout, stderr } = await cli(['check', HELLO, '--expect', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `${path}:3:7: /layers/0/file unknown field "file"; known here: comment, files, others, absent\n`,
    );
  });

  test('an expectation that states nothing but a run, which no archive shows', async () => {
    const path = file('run.json', '{ "run": { "stdout": "Hello, world!\\n" } }');
    const { code, stdout, stderr } = await cli(['check', HELLO, '--expect', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /run\.json states nothing but a run, which no saved archive shows; conformance --context/,
    );
  });

  test('a run beside what an archive shows is told as not judged', async () => {
    const path = file('both.json', '{ "sizes": { "maxLayers": 4 }, "run": { "exitCode": 0 } }');
    const { code, stderr } = await cli(['check', HELLO, '--expect', path]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^The run that \S*both\.json states is not judged of a saved archive; /m);
  });

  test.runIf(existsSync('/dev/full'))('an output that is full', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, ['.build/cli.js', 'check', HELLO], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'The output cannot be written (ENOSPC).\n' });
  });

  test('one archive of several that cannot be read does not hide the others', async () => {
    const result = await cli(['check', '/nonexistent/a.tar', HELLO]);
    expect(result.code).toBe(2);
    expect(result.stdout).toContain('Conforms');
    expect(result.stderr).toContain('/nonexistent/a.tar');
  });
});

describe.concurrent('hostile archives', () => {
  const evil = 'a\u001b[31m\u202e\u0007.json';
  const manifest = JSON.stringify([
    { Config: evil, RepoTags: ['x\u001b]0;owned\u0007:1'], Layers: [`${evil}\n`] },
  ]);

  test.each([['text'], ['json'], ['markdown'], ['junit'], ['sarif'], ['github']])(
    'cannot steer a terminal through %s',
    async (format) => {
      const path = file(
        `hostile-${format}.tar`,
        tarOf({ 'manifest.json': manifest, [evil]: '{"os":"\u202e"}' }),
      );
      const result = await cli(['check', path, '--format', format]);
      expect(result.code).toBe(1);
      expectClean(result);
      if (format === 'text') expectClean(result);
    },
  );
});

describe.concurrent('the JSON', () => {
  const validate = new Ajv2020({ allErrors: true }).compile(schema);

  test.each([
    ['a file that conforms', [HELLO, '--expect', EXPECTATION], 0],
    ['several images', [SEVERAL], 0],
    ['a tar without an image', [NO_IMAGE], 1],
    ['a file that is no archive', [EXPECTATION], 2],
    ['a file that is not there', ['/nonexistent/a.tar', HELLO], 2],
    ['known deviations', [HELLO, '--producer', 'docker@28.5'], 0],
  ])('of %s is as the schema says', async (_, args, code) => {
    const result = await cli(['check', ...args, '--format', 'json']);
    const json = JSON.parse(result.stdout);
    expect(validate(json) ? [] : validate.errors).toEqual([]);
    expect(result.code).toBe(code);
    expect(json.verdict).toBe(['conforms', 'does-not-conform', 'could-not-judge'][code]);
  });

  test('says for each archive what it is, each result, and whether it is in order', async () => {
    const { stdout } = await cli(['check', HELLO, NO_IMAGE, '--format', 'json']);
    const { archives } = JSON.parse(stdout);
    expect(archives).toMatchObject([
      { archive: HELLO, fingerprint: { profile: 'docker-graphdriver-hybrid' }, ok: true },
      { archive: NO_IMAGE, images: [], ok: false },
    ]);
    expect(archives[0].images[0].layers).toHaveLength(4);
    const failed = archives[1].results.filter(({ status }: { status: string }) => status === 'fail');
    expect(failed[0].findings[0]).toMatchObject({
      expected: {},
      actual: {},
      message: expect.stringContaining(', but at '),
    });
  });
});

describe.concurrent('--image and --producer', () => {
  const lost = recordedArchive('docker-28.5.2-overlay2-buildkit/tagged-and-untagged.tar');

  test('what is wrong with an image fails', async () => {
    const result = await cli(['check', lost]);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('✗ fail agreement.images-in-index');
  });

  test('what is wrong with another image than the chosen one is left out', async () => {
    const result = await cli(['check', lost, '--image', 'example/multi:1']);
    expect(result.code).toBe(0);
    expect(result.stdout).not.toContain('agreement.images-in-index');
    expect((await cli(['check', lost, '--image', 'manifest.json#1'])).code).toBe(1);
  });

  test('what is known of a producer is marked, not hidden', async () => {
    const result = await cli(['check', lost, '--producer', 'docker@28.5']);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('◆ known deviation agreement.images-in-index');
    expect((await cli(['check', lost, '--producer', 'podman@5.8'])).code).toBe(1);
  });
});

describe.concurrent('--html', () => {
  test('writes the page beside the output', async () => {
    const path = join(folder, 'page.html');
    expect(await cli(['check', HELLO, '--html', path])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('says when it cannot', async () => {
    const result = await cli(['check', HELLO, '--html', '/nonexistent/page.html']);
    expect(result.code).toBe(2);
    expect(result.stderr).toBe(
      '/nonexistent/page.html cannot be written: the folder /nonexistent does not exist.\n',
    );
  });
});

describe.concurrent('--init', () => {
  test('writes JSON whatever the image states, and nothing that steers a terminal', async () => {
    const hostile = recordedArchive('docker-28.5.2-containerd-buildkit/config.tar');
    const { stdout } = await cli(['check', '--init', hostile]);
    expect(JSON.parse(stdout)).toMatchObject({ config: { Cmd: ['a b', 'ü', '\u2028'] } });
    expect(stdout).not.toContain('\u2028');
    const path = file('draft-of-config.json', stdout);
    expect(await cli(['check', hostile, '--expect', path])).toMatchObject({ code: 0 });
  });

  test('drafts an expectation that holds', async () => {
    const { code, stdout } = await cli(['check', '--init', HELLO]);
    expect(code).toBe(0);
    const result = await cli(['check', HELLO, '--expect', file('draft.json', stdout)]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    [[SEVERAL], 'choose one'],
    [['/nonexistent/a.tar'], 'nonexistent'],
    [[EXPECTATION], 'holds no image'],
  ])('refuses %j in one sentence', async (args, said) => {
    const result = await cli(['check', '--init', ...args]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(said);
    expectClean(result);
  });
});

// The other tests share one process.
test.each([
  [0, [HELLO, '--expect', EXPECTATION]],
  [1, [NO_IMAGE]],
  [2, ['/nonexistent/a.tar', HELLO]],
])('a process of its own ends with exit code %i, and writes the same', async (code, args) => {
  const own = await cliProcess(['check', ...args]);
  expect(own.code).toBe(code);
  expect(own).toEqual(await cli(['check', ...args]));
});

test('a closed pipe is no error of ours', async () => {
  const { exitCode, stderr } = await execa({
    shell: true,
    reject: false,
  })`node .build/cli.js check --list --level must | head -1`;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('colours appear on request of a terminal only', async () => {
  const { stdout } = await cliProcess(['check', HELLO], { env: { FORCE_COLOR: '1' } });
  expect(stdout).not.toContain('\u001b');
});

test('a file that is not there is named in every format', async () => {
  const { stdout } = await cli(['check', HELLO, '/nonexistent/a.tar', '--format', 'markdown']);
  expect(stdout).toContain('nonexistent/a.tar could not be read');
});

test('--quiet says nothing of what holds', async () => {
  expect(await cli(['check', HELLO, '--only', 'config.diff-id', '--quiet'])).toMatchObject({
    code: 0,
    stdout: '',
  });
});
