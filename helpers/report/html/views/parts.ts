import { shorten } from '../../../common/escape.ts';
import type { Json } from '../../../common/json.ts';
import type { Status } from '../../../requirements/outcome.ts';
import { STATUS_WORDS } from '../../words.ts';
import { type Child, type Element, h } from '../element.ts';

/** Small things that several views show alike. */

/** Longest value that is shown whole; the JSON report has all of it. */
const MAX_CHARACTERS = 2000;

export function statusBadge(status: Status): Element {
  const { symbol, word } = STATUS_WORDS[status];
  return h('span', { class: `badge ${status}` }, h('span', { 'aria-hidden': 'true' }, symbol), ' ', word);
}

export function section(id: string, title: string, ...children: readonly Child[]): Element {
  return h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    h('h2', { id: `${id}-title` }, title),
    children,
  );
}

/** A value as a reader would write it: text bare, everything else as JSON. */
export function showValue(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 1).replace(/\s*\n\s*/g, ' ');
  return text.length <= MAX_CHARACTERS
    ? text
    : `${text.slice(0, MAX_CHARACTERS)}… (${text.length} characters)`;
}

/** Longest command that is shown whole; what is copied is whole always. */
const MAX_COMMAND = 240;

/** A command that can be copied; without scripts there is no button. */
export function command(text: string): Element {
  return h(
    'span',
    { class: 'command' },
    h('code', {}, shorten(text, MAX_COMMAND)),
    h('button', { type: 'button', class: 'copy', 'data-copy': text }, 'Copy'),
  );
}

export function outside(url: string, ...children: readonly Child[]): Element {
  return h('a', { href: url, rel: 'noreferrer noopener' }, children);
}

/** `0755` from any mode field; bits above the twelve permission bits are kept out. */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

/** One line of a list of properties. */
export function property(name: string, value: string): Element {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}

export function digestProperty(name: string, digest: string): Element {
  return h('div', {}, h('dt', {}, name), h('dd', {}, h('code', { class: 'digest' }, digest)));
}

/** A text of several lines: a line break in a text node is shown as `\n`, so that no name can hide one. */
export function textLines(text: string): Element {
  const lines = text.replace(/\n$/, '').split('\n');
  return h(
    'code',
    {},
    lines.flatMap((line, position) => (position === 0 ? [line] : [h('br', {}), line])),
  );
}

/** A long table in a box of its own. */
export function scrollTable(label: string, heads: readonly string[], rows: readonly Element[]): Element {
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
