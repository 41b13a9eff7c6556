import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readArchive } from '../../../helpers/archive/read-archive.ts';
import type { EngineHandle, RunningEngine } from '../../../helpers/engines/engine-model.ts';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { newRunId } from '../../../helpers/engines/start/options.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { compare } from '../../../helpers/gate/gate.ts';
import { createFlow } from '../../../helpers/procedure/flow.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';
import { checkArchive, evaluate } from '../../../helpers/requirements/check.ts';
import { assembleReport } from '../../../helpers/runner/assemble-report.ts';
import { PROCEDURE_REQUIREMENTS } from '../../../helpers/runner/steps.ts';
import '../engines/needs.ts';

const [builder, saver] = ['docker-build', 'docker-save'] as const;

// An engine that swaps two layers when it saves, and is otherwise as good as the one it stands on.
test('the gate refuses an engine that swaps two layers on save', async () => {
  await using engine = await someEngine();
  const good = engine.handle;
  const wrapper = fileURLToPath(new URL('swap-layers.js', import.meta.url));
  const broken = {
    ...good,
    tools: { ...good.tools, docker: ['node', wrapper, ...(good.tools.docker ?? [])] },
  };

  const [before, after, again] = [await judgeSaves(good), await judgeSaves(broken), await judgeSaves(good)];
  const options = { today: '2026-11-23', command: 'npm run gate' };
  const gate = compare({ name: 'good', report: before }, { name: 'broken', report: after }, options);
  expect(gate.verdict).toBe('no-go');
  expect(gate.broken.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['save.layers-in-order', 'save.one-file-per-layer', 'config.diff-id']),
  );
  // The same comparison lets the engine itself pass.
  const control = compare({ name: 'good', report: before }, { name: 'good', report: again }, options);
  expect(control.broken).toEqual([]);
  expect(control.verdict).toBe('go');
});

async function someEngine(): Promise<RunningEngine & AsyncDisposable> {
  const engine = await startEngine(await loadRecipe('docker-26'));
  return { ...engine, [Symbol.asyncDispose]: () => engine.stop() };
}

/** The documented image, built and saved anew by one engine, and judged. */
async function judgeSaves(engine: EngineHandle): Promise<Report> {
  const runId = newRunId();
  const workDir = join(engine.workDir, runId);
  await mkdir(workDir);
  const flow = createFlow({ ...engine, runId, workDir }, { builders: [builder] });
  const saved = await flow.save(builder, saver);
  if ('unsupported' in saved) throw new Error(saved.unsupported);
  const { file, ...evidence } = saved.evidence;
  const archive = await readArchive(file, { contents: { paths: 'all', maxFileBytes: 4 * 1024 * 1024 } });
  const outcomes = [
    ...PROCEDURE_REQUIREMENTS.save.map((requirement) => evaluate(requirement, { ...evidence, archive })),
    ...checkArchive(archive, ARCHIVE_REQUIREMENTS),
  ];
  const subject = { id: `${engine.name}/${builder}/${saver}`, engine: engine.name, builder, saver };
  return assembleReport(
    engine,
    [{ subject, step: 'save', outcomes, observations: [], durationMs: 0 }],
    new Date(),
    [],
  );
}
