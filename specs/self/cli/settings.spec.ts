import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readBaseline } from '../../../helpers/report/baseline.ts';
import { ReportError } from '../../../helpers/report/read-report.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { type CliResult, cli, startCli } from './cli.ts';

beforeAll(startCli);

/** Breaks requirements of several levels. */
const BROKEN = resolve('fixtures/cases/repotags-string/archive.tar');
const SOUND = resolve('fixtures/archives/docker-28.5.2-containerd-buildkit/hello.tar');

type Files = Readonly<Record<string, string>>;
interface Status {
  readonly id: string;
  readonly level: string;
  readonly status: string;
  readonly reason?: string;
}

/** Runs `check` in a folder that has these files; the result of each requirement comes from a file that it writes. */
async function check(files: Files, ...args: readonly string[]) {
  await using folder = await scratchFolder(files);
  const result = await cli(['check', ...args, '--json', 'out.json'], { cwd: folder.path });
  const text = await readFile(join(folder.path, 'out.json'), 'utf8').catch(() => undefined);
  const statuses: readonly Status[] = text === undefined ? [] : JSON.parse(text).archives[0].results;
  return { ...result, statuses, text };
}

const settings = (value: unknown): Files => ({ 'scratch-conformance.json': JSON.stringify(value) });
const having = (statuses: readonly Status[], status: string) =>
  statuses.filter((each) => each.status === status);

describe('which violations fail', () => {
  let plain: Awaited<ReturnType<typeof check>>;
  let failing: readonly Status[];
  beforeAll(async () => {
    plain = await check({}, BROKEN);
    failing = having(plain.statuses, 'fail');
  });

  test('without options is as the levels say', () => {
    expect(plain.code).toBe(1);
    expect(failing.length).toBeGreaterThan(0);
  });

  test('--skip leaves a requirement out, and says so', async () => {
    const ids = failing.map(({ id }) => id).join(',');
    const { code, statuses } = await check({}, BROKEN, '--skip', ids);
    expect(code).toBe(0);
    for (const { id } of failing)
      expect(statuses.find((each) => each.id === id)).toMatchObject({
        status: 'not-applicable',
        reason: 'Skipped: --skip or the settings name it.',
      });
  });

  test('--skip of all that was asked for judges nothing', async () => {
    const { code, statuses } = await check({}, BROKEN, '--only', 'tar.complete', '--skip', 'tar.complete');
    expect(statuses.map(({ status }) => status)).toEqual(['not-applicable']);
    expect(code).toBe(2);
  });

  test('--fail-on takes a heavier level, or a lighter one', async () => {
    const must = await check({}, BROKEN, '--fail-on', 'must');
    expect(having(must.statuses, 'fail').every(({ level }) => level === 'must')).toBe(true);
    expect(having(must.statuses, 'warn').length).toBeGreaterThan(having(plain.statuses, 'warn').length - 1);
    const practice = await check({}, SOUND, '--fail-on', 'practice');
    const sound = await check({}, SOUND);
    expect(sound.code).toBe(0);
    expect(having(practice.statuses, 'warn')).toEqual([]);
    expect(practice.code).toBe(having(sound.statuses, 'warn').length > 0 ? 1 : 0);
  });

  test('--baseline lets old violations be, and no other', async () => {
    const known = await check({ 'old.json': plain.text ?? '' }, BROKEN, '--baseline', 'old.json');
    expect(known.code).toBe(0);
    expect(having(known.statuses, 'known').map(({ id }) => id)).toEqual(
      expect.arrayContaining(failing.map(({ id }) => id)),
    );
    const clean = await check({}, SOUND);
    const fresh = await check({ 'old.json': clean.text ?? '' }, BROKEN, '--baseline', 'old.json');
    expect(fresh.code).toBe(1);
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', '{', /is no JSON/],
    ['another JSON', '{"a":1}', /is no report of version 1/],
    ['a damaged JSON of check', '{"version":1,"archives":[{}]}', /is no JSON of check/],
  ])('a baseline that is %s is refused', async (_, text, said) => {
    await using folder = await scratchFolder({ 'old.json': text });
    const reading = readBaseline(join(folder.path, 'old.json'));
    await expect(reading).rejects.toThrow(said);
    await expect(reading).rejects.toBeInstanceOf(ReportError);
  });

  test.each([
    [['--fail-on', 'all'], /No level is called "all"; there are must, consumer, should, practice/],
    [['--skip', 'tar.compelte'], /No requirement is called "tar\.compelte"\. Did you mean tar\.complete/],
    [['--baseline', 'no.json'], /no\.json cannot be read/],
  ])('%j is refused in one sentence', async (args, said) => {
    const { code, stderr, stdout } = await check({}, BROKEN, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  describe('a waiver', () => {
    const waive = (until: string, more: object = {}) =>
      settings({
        waivers: failing.map(({ id }) => ({
          id,
          reason: 'We repair it in the next release.',
          until,
          ...more,
        })),
      });

    test('lets a violation be, with its reason and its day', async () => {
      const { code, statuses } = await check(waive('2999-01-31'), BROKEN);
      expect(code).toBe(0);
      for (const { id } of failing)
        expect(statuses.find((each) => each.id === id)).toMatchObject({
          status: 'known',
          reason: 'Waived by scratch-conformance.json until 2999-01-31: We repair it in the next release.',
        });
    });

    test('that is over waives nothing, and says so in one sentence', async () => {
      const { code, statuses, stderr } = await check(waive('2026-01-31'), BROKEN);
      expect(code).toBe(1);
      const [{ id = '' } = {}] = failing;
      const sentence = `scratch-conformance.json waived ${id} until 2026-01-31; renew the waiver with its reason, or remove it.`;
      expect(stderr).toContain(sentence);
      expect(statuses.find((each) => each.id === id)?.reason).toBe(sentence);
    });

    test('is for the place that it names', async () => {
      expect((await check(waive('2999-01-31', { on: BROKEN }), BROKEN)).code).toBe(0);
      expect((await check(waive('2999-01-31', { on: 'other.tar' }), BROKEN)).code).toBe(1);
    });

    test('that nothing needs is told', async () => {
      const { code, stderr } = await check(
        settings({ waivers: [{ id: 'tar.complete', reason: 'We cut it ourselves.', until: '2999-01-31' }] }),
        SOUND,
      );
      expect(code).toBe(0);
      expect(stderr).toContain(
        'scratch-conformance.json waives tar.complete, which is not violated; remove it.',
      );
    });
  });
});

describe('the settings of a folder', () => {
  test('say what options say; the command line wins, then the section of the command', async () => {
    const only =
      (value: unknown) =>
      async (...args: readonly string[]) =>
        (await check(settings(value), SOUND, ...args)).statuses.map(({ id }) => id);
    const value = { only: ['tar.complete'], check: { only: ['tar.checksum'] }, quiet: true };
    expect(await only({ only: ['tar.complete'] })()).toEqual(['tar.complete']);
    expect(await only(value)()).toEqual(['tar.checksum']);
    expect(await only(value)('--only', 'tar.numbers')).toEqual(['tar.numbers']);
  });

  test('hold an option that means another thing elsewhere in the section of its command', () => {
    const schema = JSON.parse(readFileSync('helpers/cli/options/config.schema.json', 'utf8')).properties;
    for (const name of ['engine', 'baseline']) expect(schema).not.toHaveProperty(name);
    expect(schema.conformance.properties.engine).toMatchObject({ type: 'string' });
    expect(schema.matrix.properties.engine).toMatchObject({ type: 'array' });
    expect(schema.gate.properties.baseline).toMatchObject({ type: 'string' });
    expect(schema.format.enum).toEqual(
      expect.arrayContaining(['text', 'junit', 'gitlab', 'json', 'markdown']),
    );
  });

  test('can stand in package.json, or in a file that is named', async () => {
    const value = { only: ['tar.complete'] };
    const inPackage = { 'package.json': JSON.stringify({ name: 'x', 'scratch-conformance': value }) };
    expect((await check(inPackage, SOUND)).statuses).toHaveLength(1);
    const named = { 'other.json': JSON.stringify(value) };
    expect((await check(named, SOUND, '--config', 'other.json')).statuses).toHaveLength(1);
    expect((await check(named, SOUND)).statuses.length).toBeGreaterThan(1);
  });

  test('of no concern are a package.json without them, and one that is no JSON', async () => {
    for (const text of ['{"name":"x"}', '{', '{"dependencies":{"scratch-conformance":"1.0.0"}}'])
      expect((await check({ 'package.json': text }, SOUND)).code).toBe(0);
  });

  test.each<[string, Files, RegExp]>([
    [
      'no JSON',
      { 'scratch-conformance.json': '{\n  "quiet": tru\n}' },
      /scratch-conformance\.json is no JSON: line 2, column 12: expected .* here\./,
    ],
    ['a list', settings([]), /the top level is \[\], but must be of type object/],
    [
      'an unknown field',
      settings({ quite: true }),
      /unknown field "quite" at the top level; known fields are .*quiet/,
    ],
    [
      'another type',
      settings({ check: { only: 'tar.complete' } }),
      /\/check\/only is "tar\.complete", but must be of type array/,
    ],
    [
      'another word',
      settings({ 'fail-on': 'everything' }),
      /\/fail-on is "everything", but must be one of must, consumer, should, practice/,
    ],
    [
      'a waiver without a day',
      settings({ waivers: [{ id: 'a.b', reason: 'We know it.' }] }),
      /the field "until" is missing at \/waivers\/0/,
    ],
    [
      'a waiver without a reason',
      settings({ waivers: [{ id: 'a.b', until: '2027-01-31' }] }),
      /the field "reason" is missing at \/waivers\/0/,
    ],
    [
      'a day that is none',
      settings({ waivers: [{ id: 'a.b', reason: 'We know it well.', until: '2027-13-41' }] }),
      /\/waivers\/0\/until is no day: "2027-13-41"/,
    ],
    [
      'a waiver for what nothing is called',
      settings({ waivers: [{ id: 'tar.compelte', reason: 'We know it well.', until: '2027-01-31' }] }),
      /\/waivers\/0\/id: nothing is called "tar\.compelte"\. Did you mean tar\.complete/,
    ],
    [
      'a name that no requirement has',
      settings({ only: ['tar.compelte'], quiet: true }),
      /No requirement is called "tar\.compelte".* \(scratch-conformance\.json sets only, quiet\.\)/,
    ],
    [
      'a mistake in package.json',
      { 'package.json': '{"scratch-conformance":{"jobs":"two"}}' },
      /package\.json, scratch-conformance: \/jobs is "two", but must be of type number/,
    ],
  ])('%s is refused in one sentence with the place', async (_, files, said) => {
    const { code, stderr, stdout } = await check(files, SOUND);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a file that is named and missing is refused', async () => {
    const { code, stderr } = await check({}, SOUND, '--config', 'no.json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^The settings no\.json cannot be read \(ENOENT\)/);
  });
});

describe('several outputs in one run', () => {
  const NAMES = ['html', 'markdown', 'junit', 'sarif', 'gitlab', 'json'];
  const flags = NAMES.flatMap((name) => [`--${name}`, `out.${name}`]);

  async function outputsOf(
    ...args: readonly string[]
  ): Promise<CliResult & { readonly texts: readonly string[] }> {
    await using folder = await scratchFolder({});
    const result = await cli([...args, ...flags], { cwd: folder.path });
    const texts = await Promise.all(NAMES.map((name) => readFile(join(folder.path, `out.${name}`), 'utf8')));
    return { ...result, texts };
  }

  test('of check are the same as each alone, beside the text', async () => {
    const { code, stdout, texts } = await outputsOf('check', BROKEN);
    expect(code).toBe(1);
    expect(stdout).toContain('Does not conform');
    expect(texts[0]).toMatch(/^<!doctype html>/i);
    expect(texts[1]).toMatch(/^<!-- scratch-conformance -->\n## ✗/);
    expect(texts[2]).toMatch(/^<\?xml /);
    expect(JSON.parse(texts[3] ?? '')).toMatchObject({ version: '2.1.0' });
    expect(JSON.parse(texts[4] ?? '').length).toBeGreaterThan(0);
    expect(JSON.parse(texts[5] ?? '')).toMatchObject({ version: 1, verdict: 'does-not-conform' });
  });

  test('of report are the same formats, and a policy counts in all of them', async () => {
    const stored = resolve('fixtures/golden/upgrade.json');
    const { code, texts } = await outputsOf(
      'report',
      stored,
      '--skip',
      'manifest.layers-not-empty',
      '--exit-code',
    );
    expect(code).toBe(0);
    expect(texts[3]).not.toContain('"ruleId": "manifest.layers-not-empty"');
    expect(JSON.parse(texts[5] ?? '').kind).toBe('matrix');
  });

  test('of gate are a page, a comment and JSON', async () => {
    await using folder = await scratchFolder({});
    const stored = resolve('fixtures/golden/upgrade.json');
    const args = [
      '--html',
      'a.html',
      '--markdown',
      'a.md',
      '--json',
      'a.json',
      '--skip',
      'observation.layout',
    ];
    const { code } = await cli(
      ['gate', '--baseline', `${stored}#docker-20`, '--candidate', `${stored}#docker-28-containerd`, ...args],
      { cwd: folder.path },
    );
    expect(code).toBe(0);
    const gate = JSON.parse(await readFile(join(folder.path, 'a.json'), 'utf8'));
    expect(gate.changed.find(({ id }: { id: string }) => id === 'observation.layout').allowed.by).toBe(
      '--allow',
    );
    expect(await readFile(join(folder.path, 'a.md'), 'utf8')).toContain('allowed: `observation.layout`');
    expect(await readFile(join(folder.path, 'a.html'), 'utf8')).toContain('observation.layout');
  });

  test.each([
    [['--junit', 'a', '--sarif', './a'], /^--junit and --sarif name one file, \.\/a; name two\./],
    [['--junit', 'no/such/a'], /the folder .*no\/such does not exist/],
    [['--sarif', BROKEN], /is the same file as .*, which is read; write elsewhere/],
  ])('%j is refused before anything is judged', async (args, said) => {
    await using folder = await scratchFolder({});
    const { code, stdout, stderr } = await cli(['check', BROKEN, ...args], { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });
});
