import type { ArchiveReport } from '../../report-model.ts';
import { allArchives, type PageData } from '../data.ts';
import { archiveView } from '../views/archive.ts';
import { compareView } from '../views/compare.ts';
import { drawnImages } from '../views/image.ts';
import { rootTree } from '../views/root-tree.ts';
import { seek } from './find.ts';
import type { State } from './state.ts';
import { toDom } from './to-dom.ts';

interface ExplorerControl {
  /** Draws the archives that the state names; the first one when it names none. */
  show(state: Pick<State, 'archive' | 'with'>): void;
}

export function controlExplorer(
  data: PageData,
  go: (archive: string, other: string) => void,
): ExplorerControl {
  const form = seek('[data-explorer]', HTMLFormElement);
  const box = seek('[data-explorer-view]', HTMLElement);
  const archives = allArchives(data);
  if (!form || !box) return { show: () => {} };
  const chosen = (name: string) => seek(`select[name="${name}"]`, HTMLSelectElement, form);
  form.hidden = false;
  form.addEventListener('change', () => go(chosen('archive')?.value ?? '', chosen('with')?.value ?? ''));
  box.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'only-differences')
      box.classList.toggle('only-differences', target.checked);
  });
  let current: ArchiveReport | undefined;
  // A details element tells its change to itself only; the capturing listener of a parent hears it too.
  box.addEventListener('toggle', ({ target }) => current && drawRoot(box, current, target), true);
  let shown = '';
  return {
    show(state) {
      const archive = archives.find(({ id }) => id === state.archive) ?? archives[0];
      const other = archives.find(({ id }) => id === state.with);
      const key = JSON.stringify([archive?.id, other?.id]);
      if (!archive || key === shown) return;
      shown = key;
      current = other ? undefined : archive;
      const [first, second] = [chosen('archive'), chosen('with')];
      if (first) first.value = archive.id;
      if (second) second.value = other?.id ?? '';
      box.classList.remove('only-differences');
      box.replaceChildren(toDom(other ? compareView(archive, other) : archiveView(archive)));
    },
  };
}

/** The layer that is open is the top one of the root that is drawn beside it. */
function drawRoot(box: HTMLElement, { images }: ArchiveReport, target: EventTarget | null): void {
  if (!(target instanceof HTMLDetailsElement) || !target.open) return;
  const { image: number, layer } = target.dataset;
  if (number === undefined || layer === undefined) return;
  const image = drawnImages(images)[Number(number)];
  const place = box.querySelector(`[data-root="${Number(number)}"]`);
  if (image && place) place.replaceChildren(toDom(rootTree(image, Number(layer))));
}
