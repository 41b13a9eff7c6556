import { quoteWord } from '../common/escape.ts';
import { printDocument, printText } from '../common/terminal.ts';
import { parseOptions, UsageError } from '../common/usage.ts';
import { writeOutput } from '../common/write-output.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { REPORT_FORMATS } from '../report/formats.ts';
import { ReportError, readReport } from '../report/read-report.ts';
import { writeOutputs } from '../report/write.ts';

const USAGE = `Usage: scratch-conformance report FILE [OPTIONS]

Renders a stored report (report/conformance.json, report/matrix.json) again. Without --format, everything that a
run leaves is written beside one another: index.html, junit.xml, summary.md and the JSON itself.

  --format FORMAT       ${Object.entries(REPORT_FORMATS)
    .map(([name, { summary }]) => `${name} (${summary})`)
    .join(', ')}
  --out PATH            with --format: the file (default: standard output); without: the folder (default: report)
  --baseline FILE       a second report, whose archives the page offers for comparison
  --exit-code           end with the code of the report's verdict: 0 conforms, 1 does not, 2 could not be judged

Exit codes: 0 rendered, 2 could not be read.
`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string' },
      out: { type: 'string' },
      baseline: { type: 'string' },
      'exit-code': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError(`Give one stored report.\n\n${USAGE}`);
  const format = values.format === undefined ? undefined : formatOf(values.format);
  const inputs = [file, ...(values.baseline === undefined ? [] : [values.baseline])];
  try {
    const report = await readReport(file);
    const options = values.baseline === undefined ? {} : { baseline: await readReport(values.baseline) };
    if (format) {
      const text =
        values.format === 'html'
          ? (await import('../report/html/render-page.ts')).renderHtml(report, options)
          : (await format.load())(report);
      if (values.out === undefined) printDocument(text);
      else await writeOutput(values.out, text, inputs);
    } else {
      for (const path of await writeOutputs(report, values.out ?? 'report', options, inputs))
        printText(`${path}\n`);
    }
    return values['exit-code'] ? EXIT_CODES[report.verdict] : 0;
  } catch (error) {
    throw error instanceof ReportError ? new UsageError(error.message) : error;
  }
}

function formatOf(name: string) {
  const format = Object.hasOwn(REPORT_FORMATS, name) ? REPORT_FORMATS[name] : undefined;
  if (format) return format;
  throw new UsageError(
    `No format is called ${quoteWord(name)}; there are ${Object.keys(REPORT_FORMATS).join(', ')}.`,
  );
}
