import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { renderGateGitLab } from '../../../helpers/gate/gate-gitlab.ts';
import { renderGateSarif } from '../../../helpers/gate/gate-sarif.ts';
import { reportedFindings } from '../../../helpers/report/findings.ts';
import gateSchema from '../../../helpers/report/gate.schema.json' with { type: 'json' };
import { renderGitLab } from '../../../helpers/report/gitlab.ts';
import { readReport, reportProblem } from '../../../helpers/report/read-report.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { renderSarif } from '../../../helpers/report/sarif.ts';
import type { Finding } from '../../../helpers/requirements/outcome.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { exampleGate, exampleReport } from './example.ts';
import { hostileReport } from './hostile.ts';
import { RECORDED, recordedReport } from './recorded.ts';

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

  it('is valid for a gate, and stops what the gate stops', () => {
    const gate = exampleGate(report);
    for (const strict of [false, true]) {
      const { runs } = JSON.parse(renderGateSarif(gate, { strict, suite: report.suite }));
      validate({ version: '2.1.0', runs });
      expect(validate.errors ?? []).toEqual([]);
      const [{ results, automationDetails, tool }] = runs;
      expect(results).toHaveLength(gate.broken.length + gate.changed.length);
      for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
      const stopping = [...gate.broken, ...(strict ? gate.changed : [])].filter(({ allowed }) => !allowed);
      const errors = results.filter(({ level }: { level: string }) => level === 'error');
      expect(errors).toHaveLength(stopping.length);
      expect(automationDetails.id).toContain(`/gate/${gate.baseline.name}..${gate.candidate.name}/`);
      const [{ artifactLocation }] = results.map(
        (result: { locations: { physicalLocation: object }[] }) => result.locations[0]?.physicalLocation,
      );
      expect(existsSync(artifactLocation.uri)).toBe(true);
    }
  });

  it('is valid for a hostile gate, and for one that could not be judged', () => {
    const hostile = exampleGate(hostileReport());
    for (const gate of [hostile, { ...hostile, verdict: 'could-not-judge' as const, notJudged: ['No.'] }]) {
      validate(JSON.parse(renderGateSarif(gate, { strict: true, suite: report.suite })));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  const runsOf = (value: Report): readonly SarifRun[] => JSON.parse(renderSarif(value)).runs;

  it('has one run for each engine, with a category of its own, and only rules that have results', () => {
    const runs = runsOf(report);
    expect(runs.map(({ automationDetails }) => automationDetails.id)).toEqual(
      report.engines.map(({ name }) => `scratch-conformance/matrix/${name}/`),
    );
    expect(runs.flatMap(({ results }) => results).length).toBeGreaterThan(0);
    for (const { results, tool } of runs) {
      const { rules } = tool.driver;
      for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
      expect(rules.map(({ id }) => id).sort()).toEqual(
        [...new Set(results.map(({ ruleId }) => ruleId))].sort(),
      );
      for (const rule of rules) {
        expect(rule.help.markdown).toContain(rule.helpUri);
        expect(['error', 'warning']).toContain(rule.defaultConfiguration.level);
      }
    }
  });

  it('puts more archives than code scanning takes runs into one', () => {
    const many = exampleReport({ engines: 25, requirements: 20, variants: 1 });
    expect(runsOf(many)).toHaveLength(1);
    expect(runsOf(many)[0]?.results.length).toBeGreaterThan(0);
  });

  it('names files that exist: the archive, the recipe of an engine, or the Dockerfile', async () => {
    const checked = await recordedReport([RECORDED.legacy, 'fixtures/cases/repotags-string/archive.tar']);
    const stored: Report = JSON.parse(readFileSync('fixtures/golden/upgrade.json', 'utf8'));
    const foreign = { ...report, subjects: report.subjects.map((one) => ({ ...one, engine: 'host' })) };
    const files = [checked, stored, foreign].map(
      (each) =>
        new Set(
          runsOf(each).flatMap(({ results }) =>
            results.map(({ locations }) => locations[0]?.physicalLocation?.artifactLocation.uri ?? ''),
          ),
        ),
    );
    expect([...(files[0] ?? [])]).toContain('fixtures/cases/repotags-string/archive.tar');
    expect([...(files[1] ?? [])]).toContain('fixtures/engines/docker-28-containerd.json');
    expect([...(files[2] ?? [])]).toEqual(['fixtures/hello/Dockerfile']);
    for (const file of files.flatMap((these) => [...these])) expect(existsSync(file), file).toBe(true);
  });

  it('names no file for what came through standard input', async () => {
    const checked = await recordedReport(['fixtures/cases/repotags-string/archive.tar']);
    const piped = { ...checked, archives: checked.archives.map((one) => ({ ...one, source: '-' })) };
    const [run] = runsOf(piped);
    expect(run?.results.length).toBeGreaterThan(0);
    for (const { locations } of run?.results ?? [])
      expect(locations[0]).not.toHaveProperty('physicalLocation');
  });
});

describe('the fingerprint of a violation', () => {
  const base = exampleReport({ engines: 5, requirements: 60, variants: 1 });
  const prints = (value: Report) => reportedFindings(value).map(({ fingerprint }) => fingerprint);
  const changed = (change: (finding: Finding) => Finding): Report => ({
    ...base,
    subjects: base.subjects.map((subject) => ({
      ...subject,
      outcomes: subject.outcomes.map((outcome) => ({ ...outcome, findings: outcome.findings.map(change) })),
    })),
  });
  const at = (member: string) => changed((finding) => ({ ...finding, where: { ...finding.where, member } }));

  it('stays when only digests and values are others, as after every build', () => {
    const [a, b] = ['a', 'b'].map((digit) => at(`blobs/sha256/${digit.repeat(64)}`));
    expect(prints(base).length).toBeGreaterThan(0);
    expect(a && prints(a)).toEqual(b && prints(b));
    const other = changed((finding) => ({ ...finding, actual: { value: 'another', from: 'elsewhere' } }));
    expect(prints(other)).toEqual(prints(base));
  });

  it('is another one at another place and of another subject', () => {
    expect(prints(at('elsewhere'))).not.toEqual(prints(base));
    const moved = { ...base, subjects: base.subjects.map((one) => ({ ...one, id: `${one.id}-2` })) };
    expect(prints(moved)).not.toEqual(prints(base));
  });

  it('is unique in a report, also where two violations have one place', () => {
    const twice = base.subjects.map((subject) => ({
      ...subject,
      outcomes: subject.outcomes.map((one) => ({ ...one, findings: [...one.findings, ...one.findings] })),
    }));
    const all = prints({ ...base, subjects: twice });
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('GitLab code quality', () => {
  const validate = new Ajv2020().compile(
    JSON.parse(readFileSync('fixtures/schemas/gitlab-code-quality.json', 'utf8')),
  );

  it.each([
    ['an ordinary report', report],
    ['a hostile report', hostileReport()],
    [
      'nothing readable',
      { ...report, subjects: [], unreadable: [{ subject: './no.tar', reason: 'No such file.' }] },
    ],
  ])('is valid for %s', (_, value) => {
    const issues = JSON.parse(renderGitLab(value));
    validate(issues);
    expect(validate.errors ?? []).toEqual([]);
    expect(issues.length).toBeGreaterThan(0);
    const prints = issues.map((issue: { fingerprint: string }) => issue.fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it.each([
    ['a gate', exampleGate(report)],
    ['a hostile gate', { ...exampleGate(hostileReport()), notJudged: ['Nothing is known.'] }],
  ])('is valid for %s', (_, gate) => {
    const issues = JSON.parse(renderGateGitLab(gate, { strict: false }));
    validate(issues);
    expect(validate.errors ?? []).toEqual([]);
    expect(issues).toHaveLength(gate.broken.length + gate.changed.length + gate.notJudged.length);
    const prints = issues.map((issue: { fingerprint: string }) => issue.fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('is refused with a severity that GitLab does not know', () => {
    const [issue] = JSON.parse(renderGitLab(report));
    expect(validate([{ ...issue, severity: 'fatal' }])).toBe(false);
  });
});

interface SarifRun {
  readonly automationDetails: { readonly id: string };
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly helpUri: string;
        readonly help: { readonly markdown: string };
        readonly defaultConfiguration: { readonly level: string };
      }[];
    };
  };
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly locations: readonly {
      readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string } };
    }[];
  }[];
}

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
