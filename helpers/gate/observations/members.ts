import type { Archive, Member } from '../../archive/model.ts';
import { defineArchiveObservations } from './define.ts';
import { fieldsOf, octalMode, setOf, tabulate, withoutHex } from './values.ts';

/** How the outer tar is written. None of it is content, and scripts depend on all of it. */
export const MEMBER_OBSERVATIONS = defineArchiveObservations([
  {
    id: 'observation.compression-of-archive',
    title: 'Compression around the whole archive',
    read: ({ compression }) => compression,
    advice: {
      means: 'Consumers that open the archive as a plain tar fail on a compressed one.',
      do: 'Decompress before use, or tell the saver not to compress.',
    },
  },
  {
    id: 'observation.members',
    title: 'Names of the members, digests left out',
    read: ({ members }) => setOf(members.map(nameOf)),
    advice: {
      means: 'Scripts that look for a path that is gone, such as */layer.tar or VERSION, find nothing.',
      do: 'Start at manifest.json or index.json and follow the paths written there.',
    },
  },
  {
    id: 'observation.member-order',
    title: 'Order of the members',
    read: ({ members, form }) => (form === 'directory' ? undefined : orderOf(members)),
    advice: {
      means:
        'Streaming readers that expect manifest.json or the config before the layers may have to buffer.',
      do: 'Do not rely on the order; read the archive twice or keep what comes early.',
    },
  },
  {
    id: 'observation.member-types',
    title: 'Types of the members by name',
    read: ({ members }) => tabulate(members.map((member) => [nameOf(member), member.type])),
    byMember: true,
    advice: {
      means: 'Readers that do not follow symbolic links inside the archive miss repeated layers.',
      do: 'Resolve links inside the archive before reading a layer.',
    },
  },
  {
    id: 'observation.member-modes',
    title: 'Permissions of the members by name',
    read: tarOnly((member) => octalMode(member.mode & 0o7777)),
    byMember: true,
    advice: {
      means: 'Files unpacked from the archive get these permissions; read-only ones cannot be overwritten.',
      do: 'Set permissions after unpacking, and never trust a member that others may write.',
    },
  },
  {
    id: 'observation.member-mode-type-bits',
    title: 'File type bits in the mode field of the members',
    read: ({ members, form }) =>
      form === 'directory' ? undefined : members.some(({ mode }) => (mode & ~0o7777) !== 0),
    advice: {
      means: 'The archive changes in bytes only; a reader that compares whole mode fields sees a difference.',
      do: 'Compare the permission bits only.',
    },
  },
  {
    id: 'observation.member-mtimes',
    title: 'Times of the members by name: 0, or a time',
    read: tarOnly(({ mtime }) => (mtime === 0 ? '0' : 'a time')),
    byMember: true,
    advice: {
      means: 'Where members carry a time, two saves of one image may differ in bytes, and caches miss.',
      do: 'Key caches on the config digest or the diffIDs, not on the bytes of the archive.',
      cases: [
        {
          fits: (_, after) => Object.values(fieldsOf(after)).every((time) => time === '0'),
          means: 'No member carries a time any more, so none differs from save to save.',
          do: 'Stop reading the age of an image from its archive; take created from the config.',
        },
      ],
    },
  },
  {
    id: 'observation.member-owners',
    title: 'Owner numbers and names of the members',
    read: ({ members, form }) =>
      form === 'directory'
        ? undefined
        : setOf(members.map(({ uid, gid, uname, gname }) => `${uid}:${gid} ${uname}:${gname}`)),
    advice: {
      means: 'Unpacking as root gives the files to this owner; names differ with the machine that saved.',
      do: 'Unpack with --no-same-owner.',
    },
  },
  {
    id: 'observation.tar-format',
    title: 'Tar flavour of the archive',
    read: ({ members, form }) =>
      form === 'directory' ? undefined : setOf(members.map(({ format }) => format)),
    advice: {
      means: 'Tar readers without pax or GNU extensions may read names and sizes wrongly.',
      do: 'Use a reader that knows ustar, pax and GNU.',
    },
  },
]);

function tarOnly(value: (member: Member) => string) {
  return ({ members, form }: Archive) =>
    form === 'directory' ? undefined : tabulate(members.map((member) => [nameOf(member), value(member)]));
}

function nameOf({ path }: Member): string {
  return withoutHex(path.replace(/^\.\//, ''));
}

function orderOf(members: readonly Member[]): string {
  const names = members.map(({ path }) => path);
  const isSorted = names.every((name, position) => position === 0 || (names[position - 1] ?? '') <= name);
  return isSorted ? 'sorted by name' : 'not sorted';
}
