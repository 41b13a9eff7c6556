import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chooseMeasured } from '../../../helpers/cli/consumer-outcomes.ts';
import { run } from '../../../helpers/cli/explain.ts';
import { allRequirements } from '../../../helpers/cli/known-requirements.ts';
import { allTopics } from '../../../helpers/cli/known-topics.ts';
import { compare } from '../../../helpers/gate/gate.ts';
import { renderGateMarkdown } from '../../../helpers/gate/markdown.ts';
import { narrowReport } from '../../../helpers/gate/narrow.ts';
import { renderGateText } from '../../../helpers/gate/text.ts';
import { renderCheckText } from '../../../helpers/report/check-text.ts';
import { renderFlowTable } from '../../../helpers/report/flow-table.ts';
import { renderMarkdown } from '../../../helpers/report/markdown.ts';
import { renderMatrixTable } from '../../../helpers/report/matrix-table.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { RECORDED, recordedReport } from '../report/recorded.ts';

const requirements = await allRequirements();
const topics = await allTopics();
const explained = new Set(
  [...requirements, ...topics].flatMap(({ id, aliases = [] }) =>
    [id, ...aliases].map((name) => name.toLowerCase()),
  ),
);
const read = (path: string): Report => JSON.parse(readFileSync(path, 'utf8'));
const conformance = read('fixtures/docs/conformance.json');
const matrix = read('fixtures/golden/upgrade.json');
const check = await recordedReport([
  ...Object.values(RECORDED),
  'fixtures/cases/repotags-string/archive.tar',
]);
const gate = gateOf(matrix, 'docker-20', 'docker-28-containerd');
const back = gateOf(matrix, 'docker-28-containerd', 'docker-20');

function gateOf(report: Report, before: string, after: string) {
  const side = (name: string) => ({ name, report: narrowReport(report, name) ?? report });
  return compare(side(before), side(after), { today: '2026-11-25', command: '' });
}

const TEXTS: Readonly<Record<string, string>> = {
  'the table of a run': renderFlowTable(conformance),
  'the summary of a run': renderMarkdown(conformance),
  'the table of a matrix': renderMatrixTable(matrix),
  'the summary of a matrix': renderMarkdown(matrix),
  'the text of check': renderCheckText(check, { color: false, quiet: false }),
  'the text of a gate': renderGateText(gate, { color: false }),
  'the text of a downgrade': renderGateText(back, { color: false }),
  'the comment of a gate': renderGateMarkdown(gate),
};

/** Words that are built as ids are: a first part that some id has, a dot, and a name that is no ending of a file. */
function idsIn(text: string): readonly string[] {
  const families = [...new Set([...explained].flatMap((id) => id.split('.').slice(0, -1)))].join('|');
  const pattern = new RegExp(
    `(?<![\\w./-])(?:${families})\\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?![\\w/-]|\\.\\w)`,
    'g',
  );
  return [...new Set([...text.matchAll(pattern)].map(([id]) => id))].filter(
    (id) => !/\.(json|tar|txt|md|html|digest|go)$/.test(id),
  );
}

test.each(Object.keys(TEXTS))('every id in %s can be explained', (name) => {
  const ids = idsIn(TEXTS[name] ?? '');
  expect(ids.length).toBeGreaterThan(0);
  expect(ids.filter((id) => !explained.has(id))).toEqual([]);
});

test.each([
  ['a run', conformance],
  ['a matrix', matrix],
  ['a check', check],
] as const)('every id in the JSON of %s can be explained', (_, report) => {
  const outcomes = report.subjects.flatMap((subject) => subject.outcomes);
  const ids = [
    ...outcomes.flatMap(({ id, deviation, findings }) => [
      id,
      deviation,
      ...findings.map((each) => each.deviation),
    ]),
    ...report.observations.map(({ id }) => id),
  ].filter((id) => id !== undefined);
  expect(ids.length).toBeGreaterThan(0);
  expect([...new Set(ids)].filter((id) => !explained.has(id))).toEqual([]);
});

test('every consumer can be explained, by its name and by the id of its outcome', async () => {
  const names = await chooseMeasured(['all']);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names)
    expect([...explained]).toEqual(expect.arrayContaining([name, `consumer.${name}`]));
});

test('every topic says what it is in sentences', () => {
  for (const { id, title, lines } of topics) {
    expect(title, id).toMatch(/\S/);
    expect(lines.length, id).toBeGreaterThan(1);
    for (const [, text] of lines) expect(text, id).toMatch(/^\S.*[^\s,;]$/s);
  }
});

test('one that nothing knows is refused', async () => {
  await expect(run(['observation.no-such'])).rejects.toThrow(/^Nothing is called "observation\.no-such"/);
});

test('the former word of an observation is understood', () => {
  expect(explained).toContain('fact.layout');
});
