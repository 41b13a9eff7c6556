import { escapeControl } from '../common/escape.ts';

type XmlAttributes = Readonly<Record<string, string | number | undefined>>;

/** The start of an element, or a whole empty one. Attributes without a value are left out. */
export function xmlElement(name: string, attributes: XmlAttributes, empty = false): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`);
  return `<${name}${written.join('')}${empty ? '/' : ''}>`;
}

/** XML 1.0 section 2.2: only these characters may stand in a document, escaped or not. */
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Most texts hold none of these, and are left as they are. */
const SPECIAL = /[^ !#-%(-;=?-~]/;

/** Text for XML: control characters are made visible, line breaks stay, characters that XML forbids are removed. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .split('\n')
    .map((line) => escapeControl(line).replace(ILLEGAL, ''))
    .join('\n')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
