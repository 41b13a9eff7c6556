import {
  add,
  changeBytes,
  changeDraft,
  changeEntry,
  changeLayers,
  dropMembers,
  edit,
  remove,
  rewrite,
  set,
  together,
} from '../change.ts';
import type { Draft } from '../draft.ts';
import { addEntries, entryAt, imageAt, layerAt, removeAt, setAt } from '../edit.ts';
import { directory, file, goldenConfig, layer } from '../golden.ts';
import { DOCKER, OCI } from '../media.ts';
import type { TarItem } from '../tar-writer.ts';
import { breaks, type CorpusRow, type ExpectationReplay, seen, unseen } from './define.ts';

/** One more layer on top of the golden ones. */
function addLayer(draft: Draft, ...entries: TarItem[]): void {
  const image = imageAt(draft);
  image.layers.push(layer(...entries));
  image.config['history'] = goldenConfig(image.layers.length)['history'] ?? [];
}

/** The metadata of a path in the flattened root is not what the Dockerfile says. */
function wrongMetadata(
  given: readonly TarItem[],
  path: string,
  right: { readonly mode?: string; readonly uid?: number; readonly gid?: number },
  wrong: Partial<TarItem>,
): ExpectationReplay {
  return {
    by: 'expectation',
    requirement: 'expectation.file-metadata',
    form: 'containerd',
    given: (draft) => addLayer(draft, ...given.map((entry) => ({ ...entry }))),
    expectation: {
      layers: [{ others: true }, { others: true }, { others: true, files: [{ path, ...right }] }],
    },
    apply: (draft) => {
      Object.assign(
        imageAt(draft)
          .layers.at(-1)
          ?.entries.find((entry) => entry.path.replace(/\/$/, '') === path) ?? {},
        wrong,
      );
    },
  };
}

const COPIED = [directory('p/'), directory('p/q/'), { ...file('p/q/f', 'copied\n'), mode: 0o640 }];

/** BuildKit and buildx: rows R23 to R55. */
export const BUILDKIT = {
  R23: seen('BuildKit 0.12 (buildkit#4131): type=oci has no manifest.json any more', {
    by: 'observation',
    observation: 'observation.documents',
    from: 'containerd',
    form: 'oci',
    apply: () => {},
  }),
  R24: seen('buildx 0.10 (buildx#1509): default provenance turns an image into an index', {
    by: 'observation',
    observation: 'observation.index-target',
    form: 'containerd',
    given: changeDraft({ attested: false }),
    apply: changeDraft({ attested: true }),
  }),
  R25: unseen(
    'buildx (buildx#1714): --load with attestations or several platforms fails',
    'the build ends with an error and writes no archive',
  ),
  R26: seen('BuildKit 0.31 (buildkit#6824): default media types change from Docker to OCI', {
    by: 'observation',
    observation: 'observation.layer-media-types',
    form: 'containerd',
    given: together(
      changeDraft({ attested: false }),
      changeLayers({ mediaType: DOCKER.gzipLayer }),
      edit('manifest', (manifest) => {
        setAt(manifest, '/mediaType', DOCKER.manifest);
        setAt(manifest, '/config/mediaType', DOCKER.config);
      }),
      set('indexJson', '/manifests/0/mediaType', DOCKER.manifest),
    ),
    apply: (draft) => {
      for (const own of imageAt(draft).layers) own.mediaType = OCI.gzipLayer;
      draft.edit = {};
    },
  }),
  R27: seen('BuildKit 0.32 (buildkit#6914): attestations become OCI artifacts', {
    by: 'observation',
    observation: 'observation.attestations',
    form: 'containerd',
    given: edit('attestation', (manifest) => {
      removeAt(manifest, '/artifactType');
      removeAt(manifest, '/subject');
      setAt(manifest, '/config', { mediaType: OCI.config, digest: EMPTY_OBJECT, size: 2 });
    }),
    apply: (draft) => {
      draft.edit = {};
    },
  }),
  R28: unseen(
    'Docker 28.5.2 of Debian (stargz-snapshotter#2330): compression=estargz ends the daemon',
    'the engine crashes and writes no archive',
  ),
  R29: seen(
    'BuildKit 0.12 (buildkit#4428): a retried write gives a layer with files twice',
    breaks('layer.no-duplicates', 'containerd', (draft) => {
      layerAt(draft, 0).entries.push(...layerAt(draft, 0).entries.map((entry) => ({ ...entry })));
    }),
  ),
  R30: seen(
    'BuildKit 2018 (buildkit#266): a path stands twice, and load refuses the layer',
    breaks('layer.no-duplicates', 'containerd', add(directory('a/b'))),
  ),
  R31: seen(
    'BuildKit 0.21 (buildkit#5943): COPY --chmod changes the implied parents too',
    wrongMetadata(COPIED, 'p', { mode: '0755' }, { mode: 0o640 }),
  ),
  R32: seen('dockerd before 29.6 (buildkit#6801): --chmod=0777 gives 0755 in one driver', {
    by: 'diff',
    area: 'modes',
    form: 'containerd',
    given: (draft) => addLayer(draft, { ...directory('open/'), mode: 0o777 }),
    apply: changeEntry('open/', { mode: 0o755 }),
  }),
  R33: seen(
    'BuildKit 2018 (buildkit#585): COPY creates the destination folder with mode 0700',
    wrongMetadata(COPIED, 'p/q', { mode: '0755' }, { mode: 0o700 }),
  ),
  R34: seen('BuildKit (buildkit#3602): COPY --link changes the mode of an existing parent', {
    by: 'expectation',
    requirement: 'expectation.rootfs',
    form: 'containerd',
    given: (draft) => {
      for (const own of imageAt(draft).layers)
        for (const entry of own.entries) if (entry.path === 'a/') entry.mode = 0o700;
    },
    expectation: { rootfs: { others: true, files: [{ path: 'a', type: 'directory', mode: '0700' }] } },
    apply: (draft) => {
      const top = imageAt(draft)
        .layers.at(-1)
        ?.entries.find(({ path }) => path === 'a/');
      if (top) top.mode = 0o755;
    },
  }),
  R35: seen(
    'BuildKit 0.12 (buildkit#4598): COPY --parents ignores --chown',
    wrongMetadata(
      COPIED.map((entry) => ({ ...entry, uid: 5, gid: 6 })),
      'p/q/f',
      { uid: 5, gid: 6 },
      { uid: 0, gid: 0 },
    ),
  ),
  R36: seen(
    'BuildKit 0.11 (buildkit#3992): files of a heredoc COPY are not 0644',
    wrongMetadata([file('heredoc', 'text\n')], 'heredoc', { mode: '0644' }, { mode: 0o600 }),
  ),
  R37: unseen(
    'BuildKit (buildkit#4879): COPY of one name of a hard-linked pair fails',
    'the build ends with an error and writes no archive',
  ),
  R38: seen('BuildKit 0.9 (buildkit#2352): estargz loses metadata of entries', {
    by: 'diff',
    area: 'modes',
    form: 'containerd',
    apply: (draft) => {
      const entry = entryAt(draft, 'a/b/final.txt');
      Object.assign(entry, { mtime: 0, mode: 0o600 });
    },
  }),
  R39: seen('BuildKit 0.12 (buildkit#4516): a merge breaks hard links apart', {
    by: 'expectation',
    requirement: 'expectation.file-metadata',
    form: 'containerd',
    expectation: {
      layers: [
        { others: true, files: [{ path: 'a/b/hello-again', type: 'hardlink', linkname: 'a/b/hello' }] },
        { others: true },
      ],
    },
    apply: (draft) => {
      const entry = entryAt(draft, 'a/b/hello-again');
      delete entry.linkname;
      Object.assign(entry, { type: 'file', content: 'lower layer\n' });
    },
  }),
  R40: seen('BuildKit 0.11 (buildkit#3671): a merge drops file capabilities', {
    by: 'diff',
    area: 'attributes',
    form: 'containerd',
    given: withCapability,
    apply: withoutCapability,
  }),
  R41: seen(
    'BuildKit 0.9 (buildkit#2480): marks of overlayfs get into the layer',
    breaks('layer.no-overlay-traces', 'containerd', (draft) =>
      addEntries(draft, { path: 'a/b/hello-again', type: 'character-device' }),
    ),
  ),
  R42: seen(
    'BuildKit 0.3 (moby#39683): steps that change metadata only have no time',
    breaks('history.created', 'containerd', remove('config', '/history/1/created')),
  ),
  R43: seen('BuildKit 0.12 (buildkit#4614): SOURCE_DATE_EPOCH rewrites the history of the base', {
    by: 'diff',
    area: 'times',
    form: 'containerd',
    apply: rewrite('config', (text) => text.replaceAll('2026-01-02T03:04:05Z', '2026-01-01T00:00:00Z')),
  }),
  R44: seen('BuildKit 0.13 (buildkit#4805): rewrite-timestamp rewrites the layers of the base', {
    by: 'diff',
    area: 'times',
    form: 'containerd',
    apply: (draft) => {
      for (const entry of layerAt(draft, 0).entries) entry.mtime = 0;
    },
  }),
  R45: seen('BuildKit 0.13 (buildkit#4746): rewrite-timestamp with COPY --link does not repeat', {
    by: 'diff',
    area: 'layers',
    form: 'containerd',
    apply: withTime(directory('a/').path),
  }),
  R46: seen(
    'BuildKit 0.11 (buildkit#3981): whiteouts have the time of the build',
    breaks('layer.whiteout-mtime', 'containerd', changeEntry('a/b/.wh.old.txt', { mtime: 1767323045 })),
  ),
  R47: seen('BuildKit 0.21 (buildkit#5960): the folder of WORKDIR ignores SOURCE_DATE_EPOCH', {
    by: 'diff',
    area: 'times',
    form: 'containerd',
    given: (draft) => addLayer(draft, directory('srv/')),
    apply: withTime('srv/'),
  }),
  R48: seen('BuildKit 0.11 (buildkit#3559): SOURCE_DATE_EPOCH is written in the local time zone', {
    by: 'diff',
    area: 'times',
    form: 'containerd',
    apply: rewrite('config', (text) => text.replaceAll('2026-01-02T03:04:05Z', '2026-01-02T04:04:05+01:00')),
  }),
  R49: seen(
    'BuildKit 0.23 (buildkit#6098): created is the year 1 on a base from a named context',
    breaks(
      'profile.created-set',
      'containerd',
      rewrite('config', (text) => text.replaceAll('2026-01-02T03:04:05Z', '0001-01-01T00:00:00Z')),
    ),
  ),
  R50: seen('BuildKit up to 0.24 (buildkit#6218): the history says EXPOSE map[80/tcp:{}]', {
    by: 'expectation',
    requirement: 'expectation.history',
    form: 'containerd',
    given: set('config', '/history/2/created_by', 'EXPOSE [80/tcp]'),
    expectation: { history: { created_by: ['^EXPOSE \\[?80/tcp\\]?$'] } },
    apply: set('config', '/history/2/created_by', 'EXPOSE map[80/tcp:{}]'),
  }),
  R51: seen('BuildKit 0.14 (buildkit#5070): COPY with a trailing slash goes to the wrong path', {
    by: 'expectation',
    requirement: 'expectation.layer-files',
    form: 'containerd',
    given: (draft) => addLayer(draft, directory('dir/'), file('dir/f', 'x')),
    expectation: { layers: [{ others: true }, { others: true }, { files: [{ path: 'dir/f' }] }] },
    apply: (draft) => {
      const [, copied] = imageAt(draft).layers.at(-1)?.entries ?? [];
      if (copied) copied.path = 'dir/dir';
    },
  }),
  R52: seen(
    'buildx (buildx#1672): type=oci,tar=false has no oci-layout',
    breaks('layout.marker', 'oci', dropMembers(/^oci-layout$/)),
  ),
  R53: seen('BuildKit (buildkit#5559): type=docker with tar=false has no manifest.json', {
    by: 'diff',
    area: 'compression',
    form: 'containerd',
    apply: dropMembers(/^manifest\.json$/),
  }),
  R54: unseen(
    'BuildKit 0.10 (buildkit#3212): an image without layers cannot be exported',
    'the build ends with an error and writes no archive',
  ),
  R55: seen(
    'Docker with a graph driver: a refused type=oci leaves a file of 0 bytes',
    breaks(
      'archive.not-empty',
      'oci',
      changeBytes(() => new Uint8Array()),
    ),
  ),
} as const satisfies Readonly<Record<string, CorpusRow>>;

/** sha256 of `{}`. */
const EMPTY_OBJECT = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
/** cap_net_bind_service, effective and permitted: `struct vfs_cap_data` of revision 2, 20 bytes. */
const CAPABILITY = {
  'SCHILY.xattr.security.capability': `\u0001\0\0\u0002\0\u0004${'\0'.repeat(14)}`,
};

export function withCapability(draft: Draft): void {
  entryAt(draft, 'a/b/hello').pax = CAPABILITY;
}

export function withoutCapability(draft: Draft): void {
  delete entryAt(draft, 'a/b/hello').pax;
}

/** Gives an entry the time of another build. */
function withTime(path: string) {
  return (draft: Draft) => {
    entryAt(draft, path).mtime = 1767400000;
  };
}

export { addLayer, wrongMetadata };
