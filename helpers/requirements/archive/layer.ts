import { imageKey } from '../../archive/images.ts';
import { MAX_ROOT_STEPS } from '../../archive/limits.ts';
import type { Archive } from '../../archive/model.ts';
import { UnjudgedError, type Violation } from '../outcome.ts';
import { findInBuiltLayers, findInLayers } from './layer/found.ts';
import { filesUsedAsFolders, type StackRule } from './layer/stack.ts';
import {
  allImages,
  builtLayers,
  cite,
  defineForArchive,
  hasBuiltLayer,
  hasLayer,
  violationAt,
} from './support.ts';

/** Layers: what every consumer expects of their entries, from any producer. */
export const LAYER_REQUIREMENTS = defineForArchive([
  {
    id: 'layer.no-duplicates',
    title: 'No layer has two entries for one path',
    level: 'must',
    source: cite(
      'layer',
      'distributable-format',
      'MUST NOT include duplicate entries for file paths in the resulting [tar archive][tar-archive].',
    ),
    aliases: ['L1', 'R29', 'R30'],
    consequence: 'Docker refuses the layer: "duplicates of file paths not supported".',
    when: hasLayer,
    check: findInLayers('layer.no-duplicates'),
  },
  {
    id: 'layer.safe-names',
    title: 'Paths in layers stay below the root',
    level: 'consumer',
    source: cite(
      'cwe',
      '22',
      "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')",
    ),
    aliases: ['L2'],
    consequence: 'A careless consumer writes outside the root of the image; a careful one refuses the layer.',
    when: hasLayer,
    check: findInLayers('layer.safe-names'),
  },
  {
    id: 'layer.plain-names',
    title: 'Paths in layers are relative and hold no ".."',
    level: 'practice',
    source: cite('issue-tracker', 'containerd/stargz-snapshotter#217', 'Images of ko have absolute paths.'),
    aliases: ['L2'],
    consequence:
      'Engines strip the slash and load the layer. Lazy snapshotters and tools that look up paths as written miss the file.',
    when: hasLayer,
    check: findInLayers('layer.plain-names'),
  },
  {
    id: 'layer.named-entries',
    title: 'Every entry of a layer that is no folder has a name',
    level: 'practice',
    source: cite(
      'layer',
      'file-types',
      'the use of word "files" or "entries" includes the following, where supported',
    ),
    consequence:
      'The entry stands for the root itself: consumers skip it, or fail to replace the root by a file.',
    when: hasLayer,
    check: findInLayers('layer.named-entries'),
  },
  {
    id: 'layer.printable-names',
    title: 'Paths in layers of Dockerfile builds hold no control characters',
    level: 'practice',
    source: cite('cwe', '150', 'Improper Neutralization of Escape, Meta, or Control Sequences'),
    aliases: ['L2'],
    consequence:
      'Listing the image sends the name to the terminal, which obeys it. It is shown escaped here.',
    when: hasBuiltLayer,
    check: findInBuiltLayers('layer.printable-names'),
  },
  {
    id: 'layer.parents-are-directories',
    title: 'No entry or whiteout of a layer lies below a link or file of the same layer',
    level: 'consumer',
    source: cite('cwe', '59', "Improper Link Resolution Before File Access ('Link Following')"),
    aliases: ['L2', 'L3'],
    consequence: 'A consumer that follows the link writes outside the root of the image; others fail.',
    when: hasLayer,
    check: findInLayers('layer.parents-are-directories'),
  },
  {
    id: 'layer.parents-stay',
    title: 'No folder of a layer gives way to a link or file of the same layer',
    level: 'practice',
    source: cite('cwe', '59', "Improper Link Resolution Before File Access ('Link Following')"),
    aliases: ['L3'],
    consequence:
      'What lies in the folder is written and removed again; tools that read the layer in another order keep it.',
    when: hasLayer,
    check: findInLayers('layer.parents-stay'),
  },
  {
    id: 'layer.parents-in-lower-layers',
    title: 'No entry or whiteout lies below a file of a lower layer that stays',
    level: 'consumer',
    source: cite('issue-tracker', 'containerd/containerd#4659', 'An entry below a file of a lower layer.'),
    aliases: ['L3'],
    consequence:
      'Unpacking stops with "not a directory", or the file is replaced without a word. Remove the file in the upper layer first.',
    when: hasLayer,
    check: (archive) => entriesBelowFiles(archive, 'layer.parents-in-lower-layers'),
  },
  {
    id: 'layer.parents-in-lower-links',
    title: 'No entry or whiteout lies below a symbolic link of a lower layer that stays',
    level: 'practice',
    source: cite('cwe', '59', "Improper Link Resolution Before File Access ('Link Following')"),
    aliases: ['L3'],
    consequence:
      'Engines put a folder in the place of the link, and what it led to cannot be reached by it any more; umoci follows it. Write to the real path.',
    when: hasLayer,
    check: (archive) => entriesBelowFiles(archive, 'layer.parents-in-lower-links'),
  },
  {
    id: 'layer.folders-repeated',
    title: 'A layer repeats the entry of a folder with own mode or owner that it writes below',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'opencontainers/image-spec#970',
      'The specification leaves implied parent folders open.',
    ),
    aliases: ['L3'],
    consequence:
      'Engines that unpack each layer for itself make the folder anew: /tmp is no longer open to all, a home belongs to root.',
    when: hasLayer,
    check: (archive) => entriesBelowFiles(archive, 'layer.folders-repeated'),
  },
  {
    id: 'layer.parents-precede',
    title: 'The entry of a folder stands before the entries below it',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'GoogleContainerTools/jib#1649',
      'A folder can only be configured if it comes before its children.',
    ),
    aliases: ['L3', 'R73'],
    consequence:
      'Consumers first create the folder with a mode of their own choice: 0700, 0600 and 0755 were seen.',
    when: hasLayer,
    check: findInLayers('layer.parents-precede'),
  },
  {
    id: 'layer.parents-present',
    title: 'A layer of a Dockerfile build has an entry for every folder above its files',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'opencontainers/image-spec#970',
      'The specification leaves implied parent folders open.',
    ),
    aliases: ['L3', 'R73', 'R82'],
    consequence:
      'Consumers choose different modes and owners for the missing folder. umoci insert writes such layers.',
    when: hasBuiltLayer,
    check: findInBuiltLayers('layer.parents-present'),
  },
  {
    id: 'layer.hardlink-target',
    title: 'Every hard link leads to an earlier file of the same layer',
    level: 'consumer',
    source: cite(
      'layer',
      'hardlinks',
      'Extracting a layer with hardlink references to files outside of the layer may fail.',
    ),
    aliases: ['L4'],
    consequence: 'Unpacking stops with "no such file or directory".',
    when: hasLayer,
    check: findInLayers('layer.hardlink-target'),
  },
  {
    id: 'layer.hardlink-attributes',
    title: 'Every hard link of a layer has mode and owner of its file',
    level: 'practice',
    source: cite(
      'layer',
      'hardlinks',
      'for having one or more directory entries for the same file on the same device.',
    ),
    consequence:
      'It is one file: engines give all its names what the last of them states, and the program may lose its mode.',
    when: hasLayer,
    check: findInLayers('layer.hardlink-attributes'),
  },
  {
    id: 'layer.hardlinks-inside',
    title: 'No hard link of a layer climbs out of the root',
    level: 'consumer',
    source: cite('go-archive', 'archive.go', 'invalid hardlink %q -> %q'),
    aliases: ['L2', 'L4'],
    consequence:
      'Docker refuses the layer ("invalid hardlink"); a careless consumer links a file of the host.',
    when: hasLayer,
    check: findInLayers('layer.hardlinks-inside'),
  },
  {
    id: 'layer.symlinks-inside',
    title: 'No relative symbolic link of a layer climbs out of the root',
    level: 'practice',
    source: cite('cwe', '59', "Improper Link Resolution Before File Access ('Link Following')"),
    aliases: ['L2'],
    consequence:
      'Engines keep the link inside the container. Tools that unpack the layer on the host follow it out.',
    when: hasLayer,
    check: findInLayers('layer.symlinks-inside'),
  },
  {
    id: 'layer.symlink-target',
    title: 'Every symbolic link of a layer has a target',
    level: 'consumer',
    source: cite('layer', 'file-attributes', 'Symlink reference (`linkname` + symbolic link type)'),
    aliases: ['L6'],
    consequence: 'Unpacking stops with "no such file or directory": the system creates no link to nothing.',
    when: hasLayer,
    check: findInLayers('layer.symlink-target'),
  },
  {
    id: 'layer.no-symlink-cycles',
    title: 'No symbolic links of a layer lead in a circle',
    level: 'practice',
    source: cite('cwe', '59', "Improper Link Resolution Before File Access ('Link Following')"),
    consequence: 'Every access ends with ELOOP, and scanners that follow links without a bound hang.',
    when: hasLayer,
    check: findInLayers('layer.no-symlink-cycles'),
  },
  {
    id: 'layer.link-size',
    title: 'Links, folders, devices and FIFOs of a layer have the size 0',
    level: 'practice',
    source: cite('posix', 'tag_20_92_13_06', 'shall be specified as zero'),
    aliases: ['L4'],
    consequence:
      'Readers disagree where the next header is: Go takes none as content, GNU tar does for symbolic links, devices and FIFOs.',
    when: hasLayer,
    check: findInLayers('layer.link-size'),
  },
  {
    id: 'layer.whiteout-name',
    title: 'Every whiteout names a sibling',
    level: 'consumer',
    source: cite(
      'layer',
      'whiteouts',
      'A whiteout filename consists of the prefix `.wh.` plus the basename of the path to be deleted.',
    ),
    aliases: ['L5', 'R77'],
    consequence: 'A bare .wh. or .wh... removes the folder itself or its parent; umoci 0.6 refuses it.',
    when: hasLayer,
    check: findInLayers('layer.whiteout-name'),
  },
  {
    id: 'layer.whiteout-empty',
    title: 'Every whiteout is an empty file',
    level: 'practice',
    source: cite(
      'layer',
      'whiteouts',
      'A whiteout file is an empty file with a special filename that signifies a path should be deleted.',
    ),
    aliases: ['L5'],
    consequence: 'Content of a whiteout travels with the image and is never seen.',
    when: hasLayer,
    check: findInLayers('layer.whiteout-empty'),
  },
  {
    id: 'layer.whiteout-sibling',
    title: 'No layer has a whiteout for a folder of its own, or behind an entry of its own',
    level: 'consumer',
    source: cite('layer', 'whiteouts', 'Whiteout files MUST only apply to resources in lower/parent layers.'),
    aliases: ['L5'],
    consequence:
      'Consumers remove what the layer adds, or leave what lower layers have in the folder. Use an opaque whiteout in the folder.',
    when: hasLayer,
    check: findInLayers('layer.whiteout-sibling'),
  },
  {
    id: 'layer.whiteout-needed',
    title: 'No layer has a whiteout for a file that it writes anew',
    level: 'practice',
    source: cite('layer', 'whiteouts', 'Whiteout files MUST only apply to resources in lower/parent layers.'),
    aliases: ['L5', 'R82'],
    consequence:
      'The whiteout does nothing. Tools that go by the order of entries remove what the layer adds.',
    when: hasLayer,
    check: findInLayers('layer.whiteout-needed'),
  },
  {
    id: 'layer.whiteout-folders',
    title: 'No whiteout lies in a folder that the same layer removes',
    level: 'consumer',
    source: cite(
      'issue-tracker',
      'opencontainers/umoci#254',
      'Whiteouts below a folder that has a whiteout itself.',
    ),
    aliases: ['L5', 'R77'],
    consequence:
      'Unpacking stops: the folder of the whiteout is gone ("not a directory"). Keep the upper whiteout only.',
    when: hasLayer,
    check: findInLayers('layer.whiteout-folders'),
  },
  {
    id: 'layer.whiteouts-first',
    title: 'Whiteouts stand before the other entries of their folder',
    level: 'should',
    source: cite(
      'layer',
      'whiteouts',
      'Implementations SHOULD generate layers such that the whiteout files appear before sibling directory entries.',
    ),
    aliases: ['L5'],
    consequence: 'Consumers that stream the layer must keep track of what they added themselves.',
    when: hasLayer,
    check: findInLayers('layer.whiteouts-first'),
  },
  {
    id: 'layer.explicit-whiteouts',
    title: 'Layers remove names one by one, not by an opaque whiteout',
    level: 'should',
    source: cite(
      'layer',
      'opaque-whiteout',
      'Implementations SHOULD generate layers using _explicit whiteout_ files, but MUST accept both.',
    ),
    aliases: ['L5', 'R76'],
    consequence: 'Some tools lost opaque whiteouts when they flattened images.',
    when: hasLayer,
    check: findInLayers('layer.explicit-whiteouts'),
  },
  {
    id: 'layer.no-opaque-root',
    title: 'No layer has an opaque whiteout in the root itself',
    level: 'consumer',
    source: cite(
      'layer',
      'opaque-whiteout',
      'Implementations SHOULD generate layers using _explicit whiteout_ files, but MUST accept both.',
    ),
    aliases: ['L5'],
    consequence:
      'overlayfs has no opaque root: Docker and containerd keep what the layers below have. Remove names one by one.',
    when: hasLayer,
    check: findInLayers('layer.no-opaque-root'),
  },
  {
    id: 'layer.no-aufs-names',
    title: 'No layer has names that AUFS keeps for itself',
    level: 'practice',
    source: cite(
      'layer',
      'whiteouts',
      'A whiteout filename consists of the prefix `.wh.` plus the basename of the path to be deleted.',
    ),
    aliases: ['L5'],
    consequence:
      'Docker, containerd and podman skip the entry; tools that unpack the layer make a file of it.',
    when: hasLayer,
    check: findInLayers('layer.no-aufs-names'),
  },
  {
    id: 'layer.settable-attributes',
    title: 'Linux takes every extended attribute of a layer',
    level: 'consumer',
    source: cite('layer', 'file-attributes', 'Extended Attributes (`xattrs`)'),
    aliases: ['L6'],
    consequence:
      'The system refuses a value of more than 64 KiB, and a capability that is no vfs_cap_data: unpacking stops.',
    when: hasLayer,
    check: findInLayers('layer.settable-attributes'),
  },
  {
    id: 'layer.linux-owners',
    title: 'Owners in layers are IDs that Linux has',
    level: 'consumer',
    source: cite('layer', 'file-attributes', 'User ID (`uid`)'),
    aliases: ['L6'],
    consequence: 'IDs from 4,294,967,295 on mean "leave it as it is": the file belongs to root.',
    when: hasLayer,
    check: findInLayers('layer.linux-owners'),
  },
  {
    id: 'layer.whiteout-mtime',
    title: 'Whiteouts of BuildKit and containerd have the time 0',
    level: 'practice',
    source: cite('issue-tracker', 'moby/buildkit#3981', 'Whiteouts carried the time of the build.'),
    aliases: ['L5', 'R46'],
    consequence: 'Two builds of the same content get different diffIDs.',
    when: ({ fingerprint }) =>
      ['docker-containerd', 'buildkit-docker', 'buildkit-oci'].includes(fingerprint.profile) ||
      'the archive is not from BuildKit or the containerd store',
    check: findInBuiltLayers('layer.whiteout-mtime'),
  },
  {
    id: 'layer.no-global-headers',
    title: 'No layer has a global header of pax',
    level: 'practice',
    source: cite(
      'layer',
      'file-types',
      'the use of word "files" or "entries" includes the following, where supported',
    ),
    consequence:
      'Engines ignore its records, GNU tar applies them to all that follows, umoci refuses the layer.',
    when: hasLayer,
    check: findInLayers('layer.no-global-headers'),
  },
  {
    id: 'layer.no-sparse',
    title: 'No layer has sparse files',
    level: 'should',
    source: cite(
      'layer',
      'file-attributes',
      'SHOULD NOT be used because they lack consistent support across tar implementations.',
    ),
    aliases: ['L8'],
    consequence: 'Tools that do not know the records unpack the map as content. Pack without tar --sparse.',
    when: hasLayer,
    check: findInLayers('layer.no-sparse'),
  },
  {
    id: 'layer.known-types',
    title: 'Entries of layers are files, links, folders, devices or FIFOs',
    level: 'consumer',
    source: cite(
      'layer',
      'file-types',
      'the use of word "files" or "entries" includes the following, where supported',
    ),
    aliases: ['L8'],
    consequence: 'Docker refuses the entry ("unhandled tar header type"); others skip it.',
    when: hasLayer,
    check: findInLayers('layer.known-types'),
  },
  {
    id: 'layer.no-devices',
    title: 'Layers of Dockerfile builds have no device nodes',
    level: 'practice',
    source: cite('layer', 'file-types', 'block devices'),
    aliases: ['L8'],
    consequence: 'Rootless engines cannot create the node, and fail to unpack the image.',
    when: hasBuiltLayer,
    check: findInBuiltLayers('layer.no-devices'),
  },
  {
    id: 'layer.no-overlay-traces',
    title: 'No layer has whiteouts or marks of overlayfs itself',
    level: 'consumer',
    source: cite(
      'layer',
      'whiteouts',
      'A whiteout filename consists of the prefix `.wh.` plus the basename of the path to be deleted.',
    ),
    aliases: ['L5', 'R41'],
    consequence:
      'Consumers on overlayfs hide files by it, others show them: two different images. Use files named .wh.* instead.',
    when: hasLayer,
    check: findInLayers('layer.no-overlay-traces'),
  },
  {
    id: 'layer.no-overlay-attributes',
    title: 'No layer has attributes that overlayfs keeps for itself',
    level: 'practice',
    source: cite(
      'layer',
      'whiteouts',
      'A whiteout filename consists of the prefix `.wh.` plus the basename of the path to be deleted.',
    ),
    aliases: ['L5', 'R41'],
    consequence:
      'They belong to the file system on which the layer was made; a mark for users hides nothing where it is unpacked.',
    when: hasLayer,
    check: findInLayers('layer.no-overlay-attributes'),
  },
  {
    id: 'layer.no-owner-names',
    title: 'Layers of Dockerfile builds have no user and group names',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'containerd/containerd#8220',
      'Names from the passwd file of the build host got into layers.',
    ),
    aliases: ['L7', 'R58'],
    consequence: 'The diffID depends on /etc/passwd of the machine that built the image.',
    when: (archive) =>
      archive.fingerprint.profile === 'docker-graphdriver-legacy'
        ? 'Docker up to 24 wrote the names of the host'
        : hasBuiltLayer(archive),
    check: findInBuiltLayers('layer.no-owner-names'),
  },
  {
    id: 'layer.whole-seconds',
    title: 'Times in layers of Dockerfile builds are whole seconds',
    level: 'practice',
    source: cite('go-archive', 'archive.go', 'Truncate(time.Second)'),
    aliases: ['L9'],
    consequence: 'Engines truncate or round the time differently, so rebuilt layers differ.',
    when: hasBuiltLayer,
    check: findInBuiltLayers('layer.whole-seconds'),
  },
  {
    id: 'layer.no-root-entry',
    title: 'Layers of Dockerfile builds have no entry for the root itself',
    level: 'practice',
    source: cite(
      'manifest',
      'image-manifest-property-descriptions',
      'The [ownership, mode, and other attributes](layer.md#file-attributes) of the initial empty directory are unspecified.',
    ),
    aliases: ['L12'],
    consequence: 'Mode and owner of the root of the container depend on the consumer.',
    when: hasBuiltLayer,
    check: findInBuiltLayers('layer.no-root-entry'),
  },
  {
    id: 'layer.end-length',
    title: 'Layers of Dockerfile builds end with exactly 1,024 bytes of zeros',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'containerd/containerd#4628',
      'Zeros after the end marker count for the digest, too.',
    ),
    aliases: ['L10', 'R72'],
    consequence: 'Tools that write the tar anew leave the extra zeros out, and the diffID changes.',
    when: hasBuiltLayer,
    *check(archive) {
      for (const { layer, where } of builtLayers(archive)) {
        const { zeroBlocks } = layer.trailer;
        if (zeroBlocks > 2 && layer.entries.length > 0)
          yield violationAt(where, '1024 bytes', `${zeroBlocks * 512} bytes`, 'zeros after the last entry');
      }
    },
  },
  {
    id: 'layer.empty-form',
    title: 'An empty layer is the tar of 1,024 zeros',
    level: 'practice',
    source: cite(
      'config',
      'example',
      'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
    ),
    aliases: ['L11'],
    consequence:
      'Engines know the empty layer by its diffID; another form is stored and shipped as a layer of its own.',
    when: hasBuiltLayer,
    *check(archive) {
      for (const { layer, where } of builtLayers(archive)) {
        const { zeroBlocks } = layer.trailer;
        if (zeroBlocks > 2 && layer.entries.length === 0)
          yield violationAt(
            where,
            '1024 bytes',
            `${layer.uncompressedSize} bytes`,
            'size of the uncompressed layer',
          );
      }
    },
  },
]);

/** Looked for once for all rules about it: a layer may have a hundred thousand folders. */
const STACKED = new WeakMap<Archive, Stacked | UnjudgedError>();
type Stacked = ReadonlyMap<StackRule, readonly Violation[]>;
/** Violations kept of one rule. The rest adds nothing. */
const MAX_KEPT = 1000;

function entriesBelowFiles(archive: Archive, rule: StackRule): Iterable<Violation> {
  const known = STACKED.get(archive) ?? findStackedOnce(archive);
  STACKED.set(archive, known);
  if (known instanceof UnjudgedError) throw known;
  return known.get(rule) ?? [];
}

function findStackedOnce(archive: Archive): Stacked | UnjudgedError {
  try {
    return findStacked(archive);
  } catch (error) {
    if (error instanceof UnjudgedError) return error;
    throw error;
  }
}

function findStacked(archive: Archive): Stacked {
  const violations = new Map<StackRule, Violation[]>();
  const judged = new Set<string>();
  const steps = { left: MAX_ROOT_STEPS };
  for (const image of allImages(archive)) {
    // Both views list the same image, and many images may share all their layers.
    const stack = JSON.stringify(image.layers.map(({ member }) => member));
    if (judged.has(stack)) continue;
    judged.add(stack);
    const layers = image.layers.flatMap(({ layer }) => layer ?? []);
    // Where a layer is missing, nobody knows what it leaves.
    if (layers.length !== image.layers.length) continue;
    for (const { rule, layer, entry, offset, expected, actual, from } of filesUsedAsFolders(layers, steps)) {
      const member = image.layers[layer]?.member ?? '';
      const where = { image: imageKey(image), layer, member, entry };
      const list = violations.get(rule) ?? [];
      violations.set(rule, list);
      if (list.length < MAX_KEPT)
        list.push(
          violationAt({ ...where, ...(offset === undefined ? {} : { offset }) }, expected, actual, from),
        );
    }
  }
  return violations;
}
