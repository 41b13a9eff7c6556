import type { PageData } from '../data.ts';
import { expandData } from './expand-data.ts';
import { controlExplorer } from './explorer.ts';
import { find } from './find.ts';
import { controlKeys } from './keys.ts';
import { controlMatrix } from './matrix.ts';
import { controlPanel } from './panel.ts';
import { readState, type State, writeState } from './state.ts';

expandData(find('#data', HTMLScriptElement).textContent ?? '').then(control);

/** Makes the page answer: the address is the only state, and everything shown follows from it. */
function control(data: PageData): void {
  const form = find('#matrix form.filters', HTMLFormElement);
  const box = find('.scroll.matrix', HTMLElement);
  let state = readState(location.hash);

  const matrix = controlMatrix(data.report);
  const panel = controlPanel(data.report, () => {
    const { cell: _, ...rest } = state;
    go(rest);
  });
  const explorer = controlExplorer(data, (archive, other) => go({ archive, with: other }));

  function go(next: Partial<State>): void {
    history.pushState(null, '', writeState(next));
    show();
  }

  function show(): void {
    state = readState(location.hash);
    matrix.show(state);
    panel.show(state.cell);
    if (state.archive !== undefined) {
      explorer.show(state);
      if (!state.cell) find('#archives', HTMLElement).scrollIntoView();
    }
    if (form.dataset.own !== 'true') writeForm();
    const filters = [...state.status, state.step, state.engine].filter((filter) => filter !== '');
    if (filters.length > 0 && state.cell === undefined && form.dataset.own !== 'true')
      find('#matrix', HTMLElement).scrollIntoView();
  }

  function readForm(): Partial<State> {
    const words = new FormData(form);
    const text = (name: string) => String(words.get(name) ?? '');
    return {
      search: text('search'),
      level: text('level'),
      step: text('step'),
      engine: text('engine'),
      columns: text('columns'),
      status: words.getAll('status').map(String),
      only: words.getAll('only').map(String),
    };
  }

  function writeForm(): void {
    for (const control of form.elements) {
      if (control instanceof HTMLInputElement && control.type === 'checkbox') {
        control.checked = [...state.status, ...state.only].includes(control.value);
      } else if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) {
        const value = state[control.name as 'search' | 'level' | 'step' | 'engine' | 'columns'];
        if (control.name !== 'columns' || value) control.value = value;
      }
    }
  }

  /** Filters change the address in place: typing in the search leaves no trail in the history. */
  function filter(): void {
    history.replaceState(null, '', writeState(readForm()));
    form.dataset.own = 'true';
    show();
    delete form.dataset.own;
  }

  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => {
    history.replaceState(null, '', '#');
    requestAnimationFrame(show);
  });
  addEventListener('hashchange', show);
  addEventListener('popstate', show);

  document.documentElement.classList.add('js');
  controlKeys(box);
  document.addEventListener('click', async ({ target }) => {
    if (!(target instanceof HTMLButtonElement) || target.dataset.copy === undefined) return;
    await navigator.clipboard.writeText(target.dataset.copy);
    target.textContent = 'Copied';
  });

  explorer.show(state);
  show();
}
