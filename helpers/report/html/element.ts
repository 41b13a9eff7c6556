/**
 * The page as plain data, so that one view serves the file (as text) and the browser (as DOM nodes).
 * A string is text and nothing else: both renderers escape it, and neither can be told not to.
 */
export type Node = Element | string;

export interface Element {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly Node[];
}

/** `true` writes the bare attribute; `undefined` and `false` leave it out. `--name` is a CSS variable, set in the browser only. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export type Child = Node | undefined | false | readonly Child[];

/** One element; children that are `undefined` or `false` are left out, lists are flattened. */
export function h(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): Element {
  return { tag, attributes, children: flatten(children) };
}

function flatten(children: readonly Child[]): Node[] {
  return children.flatMap((child) => {
    if (child === undefined || child === false) return [];
    if (typeof child === 'string' || !Array.isArray(child)) return [child as Node];
    return flatten(child as readonly Child[]);
  });
}

/** Attribute names that a view may use: none that runs code or styles past the policy of the page. */
export function isAllowedAttribute(name: string): boolean {
  return /^[a-z][a-z-]*$/i.test(name) && !/^on|^style$|^srcdoc$/i.test(name);
}

/** Addresses that a link may have: inside the page, or a web page. Anything else becomes no link. */
export function isAllowedAddress(address: string): boolean {
  return /^(?:#|https?:\/\/)/i.test(address);
}
