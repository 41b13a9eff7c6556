import { formatBytes } from '../../duration.ts';
import type { ArchiveImageReport } from '../../report-model.ts';
import { type Element, h } from '../element.ts';
import { digestProperty, octal, property, scrollTable, textLines } from './parts.ts';

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

/** Where a layer stands: its position, the bytes of all layers, and which of the images drawn it belongs to. */
export interface LayerPlace {
  readonly position: number;
  readonly total: number;
  readonly image: number;
}

export function layerView(layer: Layer, { position, total, image }: LayerPlace): Element {
  const share = total === 0 ? 0 : layer.uncompressedSize / total;
  return h(
    'li',
    { '--share': share.toFixed(4) },
    h(
      'details',
      // One of an image is open at a time: the root beside it is that of this layer.
      { name: `layers-${image}`, 'data-image': image, 'data-layer': position },
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
        (layer.wasted ?? 0) > 0 && h('span', { class: 'wasted' }, `${formatBytes(layer.wasted ?? 0)} wasted`),
        layer.createdBy !== undefined && h('code', { class: 'made-by' }, layer.createdBy),
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
        digestProperty('Member', layer.member),
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

/** A small text file opens where it stands. */
function content(path: string, text: string): Element {
  const shown = h('pre', { class: 'content' }, textLines(text));
  return h('details', {}, h('summary', {}, h('code', {}, path)), shown);
}

function entriesTable({ entries, omitted }: Layer): Element {
  const rows = entries.map(({ path, type, mode, uid, gid, size, effect, text }) =>
    h(
      'tr',
      { class: effect },
      h(
        'td',
        {},
        h('span', { 'aria-hidden': 'true' }, `${LAYER_EFFECTS[effect].symbol} `),
        LAYER_EFFECTS[effect].word,
      ),
      h('td', {}, text === undefined ? h('code', {}, path) : content(path, text)),
      [type, octal(mode), `${uid}:${gid}`, formatBytes(size)].map((text) => h('td', {}, text)),
    ),
  );
  if (omitted > 0)
    rows.push(h('tr', {}, h('td', { colspan: 6 }, `${omitted} more are not kept in the report.`)));
  return scrollTable('Entries of the layer', ['Effect', 'Path', 'Type', 'Mode', 'Owner', 'Size'], rows);
}
