import type { GateItem, GateReport } from '../report/gate-model.ts';
import { WEIGHT_WORDS } from '../report/words.ts';
import { escapeXml, xmlElement } from '../report/xml.ts';
import { describeChange } from './describe.ts';
import { allowanceOrAdvice, placeOf } from './weighed.ts';

interface GateJUnitOptions {
  /** Whether a change that is not allowed stops the upgrade, as the gate was asked. */
  readonly strict: boolean;
}

/**
 * The gate as JUnit, by the same schema as the report: a suite for what broke, what changed and what is fixed, a case for
 * each. What stops the upgrade fails; what is allowed, or lighter, passes and says what it is.
 */
export function renderGateJUnit(gate: GateReport, { strict }: GateJUnitOptions): string {
  const { broken, changed, fixed, notJudged } = gate;
  const suites = [
    suite('broken', broken, (item) => item.allowed === undefined),
    suite('changed', changed, (item) => strict && item.allowed === undefined),
    suite('fixed', fixed, () => false),
  ];
  const cases = suites.reduce((sum, { tests }) => sum + tests, notJudged.length);
  const failures = suites.reduce((sum, each) => sum + each.failures, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    xmlElement('testsuites', {
      name: gate.summary,
      tests: cases,
      failures,
      errors: notJudged.length,
      time: '0.000',
    }),
    ...suites.flatMap(({ lines }) => lines),
    ...notJudgedSuite(notJudged),
    '</testsuites>',
    '',
  ].join('\n');
}

interface GateSuite {
  readonly tests: number;
  readonly failures: number;
  readonly lines: readonly string[];
}

function suite(name: string, items: readonly GateItem[], stops: (item: GateItem) => boolean): GateSuite {
  const failures = items.filter(stops).length;
  const head = { name, tests: items.length, failures, errors: 0, skipped: 0, time: '0.000' };
  const lines = items.flatMap((item) => caseLines(name, item, stops(item)));
  return {
    tests: items.length,
    failures,
    lines: [`  ${xmlElement('testsuite', head)}`, ...lines, '  </testsuite>'],
  };
}

function caseLines(suiteName: string, item: GateItem, isStopping: boolean): readonly string[] {
  const { id, title, weight, consequence, message } = item;
  const change = describeChange(item);
  const text = [
    `on ${placeOf(item)}: ${change}`,
    ...(message === undefined ? [] : [message]),
    ...(weight === undefined ? [] : [`Weight: ${WEIGHT_WORDS[weight]}`]),
    consequence,
    allowanceOrAdvice(item),
  ].join('\n');
  const result = isStopping
    ? `${xmlElement('failure', { type: id, message: `${title}: ${change}`.slice(0, 300) })}${escapeXml(text)}</failure>`
    : `<system-out>${escapeXml(text)}</system-out>`;
  return [
    `    ${xmlElement('testcase', { classname: suiteName, name: `${id} on ${placeOf(item)}: ${title}`, time: '0.000' })}`,
    `      ${result}`,
    '    </testcase>',
  ];
}

function notJudgedSuite(sentences: readonly string[]): readonly string[] {
  if (sentences.length === 0) return [];
  const name = 'not judged';
  const head = {
    name,
    tests: sentences.length,
    failures: 0,
    errors: sentences.length,
    skipped: 0,
    time: '0.000',
  };
  return [
    `  ${xmlElement('testsuite', head)}`,
    ...sentences.flatMap((sentence) => [
      `    ${xmlElement('testcase', { classname: name, name: sentence, time: '0.000' })}`,
      `      ${xmlElement('error', { type: name, message: sentence }, true)}`,
      '    </testcase>',
    ]),
    '  </testsuite>',
  ];
}
