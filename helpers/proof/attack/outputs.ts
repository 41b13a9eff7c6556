import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { writeArchiveOf } from './archives.ts';
import type { After, Attack, Room } from './attack-model.ts';

/** Where a report is to be written: an input, a folder, a device, a link, a full disk. */

const COMMAND_LINE = join(dirname(projectFolder('helpers')), '.build/cli.js');
const refused = { exitCodes: [2] } as const;

/** `check image.tar --html NAME`, after something was made in the working folder. */
function page(
  id: string,
  title: string,
  name: string,
  wanted: Attack['wanted'],
  make: (room: Room) => void = () => {},
  check?: Attack['check'],
): Attack {
  return {
    id: `output-${id}`,
    kind: 'outputs',
    title,
    wanted,
    short: true,
    prepare: (room) => {
      writeArchiveOf(room);
      make(room);
      return { argv: ['check', 'image.tar', '--html', name] };
    },
    ...(check && { check }),
  };
}

function holdsPage({ room }: After, name: string): string | undefined {
  const text = readFileSync(join(room.work, name), 'utf8');
  return text.startsWith('<!doctype html>') ? undefined : `${name} holds no page`;
}

const isDevice = () =>
  statSync('/dev/full').isCharacterDevice() ? undefined : '/dev/full is no device any more';

export const OUTPUT_ATTACKS: readonly Attack[] = [
  page('file', 'a new file', 'page.html', { exitCodes: [0], writes: ['page.html'] }, undefined, (after) =>
    holdsPage(after, 'page.html'),
  ),
  page('input', 'the judged archive', 'image.tar', { ...refused, says: 'which is read' }),
  page(
    'input-symlink',
    'a link to the judged archive',
    'link',
    { ...refused, says: 'which is read' },
    (room) => symlinkSync('image.tar', join(room.work, 'link')),
  ),
  page(
    'input-hardlink',
    'a second name of the judged archive',
    'link',
    { ...refused, says: 'which is read' },
    (room) => linkSync(join(room.work, 'image.tar'), join(room.work, 'link')),
  ),
  page('folder', 'a folder', 'folder', { ...refused, says: 'folder is a folder' }, (room) =>
    mkdirSync(join(room.work, 'folder')),
  ),
  page('no-folder', 'a folder that does not exist', 'no/page.html', { ...refused, says: 'does not exist' }),
  page('below-file', 'below a file', 'image.tar/page.html', { ...refused, says: 'is no folder' }),
  page('empty', 'an empty name', '', { ...refused, says: 'empty name' }),
  page('long-name', 'a name of 10,000 characters', 'x'.repeat(10_000), { ...refused, says: 'too long' }),
  page('circle', 'links in a circle', 'a', { ...refused, says: 'circle' }, (room) => {
    symlinkSync('a', join(room.work, 'b'));
    symlinkSync('b', join(room.work, 'a'));
  }),
  page(
    'full',
    'a device that is full',
    '/dev/full',
    { ...refused, says: 'no space is left' },
    undefined,
    isDevice,
  ),
  page('null', 'a device', '/dev/null', { exitCodes: [0] }, undefined, () =>
    statSync('/dev/null').isCharacterDevice() ? undefined : '/dev/null is no device any more',
  ),
  page(
    'symlink',
    'a link to another file',
    'link',
    { exitCodes: [0], writes: ['target.html'] },
    (room) => {
      writeFileSync(join(room.work, 'target.html'), 'old');
      symlinkSync('target.html', join(room.work, 'link'));
    },
    (after) =>
      lstatSync(join(after.room.work, 'link')).isSymbolicLink()
        ? holdsPage(after, 'target.html')
        : 'the link is gone',
  ),
  page(
    'dangling',
    'a link to a file that does not exist yet',
    'link',
    { exitCodes: [0], writes: ['target.html'] },
    (room) => symlinkSync('target.html', join(room.work, 'link')),
    (after) => holdsPage(after, 'target.html'),
  ),
  {
    id: 'output-stdout',
    kind: 'outputs',
    title: 'the page to /dev/stdout',
    wanted: { exitCodes: [0], says: /<!doctype html>/ },
    short: true,
    prepare: (room) => ({ argv: ['check', writeArchiveOf(room), '--html', '/dev/stdout', '--quiet'] }),
  },
  {
    id: 'output-fifo',
    kind: 'outputs',
    title: 'a pipe with a reader',
    wanted: { exitCodes: [0] },
    short: true,
    prepare: (room) => {
      writeArchiveOf(room);
      execFileSync('mkfifo', [join(room.work, 'pipe')]);
      return {
        argv: [
          '-c',
          'cat pipe > "$1" & "$2" "$3" check image.tar --html pipe; code=$?; wait; exit $code',
          'sh',
          join(room.aside, 'read'),
          process.execPath,
          COMMAND_LINE,
        ],
        command: ['/bin/sh'],
      };
    },
    check: ({ room }) => {
      if (!lstatSync(join(room.work, 'pipe')).isFIFO()) return 'the pipe is gone';
      return readFileSync(join(room.aside, 'read'), 'utf8').startsWith('<!doctype html>')
        ? undefined
        : 'nothing came through the pipe';
    },
  },
  {
    id: 'output-layout',
    kind: 'outputs',
    title: 'a page inside of the judged layout',
    wanted: { ...refused, says: 'which is read' },
    short: true,
    prepare: (room) => {
      mkdirSync(join(room.work, 'layout'));
      writeFileSync(join(room.work, 'layout/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
      return { argv: ['check', 'layout', '--html', 'layout/page.html'] };
    },
  },
  {
    id: 'output-stdout-full',
    kind: 'outputs',
    title: 'standard output on a full device',
    wanted: { exitCodes: [2], says: /cannot be written/ },
    short: true,
    prepare: (room) => ({ argv: ['check', writeArchiveOf(room)], stdout: { path: '/dev/full' } }),
  },
  ...(process.getuid?.() === 0 ? [fullDisk()] : []),
];

/** Needs root for its mount. */
function fullDisk(): Attack {
  return {
    id: 'output-full-disk',
    kind: 'outputs',
    title: 'a disk with too little room',
    wanted: { ...refused, says: 'no space is left' },
    short: true,
    prepare: (room) => {
      const disk = join(room.work, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]);
      writeFileSync(join(disk, 'page.html'), 'old');
      return { argv: ['check', writeArchiveOf(room), '--html', 'disk/page.html'] };
    },
    check: ({ room }) =>
      readFileSync(join(room.work, 'disk/page.html'), 'utf8') === 'old'
        ? undefined
        : 'the former page is gone',
    restore: (room) => {
      const disk = join(room.work, 'disk');
      if (existsSync(disk)) execFileSync('umount', [disk]);
    },
  };
}
