import { showName } from '../common/escape.ts';
import { ReportError, readReport } from '../report/read-report.ts';
import type { Report } from '../report/report-model.ts';
import { narrowReport } from './narrow.ts';
import type { Side } from './pair.ts';

/** A side cannot be had: one sentence that says what to do. Exit code 2. */
export class GateError extends Error {
  override readonly name = 'GateError';
}

/** Reads a stored report, or what it says about one engine: `FILE` or `FILE#ENGINE`. Throws `GateError`. */
export async function readStored(address: string): Promise<Side> {
  const [file = '', engine] = splitAddress(address);
  const report = await readGateReport(file);
  if (engine === undefined) return { name: file, report };
  const narrowed = narrowReport(report, engine);
  if (narrowed !== undefined) return { name: engine, report: narrowed };
  const names = report.engines.map(({ name }) => name).join(', ') || 'none';
  throw new GateError(
    `The report ${showName(file)} has nothing about an engine ${showName(engine)}; its engines are ${names}.`,
  );
}

export async function readGateReport(file: string): Promise<Report> {
  try {
    return await readReport(file);
  } catch (error) {
    throw error instanceof ReportError ? new GateError(error.message) : error;
  }
}

function splitAddress(address: string): readonly (string | undefined)[] {
  const at = address.lastIndexOf('#');
  return at === -1 ? [address] : [address.slice(0, at), address.slice(at + 1)];
}
