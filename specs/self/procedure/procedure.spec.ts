import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import type { EngineHandle } from '../../../helpers/engines/model.ts';
import { FlowError } from '../../../helpers/engines/step-error.ts';
import { askFlow } from '../../../helpers/procedure/ask.ts';
import type { Flow, Gathered } from '../../../helpers/procedure/flow.ts';
import { PROCEDURE } from '../../../helpers/procedure/procedure.ts';
import { serveFlow } from '../../../helpers/procedure/server.ts';
import type { Report } from '../../../helpers/report/model.ts';
import { assembleReport } from '../../../helpers/runner/assemble-report.ts';
import { createEvidenceSource } from '../../../helpers/runner/evidence.ts';
import { runDeclared } from '../../../helpers/runner/run-declared.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { GOLDEN } from './golden.ts';
import { FLOW_MUTANTS } from './mutants.ts';

const root = join(projectFolder('specs'), '..');

test('every spec of the flow is a step of the procedure', () => {
  const names = readdirSync(join(root, 'specs/procedure')).filter((name) => name.endsWith('.spec.ts'));
  expect(names.sort()).toEqual(PROCEDURE.map((step) => `${step}.spec.ts`).sort());
});

test('the command line and vitest find out the same', { timeout: 60_000 }, async () => {
  await using folder = await scratchFolder();
  const engine = sampleEngine(folder.path);
  const flow = sampleFlow();
  const [own, vitest] = await Promise.all([judgeHere(engine, flow), judgeWithVitest(engine, flow)]);
  // One of each kind, so that equal means something.
  const statuses = new Set(own.subjects.flatMap(({ outcomes }) => outcomes.map(({ status }) => status)));
  expect(statuses).toEqual(new Set(['pass', 'fail', 'error', 'unsupported', 'not-applicable', 'known']));
  expect(withoutTimes(own)).toEqual(withoutTimes(vitest));
});

test('a test that throws is told', async () => {
  const source = createEvidenceSource(sampleEngine('/nonexistent'), () => Promise.reject(new Error('none')));
  const { judged, errors } = await runDeclared(
    [
      {
        step: 'save',
        tests: [{ title: 'reads', group: 'buildx', judge: () => Promise.reject(new Error('bug')) }],
      },
    ],
    source,
  );
  expect(judged).toEqual([]);
  expect(errors).toEqual(['buildx > reads: bug']);
});

function sampleEngine(workDir: string): EngineHandle {
  return {
    ...{ name: 'sample', family: 'docker', origin: 'rootfs', identity: 'one', runId: 'sc0', workDir },
    stack: { engine: 'Docker Engine', version: '26.1.5', store: 'overlay2', platform: 'linux/amd64' },
    ...{ tools: {}, toolEnvironment: {}, features: [], builders: [], savers: [], lacking: {} },
  };
}

const LABELLED = { ...GOLDEN.build.image, labels: { 'org.testcontainers': 'true' } };

/** A flow with a bit of everything: passes, a breach, a known deviation, what failed and what the engine lacks. */
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
    begin: () => {},
  };
}

async function judgeHere(engine: EngineHandle, flow: Flow): Promise<Report> {
  const { declaredSteps } = await import('../../procedure/procedure.ts');
  const source = createEvidenceSource(engine, (request) => askFlow(flow, request));
  const { judged, errors } = await runDeclared(await declaredSteps(), source);
  return assembleReport(engine, judged, new Date(), errors);
}

async function judgeWithVitest(engine: EngineHandle, flow: Flow): Promise<Report> {
  const server = await serveFlow(flow, engine);
  try {
    const config = join(root, 'specs/self/procedure/served/vitest.config.ts');
    const environment = { ...process.env, SERVED_ENGINE: JSON.stringify(engine), SERVED_FLOW: server.path };
    const words = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config];
    // It fails, for the flow has a breach.
    await promisify(execFile)(process.execPath, words, { cwd: root, env: environment }).catch(() => {});
    return JSON.parse(readFileSync(join(engine.workDir, 'conformance.json'), 'utf8')) as Report;
  } finally {
    server.close();
  }
}

function withoutTimes(report: Report): unknown {
  const text = JSON.stringify(report, (key, value) =>
    ['durationMs', 'startedAt'].includes(key) ? undefined : value,
  );
  return JSON.parse(text);
}
