import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { run } from '../../../helpers/cli/gate.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { reportOf } from './samples.ts';

const HOSTILE = '<img src=x onerror=alert(1)>\u001b[31m|`';
let folder = '';
let printed = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function store(name: string, report: Report): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(report));
  return path;
}

async function gate(before: Report, after: Report, ...options: string[]): Promise<number> {
  const [a, b] = [await store('a.json', before), await store('b.json', after)];
  return run(['--baseline', a, '--candidate', b, '--output', folder, ...options]);
}

const breaking = { subjects: { s: { 'a.claim': 'fail' as const } } };
const holding = { subjects: { s: { 'a.claim': 'pass' as const } } };

describe('the exit code', () => {
  test('is 0 for go', async () => {
    expect(await gate(reportOf(holding), reportOf(holding))).toBe(0);
    expect(printed).toMatch(/Go from .*no requirement breaks/);
  });

  test('is 1 for no-go', async () => {
    expect(await gate(reportOf(holding), reportOf(breaking))).toBe(1);
    expect(printed).toMatch(/Broken \(1\)\n {2}on s\n {4}✗ a\.claim/);
    expect(printed).toMatch(/No-go from .* 1 is not allowed\.\n$/);
  });

  test('is 2 for what could not be judged', async () => {
    const error = { subjects: { s: { 'a.claim': 'error' as const } } };
    expect(await gate(reportOf(holding), reportOf(error))).toBe(2);
  });

  test('is 2 where the sides are about two images', async () => {
    const given = { ...reportOf(holding), context: 'app' };
    await expect(gate(reportOf(holding), given)).rejects.toThrow(
      /a\.json.* is about the documented image, .*b\.json.* is about the image of the context .*app.*: a gate compares one image/,
    );
    expect(await gate(given, given)).toBe(0);
  });

  test('is 0 once the violation is allowed, on the line or in a file', async () => {
    expect(await gate(reportOf(holding), reportOf(breaking), '--allow', 'x,a.claim')).toBe(0);
    const file = join(folder, 'allowed.json');
    await writeFile(file, JSON.stringify({ allow: [{ id: 'a.claim', reason: 'Nobody reads it.' }] }));
    expect(await gate(reportOf(holding), reportOf(breaking), '--allow-file', file)).toBe(0);
    expect(printed).toContain('Nobody reads it.');
  });
});

describe('the output', () => {
  test('is the same verdict in a file, as JSON and as a page', async () => {
    await gate(reportOf(holding), reportOf(breaking), '--format', 'json');
    const onScreen = JSON.parse(printed);
    expect(JSON.parse(await readFile(join(folder, 'gate.json'), 'utf8'))).toEqual(onScreen);
    expect(onScreen).toMatchObject({ version: 1, kind: 'gate', verdict: 'no-go' });
    expect(onScreen.command).toMatch(/^npm run gate -- --baseline .*a\.json --candidate .*b\.json/);
    expect(await readFile(join(folder, 'index.html'), 'utf8')).toContain('a.claim');
  });

  test('shows hostile values as text', async () => {
    const hostile = { ...holding, observations: { 'observation.members': [HOSTILE] } };
    for (const format of ['text', 'markdown']) {
      printed = '';
      await gate(
        reportOf({ ...holding, observations: { 'observation.members': [] } }),
        reportOf(hostile),
        '--format',
        format,
      );
      expect(printed).toContain('img src=x');
      expect(printed).not.toContain('\u001b');
    }
    // In Markdown the value stands in a code span, and its border of a table cell is escaped.
    expect(printed).toMatch(/`` \+"<img src=x onerror=alert\(1\)>\\u001b\[31m\\\|`" ``/);
    expect(await readFile(join(folder, 'index.html'), 'utf8')).not.toContain('<img');
  });

  test('of a big matrix says that everything holds', async () => {
    const subjects = Object.fromEntries(
      Array.from({ length: 20 * 12 }, (_, n) => [
        `b${n}/s`,
        Object.fromEntries(Array.from({ length: 100 }, (_, id) => [`claim.c${id}`, 'pass' as const])),
      ]),
    );
    expect(await gate(reportOf({ subjects }), reportOf({ subjects }))).toBe(0);
  });
});

describe('bad input ends in one sentence', () => {
  const code = (...args: string[]) => run([...args, '--output', folder]);

  test.each<[string, string[], RegExp]>([
    ['no sides', [], /^Give a --baseline and a --candidate/],
    ['two baselines', ['--baseline', 'a', '--baseline-file', 'b', '--candidate', 'c'], /not both/],
    ['an unknown option', ['--baselin', 'a'], /--baselin/],
    [
      'an unknown format',
      ['--baseline', 'a', '--candidate', 'b', '--format', 'yaml'],
      /there are text, json/,
    ],
    [
      'no such file',
      ['--baseline', '/no/such.json', '--candidate', 'b'],
      /such\.json cannot be read \(ENOENT\)/,
    ],
    [
      'no such engine',
      ['--baseline', 'nerdctl-2', '--candidate', 'docker-28'],
      /No engine is called "nerdctl-2"; there are /,
    ],
  ])('%s', async (_, args, expected) => {
    await expect(code(...args)).rejects.toThrow(expected);
  });

  test.each([
    ['{', /is no JSON/],
    ['{"kind":"sbom"}', /is no report of version 1/],
    [JSON.stringify({ ...reportOf(), version: 2 }), /is no report of version 1: .*version/],
  ])('a stored report that reads %.20s', async (text, expected) => {
    const file = join(folder, 'stored.json');
    await writeFile(file, text);
    await expect(code('--baseline-file', file, '--candidate', file)).rejects.toThrow(expected);
  });

  test('an engine that a stored report does not have', async () => {
    const file = await store('a.json', reportOf());
    await expect(code('--baseline', `${file}#docker-99`, '--candidate', file)).rejects.toThrow(
      /nothing about an engine docker-99; its engines are docker-28/,
    );
  });
});

test('one engine of a stored matrix can be compared with another', async () => {
  const [a, b] = [reportOf({ engine: 'docker-28' }), reportOf({ engine: 'docker-29' })];
  const file = await store('matrix.json', {
    ...a,
    engines: [...a.engines, ...b.engines],
    subjects: [...a.subjects, ...b.subjects],
  });
  const args = ['--baseline', `${file}#docker-28`, '--candidate', `${file}#docker-29`, '--output', folder];
  expect(await run(args)).toBe(0);
  expect(printed).toMatch(/Go from docker-28 to docker-29/);
});

test('engines that the last matrix has are taken from there by their short names, and none is started', async () => {
  const [a, b] = [
    reportOf({ engine: 'docker-20', ...holding }),
    reportOf({ engine: 'docker-28', ...breaking }),
  ];
  const both = { ...a, engines: [...a.engines, ...b.engines], subjects: [...a.subjects, ...b.subjects] };
  await store('matrix.json', both);
  const unavailable = { 'docker-20': 'the test starts none.', 'docker-28': 'the test starts none.' };
  const runMatrix = vi.fn(async () => reportOf({ subjects: {}, unavailable }));
  vi.doMock('../../../helpers/runner/matrix/run.ts', () => ({ runMatrix }));
  onTestFinished(() => void vi.doUnmock('../../../helpers/runner/matrix/run.ts'));
  const args = ['--baseline', 'docker-20.10', '--candidate', 'docker-28', '--output', folder, '--quiet'];
  expect(await run(args)).toBe(1);
  expect(printed).toMatch(/No-go from docker-20 to docker-28/);
  expect(runMatrix).not.toHaveBeenCalled();
  await expect(run([...args, '--fresh'])).rejects.toThrow(
    /docker-20 could not be judged: the test starts none\. A gate needs both sides/,
  );
  expect(runMatrix).toHaveBeenCalledOnce();
});
