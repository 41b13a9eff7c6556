import type { Draft, Form, ImageDraft, LayerDraft, MutableObject } from './draft.ts';
import { makeProgram } from './program.ts';
import type { TarItem } from './tar-writer.ts';

/** Whole seconds: engines differ in how they round the rest away. */
const FILE_TIME = 981173106;
const CREATED = '2026-01-02T03:04:05Z';
export const CREATED_SECONDS = Date.parse(CREATED) / 1000;

export function directory(path: string): TarItem {
  return { path, type: 'directory', mtime: FILE_TIME };
}

export function file(path: string, content: string | Uint8Array): TarItem {
  return { path, content, mtime: FILE_TIME };
}

export function layer(...entries: TarItem[]): LayerDraft {
  return { entries, ending: {} };
}

/** A tree with links below, a file removed and another added above. */
function goldenLayers(): LayerDraft[] {
  return [
    layer(
      directory('a/'),
      directory('a/b/'),
      { ...file('a/b/hello', makeProgram()), mode: 0o755 },
      { path: 'a/b/hello-again', type: 'hardlink', linkname: 'a/b/hello', mode: 0o755, mtime: FILE_TIME },
      { path: 'a/b/hello-link', type: 'symlink', linkname: 'hello', mtime: FILE_TIME },
      file('a/b/old.txt', 'old\n'),
    ),
    layer(
      directory('a/'),
      directory('a/b/'),
      { path: 'a/b/.wh.old.txt' },
      file('a/b/final.txt', 'upper layer\n'),
    ),
  ];
}

export function goldenConfig(layers = 2): MutableObject {
  const steps = Array.from({ length: layers }, (_, index) => ({
    created: CREATED,
    created_by: `COPY tree-${index} / # buildkit`,
    comment: 'buildkit.dockerfile.v0',
  }));
  return {
    architecture: 'amd64',
    config: {
      User: '1000:1000',
      ExposedPorts: { '80/tcp': {} },
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'MODE=fast'],
      Cmd: ['/a/b/hello'],
      Volumes: { '/data': {} },
      WorkingDir: '/',
      Labels: { 'com.example.name': 'golden' },
    },
    created: CREATED,
    history: [
      ...steps,
      {
        created: CREATED,
        created_by: 'CMD ["/a/b/hello"]',
        comment: 'buildkit.dockerfile.v0',
        empty_layer: true,
      },
    ],
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [] },
  };
}

export function goldenImage(tag = 'example/golden:1'): ImageDraft {
  return { tags: [tag], layers: goldenLayers(), config: goldenConfig() };
}

/** A correct archive of one form, ready to be changed. Every call makes a fresh one. */
export function goldenDraft(form: Form): Draft {
  return {
    form,
    images: [goldenImage(form === 'podman' ? 'localhost/example/golden:1' : 'example/golden:1')],
    attested: form === 'containerd',
    edit: {},
    text: {},
    ending: {},
  };
}

/** An image that differs from the golden one in its first layer, its command and its name. */
export function secondImage(tag = 'example/second:1'): ImageDraft {
  const config = goldenConfig();
  config['architecture'] = 'arm64';
  return {
    tags: tag === '' ? [] : [tag],
    layers: [
      layer(
        directory('a/'),
        directory('a/b/'),
        { ...file('a/b/hello', makeProgram({ machine: 183 })), mode: 0o755 },
        file('second.txt', 'second image\n'),
      ),
      ...goldenLayers().slice(1),
    ],
    config,
  };
}
