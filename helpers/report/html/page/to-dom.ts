import { escapeControl } from '../../../common/escape.ts';
import { isAllowedAddress, isAllowedAttribute, type Node as View } from '../element.ts';

/** DOM nodes of a view. Text becomes text nodes; nothing is ever parsed as HTML. */
export function toDom(view: View): Node {
  if (typeof view === 'string') return document.createTextNode(escapeControl(view));
  const element = document.createElement(view.tag);
  for (const [name, value] of Object.entries(view.attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('--')) element.style.setProperty(name, String(value));
    else if (name === 'href' && !isAllowedAddress(String(value))) continue;
    else if (isAllowedAttribute(name))
      element.setAttribute(name, value === true ? '' : escapeControl(String(value)));
  }
  element.append(...view.children.map(toDom));
  return element;
}
