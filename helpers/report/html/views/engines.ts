import type { EngineStack } from '../../../engines/engine-model.ts';
import { formatDuration } from '../../duration.ts';
import type { EngineReport, Report } from '../../report-model.ts';
import { leftIn } from '../../summary.ts';
import { type Element, h } from '../element.ts';
import { section } from './parts.ts';

const PARTS: readonly (readonly [keyof EngineStack, string])[] = [
  ['version', 'Version'],
  ['store', 'Image store'],
  ['storage', 'Storage'],
  ['client', 'Client'],
  ['buildx', 'buildx'],
  ['driver', 'buildx driver'],
  ['buildkit', 'BuildKit'],
  ['frontend', 'Dockerfile frontend'],
  ['buildah', 'buildah'],
  ['api', 'API'],
  ['runtime', 'Runtime'],
  ['kernel', 'Kernel'],
  ['platform', 'Platform'],
  ['cgroup', 'cgroup'],
  ['compiler', 'Compiler'],
];

/** Up to so many engines stand side by side, part below part: no screen is too narrow for that. */
const MAX_BESIDE = 3;

/** Every engine with the whole stack that produced its results. */
export function engines(report: Report): Element | undefined {
  if (report.engines.length === 0) return undefined;
  const used = PARTS.filter(([part]) => report.engines.some(({ stack }) => stack[part] !== undefined));
  return section(
    'engines',
    'Engines',
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Engines and their versions' },
      report.engines.length <= MAX_BESIDE
        ? engineColumns(report.engines, used)
        : engineRows(report.engines, used),
    ),
    ...leftIn(report).map((line) => h('p', {}, line)),
  );
}

function engineColumns(all: readonly EngineReport[], used: typeof PARTS): Element {
  const line = (word: string, tell: (engine: EngineReport) => string) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, word),
      all.map((engine) => h('td', {}, tell(engine))),
    );
  const unavailable = all.some(({ available }) => !available);
  return h(
    'table',
    { class: 'plain parts' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('td', {}),
        all.map(({ name }) => h('th', { scope: 'col' }, name)),
      ),
    ),
    h(
      'tbody',
      {},
      line('Engine', ({ stack }) => stack.engine),
      unavailable &&
        line('Unavailable', ({ available, reason }) => (available ? '' : (reason ?? 'no reason was given'))),
      used.map(([part, word]) => line(word, ({ stack }) => stack[part] ?? '')),
      line('From', fromOf),
    ),
  );
}

function engineRows(all: readonly EngineReport[], used: typeof PARTS): Element {
  return h(
    'table',
    { class: 'plain' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ['Name', 'Engine', ...used.map(([, word]) => word), 'From'].map((word) =>
          h('th', { scope: 'col' }, word),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      all.map((engine) => row(engine, used)),
    ),
  );
}

function fromOf({ origin, startMs }: EngineReport): string {
  return startMs === undefined ? origin : `${origin}, started in ${formatDuration(startMs)}`;
}

function row(engine: EngineReport, used: typeof PARTS): Element {
  const { name, available, reason, stack } = engine;
  const head = h('th', { scope: 'row' }, name);
  if (!available) {
    return h(
      'tr',
      { class: 'unavailable' },
      head,
      h('td', { colspan: used.length + 2 }, `Unavailable: ${reason ?? 'no reason was given'}`),
    );
  }
  return h(
    'tr',
    {},
    head,
    [stack.engine, ...used.map(([part]) => stack[part] ?? ''), fromOf(engine)].map((text) =>
      h('td', {}, text),
    ),
  );
}
