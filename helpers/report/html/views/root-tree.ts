import { normalisePath } from '../../../archive/normalise-path.ts';
import { formatBytes } from '../../duration.ts';
import type { ArchiveImageReport } from '../../report-model.ts';
import { type Element, h } from '../element.ts';

/** The root of an image as it is with its layers up to one of them, and what that one adds, changes and removes. */

type Mark = 'added' | 'changed' | 'removed';

const MARKS: Readonly<Record<Mark, string>> = { added: '+', changed: '±', removed: '−' };

interface TreeNode {
  readonly children: Map<string, TreeNode>;
  type?: string;
  size?: number;
  mark?: Mark | undefined;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Files and folders drawn; the table below has more. */
const MAX_NODES = 1500;

export function rootTree({ layers }: ArchiveImageReport, position: number): Element {
  const root = treeUpTo(layers, position);
  const left = { nodes: MAX_NODES };
  const list = branches(root, left);
  return h(
    'div',
    { class: 'root-tree' },
    h(
      'p',
      { class: 'aside' },
      `The root with layer ${position} as the top one: + added, ± changed, − removed by it.`,
    ),
    h('ul', { class: 'tree' }, list),
    left.nodes <= 0 && h('p', { class: 'aside' }, `The first ${MAX_NODES} are drawn.`),
  );
}

function treeUpTo(layers: ArchiveImageReport['layers'], position: number): TreeNode {
  const root: TreeNode = { children: new Map() };
  for (const [number, { entries }] of layers.slice(0, position + 1).entries()) {
    const isLast = number === position;
    // Whiteouts concern the layers below alone, wherever they stand.
    for (const { path, effect } of entries) if (effect === 'hides') hide(root, path, isLast);
    for (const { path, type, size, effect } of entries) {
      if (effect === 'hides') continue;
      const node = nodeAt(root, normalisePath(path));
      if (node === root) continue;
      const mark =
        effect === 'replaces' && type !== 'directory' ? 'changed' : effect === 'adds' ? 'added' : undefined;
      Object.assign(node, { type, size, mark: isLast ? mark : undefined });
      if (type !== 'directory') node.children.clear();
    }
  }
  return root;
}

function nodeAt(root: TreeNode, path: string): TreeNode {
  let node = root;
  for (const name of path.split('/').filter((part) => part !== '')) {
    const child = node.children.get(name) ?? { children: new Map() };
    node.children.set(name, child);
    node = child;
  }
  return node;
}

function hide(root: TreeNode, whiteout: string, isLast: boolean): void {
  const path = normalisePath(whiteout);
  const cut = path.lastIndexOf('/');
  const folder = nodeAt(root, path.slice(0, Math.max(cut, 0)));
  const name = path.slice(cut + 1);
  const names = name === OPAQUE ? [...folder.children.keys()] : [name.slice(WHITEOUT.length)];
  for (const each of names) {
    const node = folder.children.get(each);
    if (node && isLast) Object.assign(node, { mark: 'removed' });
    else folder.children.delete(each);
  }
}

function branches({ children }: TreeNode, left: { nodes: number }): readonly Element[] {
  const drawn: Element[] = [];
  for (const [name, node] of [...children].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (left.nodes-- <= 0) break;
    drawn.push(branch(name, node, left));
  }
  return drawn;
}

function branch(name: string, node: TreeNode, left: { nodes: number }): Element {
  const { mark, type, size = 0, children } = node;
  const label = [
    mark !== undefined && h('span', { class: 'sign', title: mark }, `${MARKS[mark]} `),
    h('code', {}, children.size > 0 || type === 'directory' ? `${name}/` : name),
    mark !== undefined && h('span', { class: 'hidden' }, ` ${mark}`),
    type === 'file' && h('small', {}, ` ${formatBytes(size)}`),
  ];
  if (children.size === 0) return h('li', { class: mark }, label);
  return h(
    'li',
    { class: mark },
    h('details', { open: isMarked(node) }, h('summary', {}, label), h('ul', {}, branches(node, left))),
  );
}

/** Folders in which the layer did something stand open. */
function isMarked({ mark, children }: TreeNode): boolean {
  return mark !== undefined || [...children.values()].some(isMarked);
}
