import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GateReport } from '../report/gate-model.ts';
import { renderHtml } from '../report/html/render.ts';
import { writeAtomically } from '../report/write.ts';
import { renderGateMarkdown } from './markdown.ts';
import type { Side } from './pair.ts';

/** Writes `gate.json`, `gate.md` and the page with the gate on top of the candidate's report. */
export async function writeGate(
  gate: GateReport,
  baseline: Side,
  candidate: Side,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeAtomically(join(folder, 'gate.json'), `${JSON.stringify(gate, null, 1)}\n`),
    writeAtomically(join(folder, 'gate.md'), renderGateMarkdown(gate)),
    writeAtomically(
      join(folder, 'index.html'),
      renderHtml(candidate.report, { gate, baseline: baseline.report }),
    ),
  ]);
}
