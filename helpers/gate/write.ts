import { join } from 'node:path';
import { toJsonText } from '../common/json.ts';
import { makeOutputFolder, writeOutputFiles } from '../common/write-output.ts';
import type { GateReport } from '../report/gate-model.ts';
import { renderHtml } from '../report/html/render-page.ts';
import { renderGateMarkdown } from './markdown.ts';
import type { Side } from './pair.ts';

export function renderGateJson(gate: GateReport): string {
  return `${toJsonText(gate)}\n`;
}

export function renderGatePage(gate: GateReport, baseline: Side, candidate: Side): string {
  return renderHtml(candidate.report, { gate, baseline: baseline.report });
}

/** Writes `gate.json`, `gate.md` and the page with the gate on top of the candidate's report. */
export async function writeGate(
  gate: GateReport,
  baseline: Side,
  candidate: Side,
  folder: string,
  inputs: readonly string[] = [],
): Promise<void> {
  await makeOutputFolder(folder);
  const files = {
    'gate.json': renderGateJson(gate),
    'gate.md': renderGateMarkdown(gate),
    'index.html': renderGatePage(gate, baseline, candidate),
  };
  await writeOutputFiles(
    Object.entries(files).map(([name, text]) => ({ path: join(folder, name), text })),
    inputs,
  );
}
