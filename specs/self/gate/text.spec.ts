import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../helpers/common/json.ts';
import { describeChange } from '../../../helpers/gate/describe.ts';
import { compare } from '../../../helpers/gate/gate.ts';
import { renderGateJUnit } from '../../../helpers/gate/gate-junit.ts';
import { renderGateMarkdown } from '../../../helpers/gate/markdown.ts';
import { narrowReport } from '../../../helpers/gate/narrow.ts';
import { renderGateText } from '../../../helpers/gate/text.ts';
import type { GateItem, GateReport, GateWeight } from '../../../helpers/report/gate-model.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { junitErrors } from '../report/junit-schema.ts';

const stored: Report = JSON.parse(readFileSync('fixtures/golden/upgrade.json', 'utf8'));
const gate = compare(sideOf('docker-20'), sideOf('docker-28-containerd'), {
  today: '2026-11-25',
  command: 'npm run gate',
});
const text = renderGateText(gate, { color: false });
const lines = text.trimEnd().split('\n');

function sideOf(engine: string) {
  const report = narrowReport(stored, engine);
  if (report === undefined) throw new Error(`${engine} is not in the fixture`);
  return { name: engine, report };
}

function gateWith(part: Partial<GateReport>): GateReport {
  return { ...gate, broken: [], changed: [], fixed: [], notJudged: [], notes: [], ...part };
}

const item = (id: string, more: Partial<GateItem> = {}): GateItem => ({
  id,
  title: `Title of ${id}`,
  subject: 's',
  before: 'a',
  after: 'b',
  consequence: 'Somebody breaks.',
  advice: 'Look.',
  ...more,
});

describe('from Docker 20.10 to Docker 28 with containerd', () => {
  test('the gate prints what it printed', async () => {
    await expect(text).toMatchFileSnapshot('../../../fixtures/golden/upgrade.txt');
  });

  test('the verdict stands first and last', () => {
    expect(lines[0]).toBe(`✓ ${gate.summary}`);
    expect(lines.at(-1)).toBe(lines[0]);
  });

  test('the first change is the documented loop that stops working', () => {
    const [id] = /\w+\.[\w-]+/.exec(text.slice(text.indexOf('\n'))) ?? [];
    expect(id).toBe('flow.lines-as-written');
    expect(lines.slice(0, 6).join('\n')).toMatch(/for f in \*\/layer\.tar;.*works → no longer works/);
  });

  test('what holds on every saved archive is told once, as such', () => {
    const layout = gate.changed.find(({ id }) => id === 'observation.layout');
    expect(layout?.where).toBe('every saved archive');
    expect(lines).toContain('  on every saved archive (10)');
    expect(lines).toContain('  on every saved archive but those of buildkit-api (8)');
  });

  test('weights come in order, and only what is cosmetic is folded', () => {
    const titles = lines.filter((line) => line.startsWith('Changed, ')).map((line) => line.split(' (')[0]);
    expect(titles).toEqual(['Changed, scripts or tools break', 'Changed, bytes differ', 'Changed, cosmetic']);
    for (const { id, weight, title } of gate.changed)
      expect(text.includes(`${id}  ${title}`), id).toBe(weight !== 'cosmetic');
    for (const { id } of gate.changed) expect(text).toContain(id);
  });

  test('the comment shows what breaks scripts before the folded rest', () => {
    const comment = renderGateMarkdown(gate);
    const open = comment.indexOf('### Changed, scripts or tools break');
    expect(open).toBeGreaterThan(0);
    expect(comment.indexOf('<details><summary>Changed, bytes differ')).toBeGreaterThan(open);
    expect(comment.match(/<details>/g)?.length).toBe(comment.match(/<\/details>/g)?.length);
  });
});

test.each<[string, Json, Json, string]>([
  ['two values', 'a', 'b', 'a → b'],
  ['a list', ['a', 'b'], ['b', 'c'], '-a +c'],
  ['a list in another order', ['a', 'b'], ['b', 'a'], '["a","b"] → ["b","a"]'],
  ['a table of which entries went and came', { a: 1 }, { b: 2 }, '-a (1); +b (2)'],
  ['a table with an entry that differs', { a: 1, b: 1 }, { a: 2, c: 1, d: 1 }, 'a: 1 → 2; 1 gone; 2 new'],
])('the change of %s is told on one line', (_, before, after, told) => {
  expect(describeChange(item('x', { before, after }))).toBe(told);
});

describe('what is allowed', () => {
  const allowed = { by: 'gate.json', reason: 'Nobody reads it.' };

  test.each(['broken', 'changed'] as const)('is marked among what is %s, and its reason is given', (list) => {
    const printed = renderGateText(gateWith({ [list]: [item('a.b', { allowed }), item('c.d')] }), {
      color: false,
    });
    expect(printed).toMatch(/◆ allowed: a\.b .*\n.*Allowed by gate\.json: Nobody reads it\./);
    expect(printed).not.toMatch(/allowed: c\.d/);
  });

  test('stands behind what is not', () => {
    const first = gate.changed
      .filter(({ weight }) => weight === 'scripts')
      .map((each) => each.allowed !== undefined);
    expect(first).toEqual([...first].sort());
    expect(first.at(-1)).toBe(true);
  });
});

test('a long comment leaves out the lightest, counts it, and closes what it opened', () => {
  const many = (weight: GateWeight) =>
    Array.from({ length: 300 }, (_, n) => item(`${weight}.n${n}`, { weight, consequence: 'x'.repeat(150) }));
  const comment = renderGateMarkdown(
    gateWith({ broken: [item('a.b')], changed: [...many('scripts'), ...many('cosmetic')] }),
  );
  expect(comment.length).toBeLessThan(65_536);
  expect(comment).toContain('a.b');
  expect(comment).toContain('scripts.n0');
  expect(comment).not.toContain('cosmetic.n299');
  expect(comment).toMatch(/\d+ more lines do not fit; see the full report\.\n$/);
  expect(comment.match(/<details>/g)?.length).toBe(comment.match(/<\/details>/g)?.length);
});

describe('as JUnit', () => {
  const allowed = { by: 'gate.json', reason: 'Nobody reads it.' };
  const mixed = gateWith({
    broken: [item('a.b'), item('a.c', { allowed })],
    changed: [item('c.d', { weight: 'bytes', after: '\u001b<&' })],
    fixed: [item('e.f')],
    notJudged: ['docker-28 was not available on B: Gone.'],
  });

  test.each([
    ['the upgrade', gate],
    ['what breaks and cannot be judged', mixed],
  ])('%s is valid by the schema of Jenkins', async (_, value) => {
    expect(await junitErrors(renderGateJUnit(value, { strict: true }))).toEqual([]);
  });

  test('only what stops the upgrade fails', () => {
    const totals = (xml: string) =>
      /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(xml)?.slice(1);
    expect(totals(renderGateJUnit(mixed, { strict: false }))).toEqual(['5', '1', '1']);
    expect(totals(renderGateJUnit(mixed, { strict: true }))).toEqual(['5', '2', '1']);
    expect(renderGateJUnit(mixed, { strict: false })).toContain('Allowed by gate.json: Nobody reads it.');
  });
});
