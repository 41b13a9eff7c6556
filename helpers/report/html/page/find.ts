/** The element of the page that must be there; the page and its script are made together. */
export function find<Kind extends Element>(
  selector: string,
  kind: new () => Kind,
  within: ParentNode = document,
): Kind {
  const element = within.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`Suite bug: the page has no ${selector}.`);
  return element;
}

/** The same for an element that only some reports have. */
export function seek<Kind extends Element>(
  selector: string,
  kind: new () => Kind,
  within: ParentNode = document,
): Kind | undefined {
  const element = within.querySelector(selector);
  return element instanceof kind ? element : undefined;
}
