import { expect, test } from 'vitest';
import { renderFlowTable } from '../../../helpers/report/flow-table.ts';
import type { Report } from '../../../helpers/report/report-model.ts';

const requirement = (id: string, step: string) => ({
  ...{ id, step, title: id, level: 'expectation' as const, consequence: '' },
  source: { document: 'documented-flow', section: 'run', quote: '', url: '' },
});
const outcome = (id: string, status: 'pass' | 'fail' | 'unsupported' | 'error', reason = '') => ({
  ...{ id, status, reason },
  findings:
    status === 'fail'
      ? [
          {
            where: {},
            expected: { value: 'b', from: '' },
            actual: { value: 'c\u001b', from: '' },
            message: 'b is not \u001b[31mc',
          },
        ]
      : [],
});

const REPORT: Report = {
  ...{
    version: 1,
    kind: 'conformance',
    suite: { name: 's', version: '1' },
    startedAt: '2026-01-01T00:00:00Z',
  },
  ...{
    durationMs: 1500,
    command: 'npm run conformance',
    verdict: 'could-not-judge',
    observations: [],
    archives: [],
  },
  engines: [
    { name: 'e', available: true, origin: 'embedded', stack: { engine: 'Docker Engine', version: '26' } },
  ],
  requirements: [requirement('build.x', 'build'), requirement('run.y', 'run')],
  subjects: [
    {
      id: 'e/buildx',
      engine: 'e',
      builder: 'buildx',
      outcomes: [outcome('build.x', 'pass'), outcome('run.y', 'fail')],
    },
    {
      id: 'e/classic-api',
      engine: 'e',
      builder: 'classic-api',
      outcomes: [
        outcome('build.x', 'error', 'build: it broke'),
        outcome('run.y', 'error', 'build: it broke'),
      ],
    },
    {
      id: 'e/buildah',
      engine: 'e',
      builder: 'buildah',
      outcomes: [outcome('build.x', 'unsupported', 'not here')],
    },
  ],
};

test('the table shows steps by builders, each cause once, and nothing that steers a terminal', () => {
  const text = renderFlowTable(REPORT);
  const [head, build, run] = text.split('\n');
  expect(head).toMatch(/^ +engine +buildx +classic-api$/);
  expect(build).toMatch(/^build +✓ 1 +\? 0 of 1$/);
  expect(run).toMatch(/^run +✗ 0 of 1 +\? 0 of 1$/);
  expect(text).toContain('○ not tried: buildah. not here');
  expect(text.match(/build: it broke/g)).toHaveLength(1);
  expect(text).toContain('✗ run.y (fail): e/buildx');
  expect(text).not.toContain('\u001b');
});
