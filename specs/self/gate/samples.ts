import type { EngineStack } from '../../../helpers/engines/engine-model.ts';
import type { Observation, Report, SubjectReport } from '../../../helpers/report/report-model.ts';
import type { Outcome, Status } from '../../../helpers/requirements/outcome.ts';

/** What a test varies of a report with one engine and one subject. */
export interface ReportSample {
  readonly engine?: string;
  readonly stack?: Partial<EngineStack>;
  readonly subjects?: Readonly<Record<string, Readonly<Record<string, Status | Outcome>>>>;
  readonly observations?: Readonly<Record<string, Observation['value']>>;
  readonly unavailable?: Readonly<Record<string, string>>;
}

/** A matrix report; subjects are named without the engine, observations belong to the first of them. */
export function reportOf(sample: ReportSample = {}): Report {
  const { engine = 'docker-28', subjects = { 'buildx/docker-save': { 'a.claim': 'pass' } } } = sample;
  const rows: readonly SubjectReport[] = Object.entries(subjects).map(([key, outcomes]) => ({
    id: `${engine}/${key}`,
    engine,
    outcomes: Object.entries(outcomes).map(([id, value]) =>
      typeof value === 'string' ? outcomeOf(id, value) : value,
    ),
  }));
  const ids = new Set(rows.flatMap(({ outcomes }) => outcomes.map(({ id }) => id)));
  return {
    version: 1,
    kind: 'matrix',
    suite: { name: 'scratch-conformance', version: '0.1.0' },
    startedAt: '2026-11-23T06:00:00.000Z',
    durationMs: 1,
    command: 'npm run matrix',
    verdict: 'conforms',
    engines: [
      {
        name: engine,
        available: true,
        origin: 'rootfs',
        stack: { engine: 'Docker Engine', version: '28.5.2', ...sample.stack },
      },
      ...Object.entries(sample.unavailable ?? {}).map(([name, reason]) => ({
        name,
        available: false,
        reason,
        origin: 'rootfs',
        stack: { engine: 'Docker Engine', version: '' },
      })),
    ],
    subjects: rows,
    requirements: [...ids].map((id) => ({
      id,
      title: `${id} holds`,
      level: 'must' as const,
      step: 'archive',
      source: { document: 'd', section: 's', quote: 'q', url: 'https://example.org/' },
      consequence: 'Somebody breaks.',
    })),
    observations: Object.entries(sample.observations ?? {}).map(([id, value]) => ({
      id,
      subject: rows[0]?.id ?? '',
      value,
    })),
    archives: [],
  };
}

export function outcomeOf(id: string, status: Status): Outcome {
  const findings =
    status === 'fail' || status === 'known' || status === 'warn'
      ? [
          {
            where: {},
            expected: { value: 1, from: 'a' },
            actual: { value: 2, from: 'b' },
            message: `${id} does not hold.`,
          },
        ]
      : [];
  return {
    id,
    status,
    findings,
    ...(status === 'known' && { deviation: 'a-known-one', reason: 'Because.' }),
  };
}
