import type { Draft, Form, ImageDraft } from '../mutants/draft.ts';
import { directory, file, goldenConfig, goldenDraft, goldenImage, layer } from '../mutants/golden.ts';
import type { TarItem } from '../mutants/tar-writer.ts';

/** CAP_NET_BIND_SERVICE, permitted and effective, as `setcap` writes it: struct vfs_cap_data of version 2. */
const CAPABILITY =
  '\u0001\u0000\u0000\u0002\u0000\u0004\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000';

/** Everything that a tool may lose: links, modes, owners, attributes, times, deletions, long and non-ASCII names. */
export function richDraft(form: Form): Draft {
  const draft = goldenDraft(form);
  return { ...draft, attested: false, images: [richImage()] };
}

/** The documented image under two names. */
export function namedDraft(form: Form): Draft {
  const draft = goldenDraft(form);
  const image = goldenImage();
  return {
    ...draft,
    attested: false,
    images: [{ ...image, tags: ['example/golden:1', 'example/golden:2'] }],
  };
}

function richImage(): ImageDraft {
  const layers = [layer(...lower()), layer(...upper())];
  const created = '2026-01-02T03:04:05Z';
  return {
    tags: ['example/rich:1'],
    layers,
    config: {
      ...goldenConfig(),
      config: {
        User: '1000:1000',
        ExposedPorts: { '8080/tcp': {} },
        Env: ['PATH=/bin', 'EMPTY=', 'WITH=equals=signs'],
        Entrypoint: ['/bin/program'],
        Cmd: ['--serve', 'two words'],
        Volumes: { '/data': {} },
        WorkingDir: '/srv',
        Labels: { 'org.example.label': 'value with spaces', 'org.example.empty': '' },
        StopSignal: 'SIGTERM',
      },
      history: [
        { created, created_by: 'COPY lower / # buildkit', comment: 'buildkit.dockerfile.v0' },
        { created, created_by: 'ENV PATH=/bin', comment: 'buildkit.dockerfile.v0', empty_layer: true },
        { created, created_by: 'COPY upper / # buildkit', comment: 'buildkit.dockerfile.v0' },
      ],
    },
  };
}

function lower(): readonly TarItem[] {
  const long = `${'long-folder-name-'.repeat(6)}end/`;
  return [
    directory('bin/'),
    { ...file('bin/program', '#!/bin/sh\n'), mode: 0o755 },
    { ...file('bin/setuid', 'setuid\n'), mode: 0o4755 },
    {
      ...file('bin/capable', 'capable\n'),
      mode: 0o755,
      pax: { 'SCHILY.xattr.security.capability': CAPABILITY },
    },
    { path: 'bin/hard', type: 'hardlink', linkname: 'bin/program', mode: 0o755, mtime: 981173106 },
    { path: 'bin/relative', type: 'symlink', linkname: 'program', mtime: 981173106 },
    { path: 'bin/absolute', type: 'symlink', linkname: '/bin/program', mtime: 981173106 },
    { ...directory('data/'), uid: 1000, gid: 1000, mode: 0o2775 },
    { ...file('data/deleted', 'deleted above\n'), uid: 1000, gid: 1000, mode: 0o640 },
    { ...file('data/kept', 'kept\n'), uid: 1000, gid: 1000, mode: 0o640 },
    { ...file('data/user', 'user attribute\n'), pax: { 'SCHILY.xattr.user.note': 'value' } },
    directory('empty/'),
    directory('hidden/'),
    file('hidden/one', 'hidden above\n'),
    directory('names/'),
    file('names/\u00fcml\u00e4ut', 'not ASCII\n'),
    {
      ...file(`names/${long}`.slice(0, 99), ''),
      type: 'directory',
      mode: 0o755,
      pax: { path: `names/${long}` },
    },
    { ...file('names/long', 'long\n'), pax: { path: `names/${long}${'f'.repeat(80)}` } },
    { ...directory('tmp/'), mode: 0o1777 },
  ];
}

function upper(): readonly TarItem[] {
  return [
    { ...directory('data/'), uid: 1000, gid: 1000, mode: 0o2775 },
    file('data/.wh.deleted', ''),
    directory('hidden/'),
    file('hidden/.wh..wh..opq', ''),
    file('hidden/two', 'in place of the others\n'),
    { ...directory('tmp/'), mode: 0o1777 },
  ];
}
