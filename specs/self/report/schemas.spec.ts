import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import gateSchema from '../../../helpers/report/gate.schema.json' with { type: 'json' };
import { readReport, reportProblem } from '../../../helpers/report/read-report.ts';
import { renderSarif } from '../../../helpers/report/sarif.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { exampleGate, exampleReport } from './example.ts';
import { hostileReport } from './hostile.ts';

const report = exampleReport({ engines: 4, requirements: 40, variants: 2 });

describe('the schema of the report', () => {
  it('accepts what a run writes', () => {
    expect(reportProblem(JSON.parse(JSON.stringify(report)))).toBeUndefined();
    expect(reportProblem(JSON.parse(JSON.stringify(hostileReport())))).toBeUndefined();
  });

  it.each([
    ['another version', { ...report, version: 2 }, '/version must be equal to constant'],
    [
      'an unknown verdict',
      { ...report, verdict: 'fine' },
      '/verdict must be equal to one of the allowed values',
    ],
    ['no subjects', { ...report, subjects: undefined }, "must have required property 'subjects'"],
    [
      'an unknown status',
      { ...report, subjects: [{ id: 'a', outcomes: [{ id: 'b', status: 'ok', findings: [] }] }] },
      '/subjects/0/outcomes/0/status',
    ],
    ['no object', [], 'must be object'],
  ])('refuses %s', (_, value, problem) => {
    expect(reportProblem(JSON.parse(JSON.stringify(value)))).toContain(problem);
  });
});

test('a report with the former names of levels is read with those of today', async () => {
  const former: Readonly<Record<string, string>> = {
    consumer: 'convention',
    practice: 'profile',
    expectation: 'promise',
  };
  const requirements = report.requirements.map((one) => ({ ...one, level: former[one.level] ?? one.level }));
  await using folder = await scratchFolder({
    'conformance.json': JSON.stringify({ ...report, requirements }),
  });
  const file = join(folder.path, 'conformance.json');
  const levels = (await readReport(file)).requirements.map(({ level }) => level);
  expect(new Set(levels)).toEqual(new Set(['must', 'should', 'consumer', 'practice', 'expectation']));
  expect(levels).toEqual(report.requirements.map(({ level }) => level));
});

test('a report with the former word for observations, fact, is read with that of today', async () => {
  const { observations: _, ...rest } = report;
  const [layout, driver] = [
    { subject: 'docker-26/buildx/docker-save', value: 'docker-with-oci' },
    { id: 'flow.builder-driver', subject: 'docker-26/builders', value: 'docker' },
  ];
  const stored = { ...rest, facts: [{ ...layout, id: 'fact.layout' }, driver] };
  await using folder = await scratchFolder({ 'conformance.json': JSON.stringify(stored) });
  const read = await readReport(join(folder.path, 'conformance.json'));
  expect(read).not.toHaveProperty('facts');
  expect(read.observations).toEqual([{ ...layout, id: 'observation.layout' }, driver]);
});

describe('the schema of the gate', () => {
  const validate = new Ajv2020({ strict: true }).compile(gateSchema);

  it('accepts what a gate writes', () => {
    validate(JSON.parse(JSON.stringify(exampleGate(report))));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('refuses an item without advice', () => {
    const gate = exampleGate(report);
    const broken = gate.broken.map(({ advice: _, ...rest }) => rest);
    expect(validate({ ...gate, broken })).toBe(false);
  });
});

describe('SARIF', () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  // The schema is of draft 4, of which this one uses nothing that later drafts read otherwise.
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
  const validate = new Ajv({
    strict: false,
    validateFormats: false,
    logger: false,
    unicodeRegExp: false,
  }).compile(schema);

  it.each([
    ['an ordinary report', report],
    ['a hostile report', hostileReport()],
    [
      'a check',
      {
        ...report,
        kind: 'check' as const,
        unreadable: [{ subject: 'missing.tar', reason: 'No such file.' }],
      },
    ],
  ])('is valid for %s', (_, value) => {
    validate(JSON.parse(renderSarif(value)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('refers to rules that exist, and to files by relative addresses', () => {
    const { runs } = JSON.parse(renderSarif(report));
    const [{ results, tool }] = runs;
    expect(results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex, locations } of results) {
      expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^hello[%\w.!'()*-]*\.tar$/);
    }
  });
});

describe('every schema of the suite', () => {
  const folder = projectFolder('helpers');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.schema.json'),
  );

  test.for(names)('%s is a JSON Schema of its own draft', (name) => {
    const schema = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const ajv = schema.$schema.includes('2020') ? new Ajv2020() : new Ajv();
    expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
  });

  test('is found', () => expect(names.length).toBeGreaterThanOrEqual(6));
});
