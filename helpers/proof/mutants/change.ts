import type { DocumentKind, Draft, ImageDraft, LayerDraft, MutableJson } from './draft.ts';
import {
  addEntries,
  adding,
  entryAt,
  imageAt,
  layerAt,
  memberAt,
  pushAt,
  removeAt,
  setAt,
  without,
} from './edit.ts';
import type { TarItem } from './tar-writer.ts';

/**
 * The defects of mutants, named by what they change: `set('config', '/os', '')`. A draft keeps each change until its
 * references are set, so several changes of one document or of the members follow one another.
 */
export type DraftChange = (draft: Draft) => void;

type Edits = Required<Draft['edit']>;
type EditableDocument = keyof Edits;
type Root<Kind extends EditableDocument> = Parameters<Edits[Kind]>[0];

export function edit<Kind extends EditableDocument>(document: Kind, change: Edits[Kind]): DraftChange {
  return ({ edit: edits }) => {
    const before = edits[document] as ((root: Root<Kind>, position: number) => void) | undefined;
    const next = change as (root: Root<Kind>, position: number) => void;
    edits[document] = ((root: Root<Kind>, position: number) => {
      before?.(root, position);
      next(root, position);
    }) as Draft['edit'][Kind];
  };
}

/** Sets the value at a JSON pointer; a function makes it from the document. */
export function set<Kind extends EditableDocument>(
  document: Kind,
  pointer: string,
  value: MutableJson | ((root: Root<Kind>) => MutableJson),
): DraftChange {
  const change = (root: Root<Kind>) =>
    setAt(root, pointer, typeof value === 'function' ? value(root) : value);
  return edit(document, change as Edits[Kind]);
}

export function remove(document: EditableDocument, pointer: string): DraftChange {
  return edit(document, (root: MutableJson) => removeAt(root, pointer));
}

export function push(document: EditableDocument, pointer: string, value: MutableJson): DraftChange {
  return edit(document, (root: MutableJson) => pushAt(root, pointer, value));
}

/** Changes the text of a document after it was serialised. */
export function rewrite(document: DocumentKind, change: (text: string) => string): DraftChange {
  return ({ text }) => {
    text[document] = change;
  };
}

export function changeMembers(change: (members: TarItem[]) => TarItem[]): DraftChange {
  return (draft) => {
    const { members: before = (members: TarItem[]) => members } = draft;
    draft.members = (members) => change(before(members));
  };
}

export function addMembers(...items: TarItem[]): DraftChange {
  return changeMembers(adding(...items));
}

export function dropMembers(pattern: RegExp): DraftChange {
  return changeMembers(without(pattern));
}

/** Changes fields of the member that a pattern names; a function makes them from the member. */
export function changeMember(
  pattern: RegExp,
  fields: Partial<TarItem> | ((member: TarItem) => Partial<TarItem>),
): DraftChange {
  return changeMembers((members) => {
    const member = memberAt(members, pattern);
    Object.assign(member, typeof fields === 'function' ? fields(member) : fields);
    return members;
  });
}

/** Changes the finished archive. */
export function changeBytes(change: (archive: Uint8Array) => Uint8Array): DraftChange {
  return (draft) => {
    draft.bytes = change;
  };
}

/** Adds entries to the end of the top layer. */
export function add(...entries: TarItem[]): DraftChange {
  return (draft) => addEntries(draft, ...entries);
}

export function changeEntry(path: string, fields: Partial<TarItem>): DraftChange {
  return (draft) => void Object.assign(entryAt(draft, path), fields);
}

export function changeLayer(position: number, fields: Partial<LayerDraft>): DraftChange {
  return (draft) => void Object.assign(layerAt(draft, position), fields);
}

export function together(...changes: readonly DraftChange[]): DraftChange {
  return (draft) => {
    for (const change of changes) change(draft);
  };
}

/** Adds entries to the end of the bottom layer. */
export function addBelow(...entries: TarItem[]): DraftChange {
  return (draft) => void layerAt(draft, 0).entries.push(...entries);
}

/** Puts entries of the top layer before the one at this position. */
export function insert(position: number, ...entries: TarItem[]): DraftChange {
  return (draft) => void layerAt(draft, 1).entries.splice(position, 0, ...entries);
}

export function changeLayers(fields: Partial<LayerDraft>): DraftChange {
  return (draft) => {
    for (const layer of imageAt(draft).layers) Object.assign(layer, fields);
  };
}

export function changeImage(fields: Partial<ImageDraft>): DraftChange {
  return (draft) => void Object.assign(imageAt(draft), fields);
}

/** Makes the image for each draft, which may change it. */
export function addImage(make: () => ImageDraft): DraftChange {
  return ({ images }) => void images.push(make());
}

export function changeDraft(fields: Partial<Pick<Draft, 'attested' | 'ending'>>): DraftChange {
  return (draft) => void Object.assign(draft, fields);
}
