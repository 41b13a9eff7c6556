import { blobPath } from '../../archive/drafts.ts';
import { describeImageless } from '../../archive/foreign.ts';
import type { Archive, Member, ProblemKind } from '../../archive/model.ts';
import { normalisePath, parentOf } from '../../archive/normalise-path.ts';
import { stringOf } from '../../archive/oci/guards.ts';
import type { Locator } from '../../common/locator.ts';
import type { Violation } from '../outcome.ts';
import { hasControl } from './names.ts';
import { allImages, cite, defineForArchive, manifestEntries, violationAt } from './support.ts';

const HIDING: readonly ProblemKind[] = ['empty-archive', 'not-an-archive', 'index-loop'];
const isCompression = (kind: ProblemKind) => kind.startsWith('compression-');
/** Of the archive itself, not of a layer in it. */
const isOutside = ({ member }: Locator) => member === undefined;
const LEGACY_LAYER = /^[^/]+\/layer\.tar$/;
const isTar = ({ form }: Archive) =>
  form === 'tar' || 'a directory has the modes and names of the file system';
const pathsOf = ({ members }: Archive) => members.map(({ path }) => path);
const names = ({ members }: Archive) => members.filter(({ type }) => type !== 'pax-global');

/** The outer tar: its members, whatever image they describe. */
export const ARCHIVE_REQUIREMENTS_OUTER = defineForArchive([
  {
    id: 'archive.has-image',
    title: 'The archive holds at least one image',
    level: 'consumer',
    source: cite(
      'docker-image-spec',
      'combined-image-json--filesystem-changeset-format',
      'There is an entry in the array for each image.',
    ),
    aliases: ['R21'],
    consequence:
      'docker load and podman load refuse it: neither manifest.json nor index.json leads to an image.',
    when: ({ problems }) =>
      !problems.some(
        ({ kind, where }) => HIDING.includes(kind) || (isCompression(kind) && isOutside(where)),
      ) || 'damage hides what the archive holds',
    *check(archive) {
      if (allImages(archive).length > 0 || hasUnreadableRoot(archive)) return;
      yield violationAt(
        {},
        'an image in manifest.json or index.json',
        describeImageless(pathsOf(archive)) ?? 'none',
        'reading manifest.json and index.json',
      );
    },
  },
  {
    id: 'archive.loadable-form',
    title: 'A tar is a docker archive or an OCI layout',
    level: 'consumer',
    source: cite(
      'issue-tracker',
      'canonical/microk8s#4460',
      'A packed folder of skopeo (dir:) is no format that can be imported.',
    ),
    aliases: ['A1'],
    consequence:
      'No engine loads a tar of skopeo\'s directory transport: "unrecognized image format". Copy to docker-archive: or oci-archive: instead.',
    when: ({ form }) => form === 'tar' || 'a folder may be in the form of the directory transport',
    *check({ fingerprint }) {
      if (fingerprint.profile === 'docker-dir')
        yield violationAt(
          { member: 'manifest.json' },
          'docker archive or OCI layout',
          'directory transport',
          'form of the archive',
        );
    },
  },
  {
    id: 'archive.unique-members',
    title: 'No member comes twice',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'google/go-containerregistry#620',
      'A repeated layer was written to the tarball twice.',
    ),
    aliases: ['A2'],
    consequence: 'The archive is larger than it has to be, and tools that unpack it may stop at the second.',
    check: (archive) => findDuplicates(archive, ({ rival }) => rival !== true),
  },
  {
    id: 'archive.one-content',
    title: 'No two members of the same name have different content',
    level: 'consumer',
    source: cite(
      'issue-tracker',
      'google/go-containerregistry#620',
      'A repeated layer was written to the tarball twice.',
    ),
    aliases: ['A2'],
    consequence:
      'Readers that look a name up take the first, those that unpack keep the last: two different images.',
    check: (archive) => findDuplicates(archive, ({ rival }) => rival === true),
  },
  {
    id: 'archive.member-types',
    title: 'Members that lead to an image are files, or links of a legacy layer.tar',
    level: 'consumer',
    source: cite(
      'containers-image',
      'docker/internal/tarfile/writer.go',
      'Create a symlink for the legacy format, where there is one subdirectory per layer',
    ),
    aliases: ['A2'],
    consequence: 'Loaders read plain files by name: behind a link they find nothing, or nothing of its size.',
    *check(archive) {
      const read = membersRead(archive);
      yield* ofOtherType(archive, (path) => read.has(path));
    },
  },
  {
    id: 'archive.other-members',
    title: 'Members that lead to no image are files and directories',
    level: 'practice',
    source: cite('cwe', '59', "Improper Link Resolution Before File Access ('Link Following')"),
    aliases: ['A2'],
    consequence:
      'Loaders ignore a device or link that no image needs; tools that unpack the archive make it, or fail to.',
    *check(archive) {
      const read = membersRead(archive);
      yield* ofOtherType(archive, (path) => !read.has(path));
    },
  },
  {
    id: 'archive.links-resolve',
    title: 'Every link among the members is relative and leads to a member',
    level: 'consumer',
    source: cite(
      'issue-tracker',
      'moby/moby#24951',
      'A layer.tar in a saved archive is a bad symbolic link.',
    ),
    aliases: ['A2', 'A4'],
    consequence:
      'The layer behind the link is missing for every loader, or is read from outside the archive.',
    *check(archive) {
      const cyclic = new Set(
        archive.problems.filter(({ kind }) => kind === 'limit-links').map(({ where }) => where.member),
      );
      for (const member of archive.members) {
        const { path, linkname } = member;
        if (!isLegacyLink(member) || cyclic.has(path) || leadsInside(archive, member)) continue;
        yield violationAt(
          { member: path },
          'the relative name of a member',
          linkname,
          'link target in the tar header',
        );
      }
    },
  },
  {
    id: 'archive.safe-names',
    title: 'Member names stay inside the archive',
    level: 'consumer',
    source: cite(
      'cwe',
      '22',
      "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')",
    ),
    aliases: ['A3'],
    consequence: 'A careless loader writes outside its folder; careful ones refuse the archive.',
    *check(archive) {
      for (const { path } of names(archive))
        if (climbs(path))
          yield violationAt({ member: path }, 'a name inside the archive', path, 'tar header');
    },
  },
  {
    id: 'archive.names-found',
    title: 'Members that lead to an image have no slash before their name',
    level: 'consumer',
    source: cite(
      'docker-image-spec',
      'combined-image-json--filesystem-changeset-format',
      'There is an entry in the array for each image.',
    ),
    aliases: ['A3'],
    consequence: 'Loaders that look names up as they stand find neither manifest.json nor layers.',
    *check(archive) {
      const read = membersRead(archive);
      for (const { path } of names(archive))
        if (path.startsWith('/') && read.has(normalisePath(path)))
          yield violationAt({ member: path }, 'a relative name', path, 'tar header');
    },
  },
  {
    id: 'archive.plain-names',
    title: 'Member names are relative, printable and without ".."',
    level: 'practice',
    source: cite('cwe', '150', 'Improper Neutralization of Escape, Meta, or Control Sequences'),
    aliases: ['A3'],
    consequence:
      'Loaders strip the slash and resolve the rest; lists of the names steer the terminal that shows them.',
    *check(archive) {
      const read = membersRead(archive);
      for (const { path } of names(archive)) {
        // That one is archive.names-found.
        if (path.startsWith('/') && read.has(normalisePath(path))) continue;
        const isPlain = path !== '' && !path.startsWith('/') && !hasDots(path) && !hasControl(path);
        if (!isPlain && !climbs(path))
          yield violationAt({ member: path }, 'a relative, printable name without ".."', path, 'tar header');
      }
    },
  },
  {
    id: 'archive.member-modes',
    title: 'Members are readable by their owner and writable by nobody else',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'moby/moby#52892',
      'Since Docker 29.6 the daemon writes layer blobs of mode 0666.',
    ),
    aliases: ['A5'],
    consequence:
      'Unpacked as root, it may leave layers that any local user can change. Members without a read bit cannot be opened.',
    when: isTar,
    *check(archive) {
      for (const { path, type, mode } of names(archive)) {
        if (type === 'symlink' || ((mode & 0o022) === 0 && (mode & 0o400) !== 0)) continue;
        yield violationAt(
          { member: path },
          'no write bit for group and others (0644, 0444, 0755)',
          octal(mode),
          'mode in the tar header',
        );
      }
    },
  },
]);

function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8)}`;
}

function hasDots(path: string): boolean {
  return path.split('/').includes('..');
}

function climbs(path: string): boolean {
  return hasDots(path) && /^\.\.(?:\/|$)/.test(normalisePath(path));
}

/** Names of the members that the documents of the archive lead to, and of those documents. */
function membersRead(archive: Archive): ReadonlySet<string> {
  const { documents, descriptors, dockerImages } = archive;
  const named = [
    ...Object.keys(documents),
    'manifest.json',
    'index.json',
    ...descriptors.map(({ digest }) => blobPath(digest) ?? ''),
    ...dockerImages.flatMap(({ layers }) => layers.flatMap(({ reference, member }) => [reference, member])),
    ...manifestEntries(archive).map((entry) => stringOf(entry, 'Config') ?? ''),
  ];
  return new Set(named.map(normalisePath));
}

function* ofOtherType(archive: Archive, isMeant: (path: string) => boolean): Iterable<Violation> {
  for (const member of names(archive)) {
    const { path, type } = member;
    if (type === 'file' || type === 'directory' || isLegacyLink(member)) continue;
    if (isMeant(normalisePath(path)))
      yield violationAt({ member: path }, 'file or directory', type, 'tar header');
  }
}

function isLegacyLink({ path, type }: Member): boolean {
  return type === 'symlink' && LEGACY_LAYER.test(normalisePath(path));
}

function* findDuplicates(archive: Archive, isMeant: (member: Member) => boolean): Iterable<Violation> {
  const seen = new Set<string>();
  for (const member of names(archive)) {
    const { path, headerOffset } = member;
    const name = normalisePath(path);
    if (seen.has(name) && isMeant(member))
      yield violationAt(
        { member: path, offset: headerOffset },
        'one member of this name',
        'another',
        'names in the tar',
      );
    seen.add(name);
  }
}

function leadsInside({ form }: Archive, { path, linkname, resolved }: Member): boolean {
  if (resolved === undefined || linkname.startsWith('/')) return false;
  // `..` may climb to the root of the archive, never above it.
  const depth = parentOf(normalisePath(path)).split('/').filter(Boolean).length;
  const climbs = linkname.split('/').filter((segment) => segment === '..').length;
  return form === 'directory' || climbs <= depth;
}

/** A root document that is there but broken is the violation of another requirement. */
function hasUnreadableRoot({ documents }: Archive): boolean {
  const roots = [documents['manifest.json'], documents['index.json']];
  return roots.some((root) => root !== undefined && (root.value === undefined || isMalformed(root)));
}

function isMalformed({ member, value }: { readonly member: string; readonly value: unknown }): boolean {
  if (member.endsWith('manifest.json')) return !Array.isArray(value);
  return (
    typeof value !== 'object' ||
    value === null ||
    !Array.isArray((value as { manifests?: unknown }).manifests)
  );
}
