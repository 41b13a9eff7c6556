import { renderHelp } from '../common/command-help.ts';
import { runByTable } from '../common/command-line.ts';
import { printDocument, printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import { writeOutput } from '../common/write-output.ts';
import { withPolicy } from '../report/apply-policy.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { renderFlowTable } from '../report/flow-table.ts';
import { renderMatrixTable } from '../report/matrix-table.ts';
import { ReportError, readReport } from '../report/read-report.ts';
import type { Report } from '../report/report-model.ts';
import { writeOutputs } from '../report/write.ts';
import { RUN_FORMATS } from './formats.ts';
import { allRequirements } from './known-requirements.ts';
import { namedOutputs, writeNamedOutputs } from './options/outputs.ts';
import { policyOf } from './options/policy-options.ts';
import { OUTPUTS } from './options/shared.ts';
import { REPORT } from './options/tables.ts';
import { printedFormat, reportRenderers } from './print-report.ts';

export function run(args: readonly string[]): Promise<number> {
  return runByTable(REPORT, args, async (values, positionals) => {
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0)
      throw new UsageError(`Give one stored report.\n\n${renderHelp(REPORT)}`);
    const format = values.format === undefined ? undefined : printedFormat(values.format, RUN_FORMATS);
    const inputs = [file, ...(values.baseline === undefined ? [] : [values.baseline])];
    const outputs = await namedOutputs(values, Object.keys(OUTPUTS), inputs);
    const { baseline: second, ...rest } = values;
    const policy = await policyOf(rest, [], allRequirements);
    try {
      const stored = await readReport(file);
      const report = policy === undefined ? stored : withPolicy(stored, policy);
      const options = second === undefined ? {} : { baseline: await readReport(second) };
      const renderers = reportRenderers(report, options);
      if (format !== undefined) {
        const text = (await renderers[format]?.()) ?? renderTable(report);
        if (values.output !== undefined) await writeOutput(values.output, text, inputs);
        else if (format === 'text') printText(text);
        else printDocument(text);
      }
      await writeNamedOutputs(outputs, renderers, inputs);
      if (format === undefined && outputs.length === 0)
        for (const path of await writeOutputs(report, values.output ?? 'report', options, inputs))
          printText(`${path}\n`);
      return values['exit-code'] ? EXIT_CODES[report.verdict] : 0;
    } catch (error) {
      throw error instanceof ReportError ? new UsageError(error.message) : error;
    }
  });
}

function renderTable(report: Report): string {
  return report.kind === 'matrix' ? renderMatrixTable(report) : renderFlowTable(report);
}
