import { printDocument, printText } from '../common/terminal.ts';
import { chooseOne } from '../common/usage.ts';
import { REPORT_FORMATS } from '../report/formats.ts';
import type { HtmlOptions } from '../report/html/render-page.ts';
import type { Report } from '../report/report-model.ts';
import type { Renderers } from './options/outputs.ts';

/** The format that is printed; text where none is named. Throws `UsageError`. */
export function printedFormat<const Formats extends Readonly<Record<string, unknown>>>(
  name: string | undefined,
  formats: Formats,
): Extract<keyof Formats, string> {
  return chooseOne('format', name ?? 'text', Object.keys(formats) as Extract<keyof Formats, string>[]);
}

/** Prints a report: a table for people, or one of the formats. */
export async function printReport(
  report: Report,
  format: string,
  renderText: (report: Report) => string,
): Promise<void> {
  if (format === 'text') return printText(`\n${renderText(report)}`);
  printDocument((await reportRenderers(report)[format]?.()) ?? '');
}

/** Every format of a report; each is loaded only when asked for. */
export function reportRenderers(report: Report, options: HtmlOptions = {}): Renderers {
  const formats = Object.entries(REPORT_FORMATS).map(
    ([name, { load }]) => [name, async () => (await load())(report)] as const,
  );
  const html = async () => (await import('../report/html/render-page.ts')).renderHtml(report, options);
  return { ...Object.fromEntries(formats), html };
}
