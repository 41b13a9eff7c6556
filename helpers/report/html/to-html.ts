import { escapeControl } from '../../common/escape.ts';
import { type Attributes, isAllowedAddress, isAllowedAttribute, type Node } from './element.ts';

const VOID = new Set(['br', 'col', 'hr', 'input', 'link', 'meta']);
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML text of a view. */
export function toHtml(node: Node): string {
  if (typeof node === 'string') return escapeHtml(node);
  const { tag, attributes, children } = node;
  const open = `<${tag}${writeAttributes(attributes)}>`;
  return VOID.has(tag) ? open : `${open}${children.map(toHtml).join('')}</${tag}>`;
}

function writeAttributes(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => {
      if (value === undefined || value === false || name.startsWith('--')) return '';
      if (!isAllowedAttribute(name)) throw new Error(`Suite bug: the page uses the attribute ${name}.`);
      if (name === 'href' && !isAllowedAddress(String(value))) return '';
      return value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`;
    })
    .join('');
}

/** Text for element content and attribute values; characters that hide or reorder text are made visible first. */
export function escapeHtml(text: string): string {
  return escapeControl(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
