import { formatBytes } from '../../duration.ts';
import type { ArchiveReport } from '../../report-model.ts';
import { count } from '../../summary.ts';
import { type Element, h } from '../element.ts';
import { drawnImages, imageView } from './image.ts';
import { octal, property, scrollTable } from './parts.ts';

/** One archive: what it is, how its members refer to one another, its layers as a stack, its flattened root. */
export function archiveView(archive: ArchiveReport): Element {
  return h(
    'div',
    { class: 'archive' },
    h('h3', {}, archive.id === archive.source ? archive.source : `${archive.id}: ${archive.source}`),
    h(
      'dl',
      { class: 'properties' },
      property('Profile', `${archive.profile} (${archive.signs.join('; ') || 'no sign known'})`),
      property('Size', `${formatBytes(archive.size)}, compression ${archive.compression}`),
      property(
        'Holds',
        `${count(archive.members.length, 'member')}, ${count(archive.images.length, 'image')}`,
      ),
    ),
    h('h4', {}, 'How the members refer to one another'),
    references(archive),
    drawnImages(archive.images).map(imageView),
    h(
      'details',
      {},
      h('summary', {}, `All ${count(archive.members.length, 'member')}, in order`),
      membersTable(archive),
    ),
  );
}

/** Deepest chain that is drawn; a loop ends there as well. */
const MAX_DEPTH = 12;
/** Members drawn; a long list is in the table of members. */
const MAX_DRAWN = 600;

/** A tree that starts at the members that nobody refers to; a member that was shown before is only named. */
function references(archive: ArchiveReport): Element {
  const byName = new Map(archive.members.map((member) => [member.name, member]));
  const referred = new Set(archive.members.flatMap(({ refersTo }) => refersTo));
  const roles = rolesOf(archive);
  const shown = new Set<string>();
  const node = (name: string, depth: number): Element => {
    const member = byName.get(name);
    const again = shown.has(name);
    shown.add(name);
    const children = again || depth >= MAX_DEPTH || shown.size > MAX_DRAWN ? [] : (member?.refersTo ?? []);
    return h(
      'li',
      {},
      h(
        'span',
        { class: member ? 'node' : 'node missing' },
        h('code', {}, name),
        roles.get(name) && h('b', {}, roles.get(name)),
        member ? h('small', {}, formatBytes(member.size)) : h('small', {}, 'not in the archive'),
        again && (member?.refersTo.length ?? 0) > 0 && h('small', {}, 'shown above'),
      ),
      children.length > 0 &&
        h(
          'ul',
          {},
          children.map((child) => node(child, depth + 1)),
        ),
    );
  };
  const files = archive.members.filter(({ type }) => type !== 'directory');
  const roots = files.filter(({ name, refersTo }) => refersTo.length > 0 && !referred.has(name));
  const trees = roots.slice(0, MAX_DRAWN).map(({ name }) => node(name, 0));
  const alone = files.filter(({ name }) => !shown.has(name));
  return h(
    'div',
    { class: 'references' },
    h('ul', { class: 'tree' }, trees),
    alone.length > 0 &&
      h(
        'p',
        { class: 'aside' },
        'Reached by no reference: ',
        alone.slice(0, 40).map(({ name }, position) => [position > 0 && ', ', h('code', {}, name)]),
        alone.length > 40 && ` and ${alone.length - 40} more`,
      ),
  );
}

/** What each member is, told by the images that name it. */
function rolesOf({ images, members }: ArchiveReport): ReadonlyMap<string, string> {
  const roles = new Map<string, string>();
  const blob = (digest: string | undefined) =>
    digest &&
    members.find(
      ({ name }) => name === `blobs/${digest.replace(':', '/')}` || name === `${digest.split(':')[1]}.json`,
    )?.name;
  for (const image of images) {
    const manifest = blob(image.manifestDigest);
    const config = blob(image.configDigest);
    if (manifest) roles.set(manifest, image.kind === 'image' ? 'manifest' : `${image.kind} manifest`);
    if (config) roles.set(config, 'config');
    image.layers.forEach(({ member }, position) => {
      roles.set(member, `layer ${position}`);
    });
  }
  return roles;
}

function membersTable({ members }: ArchiveReport): Element {
  return scrollTable(
    'Members of the archive',
    ['Name', 'Type', 'Mode', 'Size', 'Refers to'],
    members.map(({ name, type, mode, size, refersTo }) =>
      h(
        'tr',
        {},
        h('td', {}, h('code', {}, name)),
        [type, octal(mode), formatBytes(size), refersTo.join(', ')].map((text) => h('td', {}, text)),
      ),
    ),
  );
}
