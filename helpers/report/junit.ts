import { shorten } from '../common/escape.ts';
import { type DetailBudget, isCase, type JUnitCase, renderJUnitCase, statusOfCase } from './junit-case.ts';
import type { Report, SubjectReport } from './report-model.ts';
import { byRequirement, type Cause, causesOf, reachOf, tally } from './summary.ts';
import { escapeXml, xmlElement } from './xml.ts';

/** Readers of CI refuse or cut larger files: details beyond this are left to the other outputs. */
const MAX_DETAILS = 400_000;

/**
 * JUnit XML as the schema of Jenkins' xUnit plugin has it: one `testsuite` for each subject, in a matrix for each engine,
 * and one `testcase` for each requirement that applies there. What does not apply is counted as a property of the suite.
 * What could not be judged is skipped, and each cause of it is one error in a suite of its own.
 */
export function renderJUnit(report: Report): string {
  const suites = suitesOf(report);
  const causes = causesOf(report);
  const totals = counts(suites.flatMap(({ cases }) => cases));
  const budget = { left: MAX_DETAILS };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    xmlElement('testsuites', {
      name: report.suite.name,
      tests: totals.tests + causes.length,
      failures: totals.failures,
      errors: causes.length,
      time: seconds(report.durationMs),
    }),
    ...suites.flatMap((suite) => renderSuite(report, suite, budget)),
    ...renderCauses(causes),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly name: string;
  readonly subjects: readonly SubjectReport[];
  readonly cases: readonly JUnitCase[];
}

/** A matrix or a run of tools has fifty thousand judgements, which no reader takes: there an engine or a tool is a suite. */
function suitesOf(report: Report): readonly Suite[] {
  const groups = new Map<string, SubjectReport[]>();
  for (const subject of report.subjects) {
    const name =
      report.kind === 'matrix' || report.kind === 'tools' ? (subject.engine ?? subject.id) : subject.id;
    groups.set(name, [...(groups.get(name) ?? []), subject]);
  }
  return [...groups].map(([name, subjects]) => {
    const requirements = new Map(report.requirements.map((requirement) => [requirement.id, requirement]));
    const cases = [...byRequirement({ ...report, subjects })].flatMap(([id, judged]) => {
      const requirement = requirements.get(id);
      return requirement === undefined || judged.length === 0 ? [] : [{ suite: name, requirement, judged }];
    });
    return { name, subjects, cases: cases.filter(isCase) };
  });
}

function renderSuite(
  report: Report,
  { name, subjects, cases }: Suite,
  budget: DetailBudget,
): readonly string[] {
  const outcomes = subjects.flatMap((subject) => subject.outcomes);
  const time = outcomes.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
  const [first] = subjects;
  const { stack, left } = report.engines.find((engine) => engine.name === first?.engine) ?? {};
  const single = subjects.length === 1 ? first : undefined;
  const { 'not-applicable': other, unsupported } = tally(outcomes);
  const properties = Object.entries({
    engine: first?.engine,
    builder: single?.builder,
    saver: single?.saver,
    archive: single?.archive,
    left,
    ...Object.fromEntries(Object.entries(stack ?? {}).map(([part, value]) => [`stack.${part}`, value])),
    'not-applicable': other === 0 ? undefined : other,
    unsupported: unsupported === 0 ? undefined : unsupported,
  }).filter(([, value]) => value !== undefined);
  return [
    `  ${xmlElement('testsuite', { name, ...counts(cases), time: seconds(time), timestamp: report.startedAt })}`,
    ...(properties.length === 0
      ? []
      : [
          '    <properties>',
          ...properties.map(([key, value]) => `      ${xmlElement('property', { name: key, value }, true)}`),
          '    </properties>',
        ]),
    ...cases.flatMap((one) => renderJUnitCase(one, budget)),
    '  </testsuite>',
  ];
}

/** Name of the suite that holds what could not be judged. */
export const CAUSES_SUITE = 'could not be judged';

/** Longest list of what a cause kept from being judged. */
const MAX_REACH = 2000;

function renderCauses(causes: readonly Cause[]): readonly string[] {
  if (causes.length === 0) return [];
  const number = causes.length;
  return [
    `  ${xmlElement('testsuite', { name: CAUSES_SUITE, tests: number, failures: 0, errors: number, skipped: 0, time: '0.000' })}`,
    ...causes.flatMap((cause) => [
      `    ${xmlElement('testcase', { classname: CAUSES_SUITE, name: reachOf(cause), time: '0.000' })}`,
      `      ${xmlElement('error', { type: 'not judged', message: cause.reason })}${escapeXml(shorten([...cause.subjects, ...cause.requirements].join('\n'), MAX_REACH))}</error>`,
      '    </testcase>',
    ]),
    '  </testsuite>',
  ];
}

function counts(cases: readonly JUnitCase[]) {
  const statuses = cases.map(statusOfCase);
  return {
    tests: statuses.length,
    failures: statuses.filter((status) => status === 'fail').length,
    errors: 0,
    skipped: statuses.filter((status) => status === 'error').length,
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
