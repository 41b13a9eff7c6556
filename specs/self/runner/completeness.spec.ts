import { describe, expect, test } from 'vitest';
import type { BuilderName } from '../../../helpers/engines/engine-model.ts';
import { renderFlowTable } from '../../../helpers/report/flow-table.ts';
import { causesOf } from '../../../helpers/report/summary.ts';
import type { Status } from '../../../helpers/requirements/outcome.ts';
import { assembleReport } from '../../../helpers/runner/assemble-report.ts';
import { whyIncomplete } from '../../../helpers/runner/completeness.ts';
import type { TimedJudged } from '../../../helpers/runner/judged.ts';

const engine = {
  name: 'docker-26',
  origin: 'host',
  stack: { engine: 'Docker Engine', version: '26.1.5' },
} as const;

const UNTOLD: readonly Status[] = ['unsupported', 'error'];

function judgedOf(
  builder: BuilderName,
  steps: Readonly<Record<string, Status>>,
  reason = 'not here',
): TimedJudged[] {
  return Object.entries(steps).map(([step, status]) => ({
    subject: { id: `docker-26/${builder}`, engine: 'docker-26', builder },
    step,
    outcomes: [{ id: 'build.cmd', status, findings: [], ...(UNTOLD.includes(status) && { reason }) }],
    observations: [],
    durationMs: 1,
  }));
}

const WHOLE = { build: 'pass', run: 'warn', save: 'known' } as const;
const ABSENT = { build: 'unsupported', run: 'unsupported', save: 'unsupported' } as const;

describe('a run says something of its engine', () => {
  test('when one image was built, run and saved, whatever came of it', () => {
    expect(whyIncomplete([...judgedOf('buildx', WHOLE), ...judgedOf('buildah', ABSENT)])).toEqual([]);
  });

  test.each<[string, TimedJudged[]]>([
    ['nothing was judged', []],
    ['its builder is not there', judgedOf('buildah', ABSENT, 'This engine is not podman.')],
    ['the save was not judged', judgedOf('buildx', { ...WHOLE, save: 'unsupported' })],
    [
      'one builder built, another saved',
      [...judgedOf('buildx', { build: 'pass' }), ...judgedOf('docker-build', { save: 'pass' })],
    ],
  ])('not when %s', (_, judged) => {
    expect(whyIncomplete(judged)).toEqual([expect.stringMatching(/^No image was built, run and saved/)]);
    expect(assembleReport(engine, judged, new Date(), [])).toMatchObject({ verdict: 'could-not-judge' });
  });

  test('a failure that was judged stays one', () => {
    expect(assembleReport(engine, judgedOf('buildx', { build: 'fail' }), new Date(), []).verdict).toBe(
      'does-not-conform',
    );
  });

  test('the reason of each builder is told', () => {
    expect(whyIncomplete(judgedOf('buildah', ABSENT, 'This engine is not podman.'))).toEqual([
      'No image was built, run and saved, so nothing is known of this engine: buildah: This engine is not podman.',
    ]);
  });

  test('a cause that kept everything from being judged is told once', () => {
    const cause = 'compile: gcc ended with a signal.';
    const lost = { build: 'error', run: 'error', save: 'error' } as const;
    const judged = [
      ...judgedOf('buildx', lost, cause),
      ...judgedOf('docker-build', lost, cause),
      ...judgedOf('buildah', ABSENT, 'This engine is not podman.'),
    ];
    const report = assembleReport(engine, judged, new Date(), [], { asked: ['buildx'] });
    expect(report.unreadable).toEqual([
      {
        subject: 'docker-26',
        reason: 'No image was built, run and saved, so nothing is known of this engine.',
      },
    ]);
    expect(renderFlowTable(report).split(cause)).toHaveLength(2);
    expect(causesOf(report)).toHaveLength(2);
  });

  test('not when a builder that was asked for is missing among others', () => {
    const judged = [...judgedOf('buildx', { ...WHOLE, run: 'pass' }), ...judgedOf('buildah', ABSENT)];
    expect(whyIncomplete(judged, ['buildx', 'buildah'])).toEqual([
      'The builder buildah was asked for and was not judged: buildah: not here.',
    ]);
    expect(assembleReport(engine, judged, new Date(), [], { asked: ['buildah'] }).verdict).toBe(
      'could-not-judge',
    );
    expect(assembleReport(engine, judged, new Date(), []).verdict).toBe('conforms');
  });
});
