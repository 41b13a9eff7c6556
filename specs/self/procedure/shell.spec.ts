import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { writeContext } from '../../../helpers/engines/build-context.ts';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import { readExpectedImage } from '../../../helpers/procedure/expected-image.ts';
import { whyUnsafeToUnpack } from '../../../helpers/procedure/safe-to-unpack.ts';
import { buildInShell, gatherShell } from '../../../helpers/procedure/shell.ts';
import { type TarItem, writeTar } from '../../../helpers/proof/mutants/tar-writer.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import type { ShellEvidence } from '../../../helpers/requirements/procedure/evidence.ts';
import { shell } from '../../procedure/shell.spec.ts';

/** What an engine saved is data: it is never typed, and never unpacked before the suite's own reader found it safe. */

const FILES = [
  ['hello', 'program'],
  ['README.md', '# hello\n'],
  ['final.txt', 'a\n'],
  ['final.txt', 'b\n'],
] as const;

interface Saved {
  /** Names of the layers in manifest.json. Default: those that are there. */
  readonly named?: readonly string[];
  /** Further members. */
  readonly more?: readonly TarItem[];
  /** Further entries of the last layer. */
  readonly inLayer?: readonly TarItem[];
}

/** A legacy archive of the documented image. */
function savedBy({ named, more = [], inLayer = [] }: Saved): Uint8Array {
  const layers = FILES.map(([path, content], position) => ({
    path: `layer${position}/layer.tar`,
    content: writeTar([{ path, content }, ...(position === 3 ? inLayer : [])]),
  }));
  const manifest = [
    { Config: 'config.json', RepoTags: ['hello:latest'], Layers: named ?? layers.map(({ path }) => path) },
  ];
  return writeTar([
    { path: 'config.json', content: '{}' },
    { path: 'manifest.json', content: JSON.stringify(manifest) },
    ...layers,
    ...more,
  ]);
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sc-shell-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An engine whose client saves these bytes, and refuses to when there are none. */
async function engineThatSaves(bytes: Uint8Array | undefined): Promise<EngineHandle> {
  const source = join(folder, 'saved.tar');
  if (bytes) await writeFile(source, bytes);
  return engineWithSave(bytes ? `cp '${source}' "$3"` : 'echo "no space for a save" >&2; exit 1');
}

/** An engine whose client does this for `save -o FILE NAME`, where FILE is `$3`. */
async function engineWithSave(save: string): Promise<EngineHandle> {
  const client = join(folder, 'client');
  await writeFile(client, `#!/bin/sh\ncase "$1" in save) ${save} ;; run) echo 'Hello, world!' ;; esac\n`);
  await chmod(client, 0o755);
  const workDir = join(folder, 'work');
  await mkdir(workDir);
  return {
    ...{ name: 'sample', family: 'docker', origin: 'rootfs', identity: 'one', runId: 'sc0', workDir },
    stack: { engine: 'Docker Engine', version: '26.1.5', store: 'overlay2', platform: 'linux/amd64' },
    ...{
      tools: { docker: [client] },
      toolEnvironment: {},
      features: [],
      builders: [],
      savers: [],
      lacking: {},
    },
  };
}

async function typeLines(
  bytes: Uint8Array | undefined,
  engine = engineThatSaves(bytes),
): Promise<ShellEvidence> {
  const handle = await engine;
  const context = await writeContext(join(folder, 'context'), []);
  const { expectedImage } = await readExpectedImage();
  return gatherShell(handle, await buildInShell(handle, context), expectedImage);
}

const judge = (evidence: ShellEvidence) =>
  shell.requirements.map((requirement) => evaluate(requirement, evidence));

test('the lines work on a legacy archive', async () => {
  const outcomes = judge(await typeLines(savedBy({})));
  expect(outcomes.filter(({ status }) => status === 'fail')).toEqual([]);
});

test('a save that the engine refuses is one failure; what needs the archive is not judged', async () => {
  const outcomes = judge(await typeLines(undefined));
  const failed = outcomes.filter(({ status }) => status === 'fail');
  expect(failed.map(({ id }) => id)).toEqual(['shell.save']);
  expect(failed[0]?.findings).toHaveLength(1);
  expect(JSON.stringify(failed)).toContain('no space for a save');
  const rest = outcomes.filter(({ reason }) => reason?.startsWith('not judged: docker save failed'));
  expect(rest).toHaveLength(5);
});

test('a save without end is cut off before it fills the disk', async () => {
  // As tools in Go and in C end: by the signal, and by the error that a caller who ignores the signal gets.
  for (const ending of ['', 'trap "" XFSZ; ']) {
    const evidence = await typeLines(undefined, engineWithSave(`${ending}exec truncate -s 9G "$3"`));
    expect(evidence.lines.save).toMatchObject({
      command: 'docker save -o hello.tar hello',
      stderr: expect.stringMatching(/^the engine sent more than 8192 MiB/),
    });
    const failed = judge(evidence).filter(({ status }) => status === 'fail');
    expect(failed.map(({ id }) => id)).toEqual(['shell.save']);
    await rm(join(folder, 'work'), { recursive: true });
  }
});

describe('no word of manifest.json runs, or is a path of this host', () => {
  const WORDS = [
    '$(touch pwned)',
    '`touch pwned`',
    'x; touch pwned',
    'x\ntouch pwned',
    'x & touch pwned &',
    'x | touch pwned',
    'x > pwned',
    "'; touch pwned; '",
    '--to-command=touch pwned',
    '--checkpoint-action=exec=touch pwned',
    '-help',
    '../../../etc',
    '/etc/passwd',
    '*',
    '~root',
  ];
  test.for(WORDS.flatMap((word) => [word, `${word}/layer.tar`]))('%j', async (word) => {
    const named = [...['layer0', 'layer1'].map(tarOf), word, ...['layer3', 'layer2'].map(tarOf)];
    await expect(typeLines(savedBy({ named }))).rejects.toThrow(/^shell: manifest\.json names the layer /);
    expect(await filesNamed('pwned')).toEqual([]);
  });
});

describe('an archive that leads out of its folder is not unpacked, and the member is named', () => {
  const CASES: readonly (readonly [string, Saved, RegExp])[] = [
    ['climbs', { more: [{ path: '../pwned', content: 'x' }] }, /"\.\.\/pwned"/],
    ['climbs from within', { more: [{ path: 'a/../../pwned', content: 'x' }] }, /"a\/\.\.\/\.\.\/pwned"/],
    ['is absolute', { more: [{ path: '/tmp/pwned', content: 'x' }] }, /"\/tmp\/pwned"/],
    ['is an option', { more: [{ path: '--checkpoint-action=exec=id', content: 'x' }] }, /"--checkpoint-act/],
    ['is a layer with an option', { more: [{ path: 'a --to-command=id b/layer.tar' }] }, /"a --to-command/],
    ['is a command', { more: [{ path: '$(touch pwned)/layer.tar' }] }, /"\$\(touch pwned\)/],
    ['is a device', { more: [{ path: 'null', type: 'character-device' }] }, /"null" is a character-device/],
    ['is a pipe', { more: [{ path: 'pipe', type: 'fifo' }] }, /"pipe" is a fifo/],
    [
      'is a link to this host',
      { more: [{ path: 'x', type: 'symlink', linkname: '/etc' }] },
      /"x" is a symlink to "\/etc"/,
    ],
    [
      'is a layer that is a link to this host',
      { more: [{ path: 'z/layer.tar', type: 'symlink', linkname: '../../../x.tar' }] },
      /"z\/layer\.tar" is a symlink/,
    ],
    [
      'is a folder that is a link',
      { more: [{ path: 'z', type: 'symlink', linkname: 'layer0' }] },
      /"z" is a symlink to "layer0"/,
    ],
    [
      'is a hard link to this host',
      { more: [{ path: 'x', type: 'hardlink', linkname: '../../x' }] },
      /"x" is a hardlink/,
    ],
    [
      'goes through a link',
      {
        more: [
          { path: 'd', type: 'symlink', linkname: 'config.json' },
          { path: 'd/x', content: 'x' },
        ],
      },
      /"d\/x" lies below/,
    ],
    ['comes twice', { more: [{ path: 'config.json', content: '[]' }] }, /"config\.json" is there twice/],
    ['is no layer', { more: [{ path: 'z/layer.tar', content: 'x' }] }, /"z\/layer\.tar" is no layer/],
    [
      'is a layer with a climbing name',
      { inLayer: [{ path: '../../../pwned', content: 'x' }] },
      /"layer3\/layer\.tar" holds "\.\.\/\.\.\/\.\.\/pwned"/,
    ],
    [
      'is a layer with a link to this host',
      { inLayer: [{ path: 'x', type: 'symlink', linkname: '/etc/shadow' }] },
      /holds "x", a symlink that leaves/,
    ],
    [
      'is a layer with a name below a link',
      {
        inLayer: [
          { path: 'x', type: 'symlink', linkname: 'y' },
          { path: 'x/z', content: 'x' },
        ],
      },
      /holds "x\/z", which lies below a link/,
    ],
    [
      'is a layer with a device',
      { inLayer: [{ path: 'x', type: 'block-device' }] },
      /holds "x", a block-device/,
    ],
  ];
  test.for(CASES)('a member that %s', async ([, saved, message]) => {
    const bytes = savedBy(saved);
    expect(whyUnsafeToUnpack(await readArchiveBytes(bytes))).toMatch(message);
    await expect(typeLines(bytes)).rejects.toThrow(/^shell: hello\.tar was not unpacked, because /);
    expect(await readdir(join(folder, 'work/shell'))).toEqual(['hello.tar']);
  });
});

const tarOf = (folder: string) => `${folder}/layer.tar`;

async function filesNamed(name: string): Promise<readonly string[]> {
  const all = await readdir(folder, { recursive: true });
  return all.filter((path) => path.split('/').at(-1)?.includes(name));
}
