import { escapeControl, shorten } from '../common/escape.ts';
import type { Json } from '../common/json.ts';
import type { Finding } from '../requirements/outcome.ts';
import type { Report } from './report-model.ts';

/** More lines than these stand in the report only. */
const MAX_LINES = 20;

const REQUIREMENT = 'reproduce.same-image';

/** What keeps a build from being reproducible, each thing once, with the builders that it was seen of. For people. */
export function renderReproduction({ subjects }: Report): string {
  const judged = subjects.flatMap(({ id, outcomes }) =>
    outcomes
      .filter((outcome) => outcome.id === REQUIREMENT)
      .map(({ status, findings }) => ({ id, status, findings })),
  );
  const same = judged.filter(({ status }) => status === 'pass').map(({ id }) => id);
  const seen = new Map<string, { readonly example: string; readonly by: string[] }>();
  for (const { id, findings } of judged)
    for (const finding of findings) {
      const what = whatOf(finding);
      const known = seen.get(what) ?? { example: valuesOf(finding), by: [] };
      if (!known.by.includes(id)) known.by.push(id);
      seen.set(what, known);
    }
  const lines = [...seen].map(([what, { example, by }]) => `  ${what}: ${example}\n      ${by.join(', ')}`);
  return [
    ...(same.length > 0 ? [`Two builds give the same image: ${same.join(', ')}`] : []),
    ...(lines.length > 0 ? ['What two builds do not have in common:', ...lines.slice(0, MAX_LINES)] : []),
    ...(lines.length > MAX_LINES ? [`  and ${lines.length - MAX_LINES} more in the report`] : []),
    '',
  ].join('\n');
}

/** `layers[1] srv, time`; the entries of a history are one thing. */
function whatOf({ where, expected }: Finding): string {
  const field = expected.from.split(' in the first build', 1)[0] ?? '';
  const place = [where.layer === undefined ? '' : `layers[${where.layer}]`, where.entry ?? ''];
  const parts = [
    place.filter((part) => part !== '').join(' '),
    field.replace(/^history\[\d+\]/, 'history[]'),
  ];
  return escapeControl(parts.filter((part) => part !== '').join(', '));
}

function valuesOf({ expected, actual }: Finding): string {
  return `${show(expected.value)}, then ${show(actual.value)}`;
}

function show(value: Json): string {
  return escapeControl(shorten(typeof value === 'string' ? value : JSON.stringify(value), 80));
}
