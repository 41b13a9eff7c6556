import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import { FlowError } from '../../../helpers/engines/step-error.ts';
import { askFlow } from '../../../helpers/procedure/ask.ts';
import { createFlow, type Flow } from '../../../helpers/procedure/flow.ts';
import type { Gathered } from '../../../helpers/procedure/gathered.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { assembleReport } from '../../../helpers/runner/assemble-report.ts';
import { createEvidenceSource } from '../../../helpers/runner/evidence.ts';
import type { TimedJudged } from '../../../helpers/runner/judged.ts';
import { planTests } from '../../../helpers/runner/step-tests.ts';
import { STEPS } from '../../../helpers/runner/steps.ts';
import { GOLDEN, sampleEngine } from './golden.ts';
import { FLOW_MUTANTS } from './mutants.ts';

const root = join(projectFolder('specs'), '..');

test('every kind of outcome of the procedure reaches the report', async () => {
  const engine = sampleEngine('/nonexistent');
  const report = await judgeSample(engine, sampleFlow());
  const statuses = new Set(report.subjects.flatMap(({ outcomes }) => outcomes.map(({ status }) => status)));
  expect(statuses).toEqual(new Set(['pass', 'fail', 'error', 'unsupported', 'not-applicable', 'known']));
  expect(report.verdict).toBe('could-not-judge');
});

test('what the engine lacks is one test for each builder, saver or step, and counts as every outcome', async () => {
  const engine = { ...sampleEngine('/nonexistent'), builders: ['buildx'], savers: ['docker-save'] } as const;
  const flow = createFlow(engine, { builders: ['buildx', 'classic-api'] });
  const source = createEvidenceSource(engine, { ask: unreachable, whyNot: flow.whyNot });
  const save = STEPS.find(({ step }) => step === 'save');
  const tests = save === undefined ? [] : await planTests(save, source);
  const present = tests.filter(({ group }) => group === 'buildx, saved by docker-save');
  const absent = await Promise.all(
    tests.filter((test) => !present.includes(test)).map(async ({ title, judge }) => [title, await judge()]),
  );
  expect(present).toHaveLength(8 + 2);
  expect(absent.map(([title]) => title)).toEqual([
    'classic-api: this engine lacks the builder',
    'buildkit-api: not run: --builder selects only buildx, classic-api',
    'docker-build: not run: --builder selects only buildx, classic-api',
    'api-save: this engine lacks the saver',
    'podman-docker-archive: this engine lacks the saver',
    'podman-oci-archive: this engine lacks the saver',
    'buildx-docker: this engine lacks the saver',
    'buildx-oci: this engine lacks the saver',
    'testcontainers: not run: --builder selects only buildx, classic-api',
    'podman-build: not run: --builder selects only buildx, classic-api',
    'buildah: not run: --builder selects only buildx, classic-api',
  ]);
});

function unreachable(): Promise<never> {
  return Promise.reject(new Error('No evidence is gathered before a test asks for it.'));
}

const LABELLED = { ...GOLDEN.build.image, labels: { 'org.testcontainers': 'true' } };

/** A flow with a bit of everything: passes, a violation, a known deviation, what failed and what the engine lacks. */
function sampleFlow(): Flow {
  const file = join(root, 'fixtures/archives/docker-26.1.5-overlay2-buildkit/hello.tar');
  const { archive: _, ...saved } = GOLDEN.save;
  const lost = (step: 'load' | 'save') => Promise.reject(new FlowError(step, 'the engine was lost.'));
  const only = <T>(name: string, evidence: T): Promise<Gathered<T>> =>
    Promise.resolve(name === 'buildx' ? { evidence } : { unsupported: 'This engine has only one.' });
  return {
    compile: async () => ({ evidence: FLOW_MUTANTS.compile['compile.no-interpreter'].evidence }),
    builders: async () => ({ unsupported: 'This engine has no buildx.' }),
    shell: async () => ({ evidence: GOLDEN.shell }),
    context: async () => ({ unsupported: 'The documented image is judged.' }),
    reproduce: async () => ({ unsupported: 'The documented image is judged.' }),
    build: (name) =>
      name === 'testcontainers'
        ? Promise.resolve({ evidence: { ...GOLDEN.build, builder: name, image: LABELLED } })
        : only(name, FLOW_MUTANTS.build['build.four-layers'].evidence),
    run: (name) => only(name, GOLDEN.run),
    save: (name, saver) =>
      saver === 'api-save'
        ? lost('save')
        : only(name, { ...saved, builder: name, saver, file, program: 'sha256:0' }),
    load: () => lost('load'),
    whyNot: async () => undefined,
    begin: () => {},
  };
}

async function judgeSample(engine: EngineHandle, flow: Flow): Promise<Report> {
  const { whyNot } = flow;
  const source = createEvidenceSource(engine, { ask: (request) => askFlow(flow, request), whyNot });
  const judged: TimedJudged[] = [];
  for (const step of STEPS)
    for (const test of await planTests(step, source))
      judged.push(...(await test.judge()).judged.map((one) => ({ ...one, durationMs: 0 })));
  return assembleReport(engine, judged, new Date(), []);
}
