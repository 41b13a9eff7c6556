import { formatBytes } from '../../duration.ts';
import type { ArchiveImageReport } from '../../report-model.ts';
import { type Element, h } from '../element.ts';
import { layerView } from './layers.ts';
import { digestProperty, octal, property, scrollTable, textLines } from './parts.ts';
import { rootTree } from './root-tree.ts';

/** One image of an archive: its layers as a list beside the root that they make, and its documents. */
export interface DrawnImage extends ArchiveImageReport {
  /** The views that tell it alike: `manifest.json`, `index.json`. */
  readonly views: readonly string[];
}

/** Images that both views tell alike are one: the same config, and the same layers. */
export function drawnImages(images: readonly ArchiveImageReport[]): readonly DrawnImage[] {
  const drawn = new Map<string, DrawnImage>();
  for (const [position, image] of images.entries()) {
    const { kind, configDigest, platform, layers } = image;
    const key = JSON.stringify([
      kind,
      configDigest ?? position,
      platform,
      layers.map(({ diffId }) => diffId),
    ]);
    const same = drawn.get(key);
    drawn.set(key, same ? united(same, image) : { ...image, views: [image.road] });
  }
  return [...drawn.values()];
}

function united(first: DrawnImage, second: ArchiveImageReport): DrawnImage {
  const documents = [...(first.documents ?? []), ...(second.documents ?? [])];
  const byName = new Map(documents.map((document) => [document.name, document]));
  return {
    ...second,
    ...first,
    views: [...new Set([...first.views, second.road])],
    names: [...new Set([...first.names, ...second.names])],
    ...(byName.size > 0 && { documents: [...byName.values()] }),
  };
}

/** `number` is the position among the images drawn. */
export function imageView(image: DrawnImage, number: number): Element {
  const { kind, views, names, platform, manifestDigest, configDigest, layers, rootfs } = image;
  const total = layers.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  const wasted = layers.reduce((sum, layer) => sum + (layer.wasted ?? 0), 0);
  return h(
    'div',
    { class: 'image' },
    h(
      'h4',
      {},
      `${kind === 'image' ? 'Image' : kind} by ${views.join(' and ')}`,
      names.length > 0 && `: ${names.join(', ')}`,
    ),
    h(
      'dl',
      { class: 'properties' },
      platform !== undefined && property('Platform', platform),
      manifestDigest !== undefined && digestProperty('Manifest', manifestDigest),
      configDigest !== undefined && digestProperty('Config', configDigest),
      property('Layers', `${layers.length}, ${formatBytes(total)} uncompressed`),
      wasted > 0 && property('Wasted', `${formatBytes(wasted)} that later layers replace or remove`),
    ),
    layers.length > 0 && layersBesideRoot(image, number, total),
    (image.documents ?? []).map(({ name, text }) =>
      h('details', {}, h('summary', {}, name), h('pre', { class: 'json' }, textLines(text))),
    ),
    rootfs.length > 0 &&
      h(
        'details',
        {},
        h('summary', {}, `Flattened root, ${rootfs.length === 1 ? '1 entry' : `${rootfs.length} entries`}`),
        rootfsTable(image),
      ),
  );
}

function layersBesideRoot(image: DrawnImage, number: number, total: number): Element {
  const { layers } = image;
  return h(
    'div',
    { class: image.kind === 'image' ? 'beside' : 'beside alone' },
    h(
      'div',
      {},
      h(
        'p',
        { class: 'aside' },
        'Top layer first, drawn to its uncompressed size; open one to see what it does to the root.',
      ),
      h(
        'ol',
        { class: 'stack', reversed: true, start: layers.length - 1 },
        layers.map((layer, position) => layerView(layer, { position, total, image: number })).reverse(),
      ),
    ),
    // The layers of an attestation are statements, not files.
    image.kind === 'image' && h('div', { 'data-root': number }, rootTree(image, layers.length - 1)),
  );
}

function rootfsTable({ rootfs }: ArchiveImageReport): Element {
  return scrollTable(
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
