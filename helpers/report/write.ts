import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toJsonText } from '../common/json.ts';
import { makeOutputFolder, writeOutputFiles } from '../common/write-output.ts';
import { reportToGitHub } from './github.ts';
import { type HtmlOptions, renderHtml } from './html/render-page.ts';
import { renderJUnit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './report-model.ts';

/** The JSON that every other output can be made from again. */
export function renderJson(report: Report): string {
  return `${toJsonText(report)}\n`;
}

/**
 * Writes everything a run leaves: `<kind>.json`, `index.html`, `junit.xml` and `summary.md`, and tells GitHub Actions when
 * run there. Returns the files. Each is replaced at once, so a reader never sees half of one; a stored report that is
 * rendered again where it stands stays as it is.
 */
export async function writeOutputs(
  report: Report,
  directory: string,
  options: HtmlOptions = {},
  inputs: readonly string[] = [],
): Promise<readonly string[]> {
  await makeOutputFolder(directory);
  const files: Readonly<Record<string, string>> = {
    [`${report.kind}.json`]: renderJson(report),
    'index.html': renderHtml(report, options),
    'junit.xml': renderJUnit(report),
    'summary.md': renderMarkdown(report),
  };
  const written = Object.entries(files).map(([name, text]) => ({ path: join(directory, name), text }));
  const isInput = await Promise.all(written.map(({ path }) => isOneOf(path, inputs)));
  // The report itself may be rendered again beside itself; nothing else that is read may be replaced.
  await writeOutputFiles(
    written.filter(({ path }, position) => !(isInput[position] && path.endsWith(`${report.kind}.json`))),
    inputs,
  );
  await reportToGitHub(report);
  return written.map(({ path }) => path);
}

async function isOneOf(path: string, inputs: readonly string[]): Promise<boolean> {
  const [output, ...read] = await Promise.all(
    [path, ...inputs].map((name) => stat(name).catch(() => undefined)),
  );
  return read.some((input) => output && input?.dev === output.dev && input.ino === output.ino);
}
