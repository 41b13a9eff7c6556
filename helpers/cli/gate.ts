import { existsSync } from 'node:fs';
import { readBounded, SETTINGS_BYTES, whyUnread } from '../common/bounded-file.ts';
import { renderHelp } from '../common/command-help.ts';
import { showName } from '../common/escape.ts';
import { printDocument, printText, wantsColor } from '../common/terminal.ts';
import { optionList, UsageError } from '../common/usage.ts';
import { type Allowance, parseAllowances } from '../gate/allow.ts';
import { compare } from '../gate/gate.ts';
import { renderGateGitLab } from '../gate/gate-gitlab.ts';
import { renderGateJUnit } from '../gate/gate-junit.ts';
import { renderGateSarif } from '../gate/gate-sarif.ts';
import { renderGateMarkdown } from '../gate/markdown.ts';
import { GateError } from '../gate/stored.ts';
import { renderGateJson, renderGatePage, writeGate } from '../gate/write.ts';
import type { GateReport, GateVerdict } from '../report/gate-model.ts';
import { ownCommand } from '../report/own-command.ts';
import { observationIdOfToday } from '../report/read-report.ts';
import { GATE_FORMATS } from './formats.ts';
import { provideSides } from './gate-sides.ts';
import { readCommand } from './options/config.ts';
import { namedOutputs, writeNamedOutputs } from './options/outputs.ts';
import { GATE } from './options/run-tables.ts';
import { printedFormat } from './print-report.ts';

const EXIT_CODES: Readonly<Record<GateVerdict, number>> = { go: 0, 'no-go': 1, 'could-not-judge': 2 };

export async function run(args: readonly string[]): Promise<number> {
  const { values, waivers, inputs: settings } = await readCommand(GATE, args);
  if (values.help) {
    printText(renderHelp(GATE));
    return 0;
  }
  const { output = 'report' } = values;
  const strict = values.strict === true;
  const baseline = values['baseline-file'] ?? values.baseline;
  if (values.baseline !== undefined && values['baseline-file'] !== undefined)
    throw new UsageError('Give either --baseline or --baseline-file, not both.');
  if (baseline === undefined || values.candidate === undefined)
    throw new UsageError(`Give a --baseline and a --candidate.\n\n${renderHelp(GATE)}`);
  const printed = printedFormat(values.format, GATE_FORMATS);
  const sides = [baseline, values.candidate].map((side) => side.replace(/#[^#]*$/, ''));
  const inputs = [...sides, values['allow-file'] ?? 'gate.json', ...settings];
  const outputs = await namedOutputs(
    values,
    ['html', 'markdown', 'junit', 'sarif', 'gitlab', 'json'],
    inputs,
    output,
  );
  try {
    const allowances = [
      ...(await readAllowances(values.allow, values['allow-file'])),
      ...waivers.map((waiver) => ({
        ...waiver,
        id: observationIdOfToday(waiver.id),
        isShared: true as const,
      })),
    ];
    const [before, after] = await provideSides([baseline, values.candidate], {
      folder: output,
      fresh: values.fresh === true,
      quiet: values.quiet === true || printed !== 'text',
    });
    const gate = compare(before, after, {
      allowances,
      strict,
      today: new Date().toISOString().slice(0, 10),
      command: ownCommand('gate', args),
    });
    await writeGate(gate, before, after, output, inputs);
    await printGate(gate, printed);
    await writeNamedOutputs(
      outputs,
      {
        json: () => renderGateJson(gate),
        markdown: () => renderGateMarkdown(gate),
        junit: () => renderGateJUnit(gate, { strict }),
        sarif: () => renderGateSarif(gate, { strict, suite: after.report.suite }),
        gitlab: () => renderGateGitLab(gate, { strict }),
        html: () => renderGatePage(gate, before, after),
      },
      inputs,
    );
    return EXIT_CODES[gate.verdict];
  } catch (error) {
    if (error instanceof GateError) throw new UsageError(error.message);
    throw error;
  }
}

async function printGate(gate: GateReport, format: string): Promise<void> {
  if (format === 'json') return printDocument(renderGateJson(gate));
  if (format === 'markdown') return printDocument(renderGateMarkdown(gate));
  const { renderGateText } = await import('../gate/text.ts');
  const color = wantsColor();
  printText(renderGateText(gate, { color }), { color });
}

async function readAllowances(
  ids: readonly string[] | undefined,
  file: string | undefined,
): Promise<readonly Allowance[]> {
  const named = (optionList(ids) ?? []).map((id) => ({ id: observationIdOfToday(id), by: '--allow' }));
  const name = file ?? 'gate.json';
  if (file === undefined && !existsSync(name)) return named;
  let text: string;
  try {
    text = readBounded(name, SETTINGS_BYTES).toString('utf8');
  } catch (error) {
    throw new GateError(
      `The file ${showName(name)} of allowed changes cannot be read (${whyUnread(error)}).`,
    );
  }
  const parsed = parseAllowances(text, name);
  if ('problems' in parsed) throw new GateError(parsed.problems.join('\n'));
  return [...named, ...parsed.allowances];
}
