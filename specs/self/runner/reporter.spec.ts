import { expect, test } from 'vitest';
import type { TestCase, TestModule, TestSuite } from 'vitest/node';
import type { Status } from '../../../helpers/requirements/outcome.ts';
import type { Judged } from '../../../helpers/runner/judged.ts';
import { JudgementReporter } from '../../../helpers/runner/reporter.ts';

const project = { name: 'docker-26' };
const step = { type: 'suite', name: 'build', project, parent: { type: 'module', project } };

function judgedOf(id: string, status: Status): Judged {
  const outcomes = [{ id, status, findings: [] }];
  return {
    subject: { id: 'docker-26/buildx', engine: 'docker-26' },
    step: 'build',
    outcomes,
    observations: [],
  };
}

function caseOf(judged: readonly Judged[] | undefined, message?: string): TestCase {
  return {
    project,
    fullName: 'build > a test',
    parent: { type: 'suite', name: 'buildx', parent: step },
    meta: () => ({ ...(judged && { judged }) }),
    diagnostic: () => ({ duration: 10 }),
    result: () => ({ errors: message === undefined ? [] : [{ message }] }),
  } as unknown as TestCase;
}

function moduleOf(failed: readonly TestCase[], errors: readonly string[] = []): TestModule {
  return {
    project,
    children: { allTests: () => failed },
    errors: () => errors.map((message) => ({ message })),
  } as unknown as TestModule;
}

test('what the tests judged is told by step, and divides the time of the test', () => {
  const told: string[] = [];
  const reporter = new JudgementReporter({
    began: (name, what) => told.push(`${name} ${what} ...`),
    ended: (name, what, judged) => told.push(`${name} ${what}: ${judged.length}`),
  });
  reporter.onTestSuiteReady(step as unknown as TestSuite);
  reporter.onTestCaseResult(caseOf([judgedOf('a', 'pass'), judgedOf('b', 'unsupported')]));
  reporter.onTestCaseResult(caseOf([judgedOf('c', 'fail')]));
  reporter.onTestSuiteResult(step as unknown as TestSuite);
  expect(told).toEqual(['docker-26 build ...', 'docker-26 build: 3']);
  const { judged, errors } = reporter.resultOf('docker-26');
  expect(judged.map(({ durationMs }) => durationMs)).toEqual([5, 5, 10]);
  expect(errors).toEqual([]);
  expect(reporter.resultOf('podman-5').judged).toEqual([]);
});

test('a test that fails is an error of the run, unless its outcomes say why', () => {
  const explained = caseOf([judgedOf('a', 'fail')], 'violations');
  const bug = caseOf([judgedOf('b', 'pass')], 'it broke');
  const silent = caseOf(undefined, 'no judgement');
  const reporter = new JudgementReporter();
  reporter.onTestRunEnd([moduleOf([explained, bug, silent], ['cannot be loaded'])], []);
  expect(reporter.resultOf('docker-26').errors).toEqual([
    'cannot be loaded',
    'build > a test: it broke',
    'build > a test: no judgement',
  ]);
});

test('what no project is to blame for is an error of each', () => {
  const reporter = new JudgementReporter();
  reporter.onTestRunEnd([], [{ message: 'a worker died' }]);
  expect(reporter.resultOf('docker-26').errors).toEqual(['a worker died']);
});
