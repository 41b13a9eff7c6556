import { digestOf } from '../../../archive/digest.ts';
import {
  add,
  addBelow,
  changeEntry,
  changeImage,
  changeLayer,
  changeMembers,
  dropMembers,
  edit,
  insert,
  remove,
  set,
  together,
} from '../change.ts';
import { entryAt, imageAt, layerAt, listAt, memberAt, setAt } from '../edit.ts';
import { directory, file, layer } from '../golden.ts';
import { DOCKER } from '../media.ts';
import { writeTar } from '../tar-writer.ts';
import { zstdFrame } from '../zstd-frame.ts';
import { addLayer, withCapability, withoutCapability, wrongMetadata } from './buildkit.ts';
import { breaks, type CorpusRow, seen, unseen } from './define.ts';

const OWNED = [{ ...file('owned', 'x\n'), uid: 5, gid: 6 }];
const LOST_CAPABILITY = {
  by: 'diff',
  area: 'attributes',
  form: 'podman',
  given: withCapability,
  apply: withoutCapability,
} as const;

/** The classic builder, podman, buildah, skopeo, containerd, crane, umoci and kaniko: rows R56 to R83. */
export const OTHERS = {
  R56: unseen(
    'Classic builder (moby#33974): a COPY that changes nothing fails with "layer does not exist"',
    'the build ends with an error and writes no archive',
  ),
  R57: seen(
    'Classic builder 18.09 (moby#38599): COPY --from loses the owner',
    wrongMetadata(OWNED, 'owned', { uid: 5, gid: 6 }, { uid: 0, gid: 0 }),
  ),
  R58: seen(
    'Any engine (containerd#8220): names from the passwd file of the build host get into layers',
    breaks('layer.no-owner-names', 'hybrid', (draft) => {
      for (const entry of layerAt(draft, 1).entries) Object.assign(entry, { uname: 'games', gname: 'disk' });
    }),
  ),
  R59: seen('buildah 1.43 (buildah#6699): a single-layer build has an empty layer too many', {
    by: 'expectation',
    requirement: 'expectation.layer-count',
    form: 'podman',
    expectation: { layers: [{ others: true }, { others: true }] },
    apply: (draft) => addLayer(draft),
  }),
  R60: seen(
    'buildah 1.32 and 1.34 (buildah#5276): the history has no layers for its entries',
    breaks('history.layer-count', 'podman', remove('config', '/history/2/empty_layer')),
  ),
  R61: seen('buildah 1.24 (buildah#3609): the value of an ARG leaks into the history', {
    by: 'expectation',
    requirement: 'expectation.history',
    form: 'podman',
    expectation: { history: { count: 3, created_by: Array.from({ length: 3 }, () => '^(?!.*hunter2)') } },
    apply: set('config', '/history/1/created_by', '|1 TOKEN=hunter2 COPY tree-1 /'),
  }),
  R62: seen(
    'buildah 1.16 (buildah#2518): COPY --from drops the owner',
    wrongMetadata(OWNED, 'owned', { uid: 5, gid: 6 }, { uid: 0, gid: 0 }),
  ),
  R63: seen('buildah 1.22 (buildah#3320): chown after setxattr drops file capabilities', LOST_CAPABILITY),
  // On a running engine save.repeatable notices it.
  R64: seen('podman (podman#14978): two saves as oci-archive differ', {
    by: 'observation',
    observation: 'observation.member-mtimes',
    form: 'oci',
    apply: changeMembers((members) => {
      for (const member of members) member.mtime = 1767400000;
      return members;
    }),
  }),
  R65: seen('podman 3 (podman#12560): an OCI archive of BuildKit is loaded without its name', {
    by: 'expectation',
    requirement: 'expectation.tags',
    form: 'oci',
    expectation: { tags: ['example/golden:1'] },
    apply: changeImage({ tags: [] }),
  }),
  R66: unseen(
    'podman (podman#27323): an image saved by digest cannot be loaded',
    'the archive is right, and the loader at fault',
  ),
  R67: seen(
    'podman (podman#18193): after an import, the layer is not that of its diffID',
    breaks('config.diff-id', 'podman', set('config', '/rootfs/diff_ids/0', digestOf('compressed with xz'))),
  ),
  R68: seen(
    'skopeo (skopeo#2422): zstd layers keep the type of gzip',
    breaks('manifest.layer-compression', 'containerd', changeLayer(1, { store: zstdFrame })),
  ),
  R69: seen(
    'skopeo 2018 (containers/image#370): the folders of layers have no json',
    breaks('v1.files', 'podman', dropMembers(/\/json$/)),
  ),
  R70: seen('skopeo (containers/image#1008): a second tag on one manifest replaces the first', {
    by: 'expectation',
    requirement: 'expectation.tags',
    form: 'oci',
    given: (draft) => imageAt(draft).tags.push('example/golden:2'),
    expectation: { tags: ['example/golden:1', 'example/golden:2'] },
    apply: edit('indexJson', (index) => {
      listAt(index, '/manifests').shift();
    }),
  }),
  R71: seen(
    'containerd up to 2.0 (containerd#9867): index.json has no mediaType',
    breaks('index.media-type-set', 'containerd', remove('indexJson', '/mediaType')),
  ),
  R72: seen(
    'containerd 1.3 (containerd#3569): the padding of a layer is left out of its digest',
    breaks(
      'config.diff-id',
      'containerd',
      (draft) => {
        const own = layerAt(draft, 1);
        own.ending = { zeroBlocks: 14 };
        draft.edit.config = (config) => setAt(config, '/rootfs/diff_ids/1', digestOf(writeTar(own.entries)));
      },
      // A layer filled up to 10 KiB is what made the fault visible.
      'layer.end-length',
    ),
  ),
  R73: seen(
    'containerd and containers/storage (containerd#3017): folders without entries get modes of the consumer',
    breaks('layer.parents-present', 'containerd', add(file('opt/tool/run', 'x'))),
  ),
  R74: seen(
    'crane (go-containerregistry#620): a repeated layer is written twice',
    breaks(
      'archive.unique-members',
      'crane',
      changeMembers((members) => [...members, memberAt(members, /\.tar\.gz$/)]),
    ),
  ),
  R75: seen('crane (go-containerregistry#1520): the time of the history survives the rewrite of times', {
    by: 'diff',
    area: 'times',
    form: 'crane',
    apply: set('config', '/history/0/created', '2025-06-01T00:00:00Z'),
  }),
  R76: seen('crane 2026 (go-containerregistry#2372): an opaque whiteout is lost in the export', {
    by: 'expectation',
    requirement: 'expectation.rootfs',
    form: 'crane',
    given: changeEntry('a/b/.wh.old.txt', { path: 'a/b/.wh..wh..opq' }),
    expectation: { rootfs: { others: true, absent: ['a/b/old.txt'] } },
    apply: (draft) => {
      imageAt(draft).layers = imageAt(draft).layers.map((own) =>
        layer(...own.entries.filter(({ path }) => !path.includes('.wh.'))),
      );
    },
  }),
  R77: seen(
    'umoci 0.4 (umoci#293): an empty layer without a history entry, and a bare .wh.',
    breaks('history.layers-told', 'oci', (draft) => {
      imageAt(draft).layers.push(layer());
    }),
    breaks('layer.whiteout-name', 'oci', insert(2, { path: 'a/b/.wh.' })),
    // umoci#254: whiteouts below a folder that has a whiteout itself.
    breaks(
      'layer.whiteout-folders',
      'hybrid',
      together(
        addBelow(directory('gone/'), file('gone/file', 'x')),
        insert(0, { path: '.wh.gone' }, { path: 'gone/.wh.file' }),
      ),
    ),
  ),
  R78: seen(
    'kaniko 1.8 (kaniko#2075): the setuid bit is lost',
    wrongMetadata([{ ...file('su', 'x'), mode: 0o4755 }], 'su', { mode: '4755' }, { mode: 0o755 }),
  ),
  R79: seen(
    'kaniko (kaniko#1921): COPY keeps the owner of the context',
    wrongMetadata([file('copied', 'x')], 'copied', { uid: 0, gid: 0 }, { uid: 1000, gid: 1001 }),
  ),
  R80: seen('kaniko (kaniko#1743): hard links become copies', {
    by: 'expectation',
    requirement: 'expectation.file-metadata',
    form: 'crane',
    expectation: {
      layers: [{ others: true, files: [{ path: 'a/b/hello-again', type: 'hardlink' }] }, { others: true }],
    },
    apply: (draft) => {
      const entry = entryAt(draft, 'a/b/hello-again');
      delete entry.linkname;
      Object.assign(entry, { type: 'file', content: 'lower layer\n' });
    },
  }),
  R81: seen('kaniko (kaniko#1837): file capabilities are lost', LOST_CAPABILITY),
  R82: seen(
    'kaniko (kaniko#2590): whiteouts beside what replaces them, and folders without entries',
    breaks('layer.whiteout-needed', 'crane', insert(2, { path: 'a/b/.wh.final.txt' })),
    breaks('layer.parents-present', 'crane', add(file('x/y', 'deep'))),
  ),
  R83: seen(
    'kaniko (kaniko#2700): Docker layer types in OCI manifests, and zstd typed gzip',
    breaks('manifest.one-family', 'containerd', changeLayer(0, { mediaType: DOCKER.gzipLayer })),
    breaks('manifest.layer-compression', 'containerd', changeLayer(0, { store: zstdFrame })),
  ),
} as const satisfies Readonly<Record<string, CorpusRow>>;
