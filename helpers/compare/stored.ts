import { readFile } from 'node:fs/promises';
import type { Report } from '../report/model.ts';
import { narrowReport } from './narrow.ts';
import type { Side } from './pair.ts';

/** A side cannot be had: one sentence that says what to do. Exit code 2. */
export class GateError extends Error {
  override readonly name = 'GateError';
}

/** Reads a stored report, or what it says about one engine: `FILE` or `FILE#ENGINE`. Throws `GateError`. */
export async function readStored(address: string): Promise<Side> {
  const [file = '', engine] = splitAddress(address);
  const report = await readReport(file);
  if (engine === undefined) return { name: file, report };
  const narrowed = narrowReport(report, engine);
  if (narrowed !== undefined) return { name: engine, report: narrowed };
  const names = report.engines.map(({ name }) => name).join(', ') || 'none';
  throw new GateError(`The report ${file} has nothing about an engine ${engine}; its engines are ${names}.`);
}

export async function readReport(file: string): Promise<Report> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new GateError(
      `The report ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}.`,
    );
  }
  const report = parse(text, file);
  if (!isReport(report))
    throw new GateError(
      `The file ${file} is no report of this suite; give the conformance.json or matrix.json of a run.`,
    );
  if (report.version !== 1)
    throw new GateError(
      `The report ${file} has format version ${JSON.stringify(report.version)}, and this suite reads version 1; compare with the suite that wrote it.`,
    );
  return report;
}

function splitAddress(address: string): readonly (string | undefined)[] {
  const at = address.lastIndexOf('#');
  return at === -1 ? [address] : [address.slice(0, at), address.slice(at + 1)];
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GateError(`The file ${file} is not JSON; give the conformance.json or matrix.json of a run.`);
  }
}

const LISTS = ['engines', 'subjects', 'requirements', 'facts', 'archives'] as const;

function isReport(value: unknown): value is Report {
  if (value === null || typeof value !== 'object') return false;
  const report = value as Partial<Report>;
  const hasLists = LISTS.every((list) => Array.isArray(report[list]));
  return hasLists && ['conformance', 'matrix', 'check'].includes(report.kind ?? '');
}
