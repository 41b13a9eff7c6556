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
];

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
      h(
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
          report.engines.map((engine) => row(engine, used)),
        ),
      ),
    ),
    ...leftIn(report).map((line) => h('p', {}, line)),
  );
}

function row({ name, available, reason, origin, stack, startMs }: EngineReport, used: typeof PARTS): Element {
  const head = h('th', { scope: 'row' }, name);
  if (!available) {
    return h(
      'tr',
      { class: 'unavailable' },
      head,
      h('td', { colspan: used.length + 2 }, `Unavailable: ${reason ?? 'no reason was given'}`),
    );
  }
  const from = startMs === undefined ? origin : `${origin}, started in ${formatDuration(startMs)}`;
  return h(
    'tr',
    {},
    head,
    [stack.engine, ...used.map(([part]) => stack[part] ?? ''), from].map((text) => h('td', {}, text)),
  );
}
