import { formatBytes } from '../../duration.ts';
import type { ArchiveImageReport, ArchiveReport } from '../../report-model.ts';
import { count } from '../../summary.ts';
import { type Element, h } from '../element.ts';
import { octal } from './parts.ts';

type Layer = ArchiveImageReport['layers'][number];
type Entry = Layer['entries'][number];

export const LAYER_EFFECTS: Readonly<
  Record<Entry['effect'], { readonly symbol: string; readonly word: string }>
> = {
  adds: { symbol: '+', word: 'adds' },
  replaces: { symbol: '±', word: 'replaces' },
  hides: { symbol: '−', word: 'hides' },
  repeats: { symbol: '=', word: 'repeats' },
};

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
    archive.images.map((image) => imageView(image)),
    h(
      'details',
      {},
      h('summary', {}, `All ${count(archive.members.length, 'member')}, in order`),
      membersTable(archive),
    ),
  );
}

function property(name: string, value: string): Element {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
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

function imageView(image: ArchiveImageReport): Element {
  const total = image.layers.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  return h(
    'div',
    { class: 'image' },
    h(
      'h4',
      {},
      `${image.kind === 'image' ? 'Image' : image.kind} by ${image.road}`,
      image.names.length > 0 && `: ${image.names.join(', ')}`,
    ),
    h(
      'dl',
      { class: 'properties' },
      image.platform !== undefined && property('Platform', image.platform),
      image.manifestDigest !== undefined && digestProperty('Manifest', image.manifestDigest),
      image.configDigest !== undefined && digestProperty('Config', image.configDigest),
      property('Layers', `${image.layers.length}, ${formatBytes(total)} uncompressed`),
    ),
    image.layers.length > 0 &&
      h(
        'p',
        { class: 'aside' },
        'Top layer first, drawn to its uncompressed size; a small layer is drawn large enough to read.',
      ),
    h(
      'ol',
      { class: 'stack', reversed: true, start: image.layers.length - 1 },
      image.layers.map((layer, position) => layerView(layer, position, total)).reverse(),
    ),
    image.rootfs.length > 0 &&
      h(
        'details',
        {},
        h(
          'summary',
          {},
          `Flattened root, ${count(image.rootfs.length, 'entry').replace('entrys', 'entries')}`,
        ),
        rootfsTable(image),
      ),
  );
}

function digestProperty(name: string, digest: string): Element {
  return h('div', {}, h('dt', {}, name), h('dd', {}, h('code', { class: 'digest' }, digest)));
}

function layerView(layer: Layer, position: number, total: number): Element {
  const share = total === 0 ? 0 : layer.uncompressedSize / total;
  return h(
    'li',
    { '--share': share.toFixed(4) },
    h(
      'details',
      {},
      h(
        'summary',
        {},
        h('b', {}, `Layer ${position}`),
        h(
          'span',
          { class: 'size' },
          `${formatBytes(layer.uncompressedSize)}${layer.compression === 'none' ? '' : `, ${formatBytes(layer.size)} as ${layer.compression}`}`,
        ),
        total > 0 && h('span', { class: 'share' }, `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`),
        h('span', { class: 'effects' }, effectCounts(layer)),
        h(
          'span',
          { class: 'names' },
          layer.entries
            .filter(({ effect }) => effect !== 'repeats')
            .slice(0, 6)
            .map(({ path }) => path)
            .join('  '),
        ),
      ),
      h(
        'dl',
        { class: 'properties' },
        digestProperty('Digest', layer.digest),
        digestProperty('diffID', layer.diffId),
        property('Member', layer.member),
        layer.mediaType !== undefined && property('Media type', layer.mediaType),
      ),
      entriesTable(layer),
    ),
  );
}

function effectCounts({ entries, omitted }: Layer): string {
  const parts = Object.entries(LAYER_EFFECTS).flatMap(([effect, { word }]) => {
    const number = entries.filter((entry) => entry.effect === effect).length;
    return number === 0 ? [] : [`${word} ${number}`];
  });
  if (omitted > 0) parts.push(`${omitted} not shown`);
  return parts.join(', ') || 'empty';
}

function table(label: string, heads: readonly string[], rows: readonly Element[]): Element {
  return h(
    'div',
    { class: 'scroll bounded', tabindex: 0, role: 'group', 'aria-label': label },
    h(
      'table',
      { class: 'plain' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head) => h('th', { scope: 'col' }, head)),
        ),
      ),
      h('tbody', {}, rows),
    ),
  );
}

function entriesTable({ entries, omitted }: Layer): Element {
  const rows = entries.map(({ path, type, mode, uid, gid, size, effect }) =>
    h(
      'tr',
      { class: effect },
      h(
        'td',
        {},
        h('span', { 'aria-hidden': 'true' }, `${LAYER_EFFECTS[effect].symbol} `),
        LAYER_EFFECTS[effect].word,
      ),
      h('td', {}, h('code', {}, path)),
      [type, octal(mode), `${uid}:${gid}`, formatBytes(size)].map((text) => h('td', {}, text)),
    ),
  );
  if (omitted > 0)
    rows.push(h('tr', {}, h('td', { colspan: 6 }, `${omitted} more are not kept in the report.`)));
  return table('Entries of the layer', ['Effect', 'Path', 'Type', 'Mode', 'Owner', 'Size'], rows);
}

function rootfsTable({ rootfs }: ArchiveImageReport): Element {
  return table(
    'Flattened root',
    ['Path', 'Type', 'Mode', 'Size', 'From layer'],
    rootfs.map(({ path, type, mode, size, layer }) =>
      h(
        'tr',
        {},
        h('td', {}, h('code', {}, path)),
        [type, octal(mode), formatBytes(size), String(layer)].map((text) => h('td', {}, text)),
      ),
    ),
  );
}

function membersTable({ members }: ArchiveReport): Element {
  return table(
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
