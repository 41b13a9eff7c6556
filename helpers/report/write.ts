import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toJsonText } from '../common/json-text.ts';
import { reportToGitHub } from './github.ts';
import { type HtmlOptions, renderHtml } from './html/render.ts';
import { renderJUnit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './model.ts';

/** The JSON that every other output can be made from again. */
export function renderJson(report: Report): string {
  return `${toJsonText(report)}\n`;
}

/**
 * Writes everything a run leaves: `<kind>.json`, `index.html`, `junit.xml` and `summary.md`, and tells GitHub Actions when
 * run there. Returns the files written. Each file is replaced at once, so a reader never sees half of one.
 */
export async function writeOutputs(
  report: Report,
  directory: string,
  options: HtmlOptions = {},
): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const files: Readonly<Record<string, string>> = {
    [`${report.kind}.json`]: renderJson(report),
    'index.html': renderHtml(report, options),
    'junit.xml': renderJUnit(report),
    'summary.md': renderMarkdown(report),
  };
  const written = await Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const path = join(directory, name);
      await writeAtomically(path, text);
      return path;
    }),
  );
  await reportToGitHub(report);
  return written;
}

/** A neighbour file is written and then renamed over `path`. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
