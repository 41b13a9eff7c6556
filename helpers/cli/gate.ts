import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { quoteWord, showName } from '../common/escape.ts';
import { printDocument, printText, wantsColor } from '../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../common/usage.ts';
import { type Allowance, parseAllowances } from '../gate/allow.ts';
import { compare } from '../gate/gate.ts';
import { GateError } from '../gate/stored.ts';
import { renderGateJson, writeGate } from '../gate/write.ts';
import type { GateReport, GateVerdict } from '../report/gate-model.ts';
import { observationIdOfToday } from '../report/read-report.ts';
import { provideSides } from './gate-sides.ts';

const USAGE = `Usage: scratch-conformance gate --baseline A --candidate B [OPTIONS]

Says what going from one engine to another breaks, changes and fixes. A and B are engines
(see: scratch-conformance engine list), or stored reports: FILE, or FILE#ENGINE.

  --baseline A          what is in use today
  --baseline-file FILE  the same from a stored report, for example one that a team commits
  --candidate B         what would come
  --allow ID            this requirement may break, or this observation may change; may be repeated or a list
  --allow-file FILE     allowed changes with their reasons (default: gate.json, where there is one)
  --strict              any change that is not allowed is a no-go
  --fresh               run engines again, even where report/matrix.json has them
  --format FORMAT       text (for people), json or markdown
  --quiet               no progress
  --output FOLDER       where gate.json, gate.md and index.html go (default: report)

Exit codes: 0 go, 1 no-go, 2 could not be judged.
`;

const EXIT_CODES: Readonly<Record<GateVerdict, number>> = { go: 0, 'no-go': 1, 'could-not-judge': 2 };

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      baseline: { type: 'string' },
      'baseline-file': { type: 'string' },
      candidate: { type: 'string' },
      allow: { type: 'string', multiple: true },
      'allow-file': { type: 'string' },
      strict: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      output: { type: 'string', default: 'report' },
      quiet: { type: 'boolean', short: 'q', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const baseline = values['baseline-file'] ?? values.baseline;
  if (values.baseline !== undefined && values['baseline-file'] !== undefined)
    throw new UsageError('Give either --baseline or --baseline-file, not both.');
  if (baseline === undefined || values.candidate === undefined)
    throw new UsageError(`Give a --baseline and a --candidate.\n\n${USAGE}`);
  const render = RENDERERS[values.format];
  if (render === undefined || !Object.hasOwn(RENDERERS, values.format))
    throw new UsageError(
      `No format is called ${quoteWord(values.format)}; there are ${Object.keys(RENDERERS).join(', ')}.`,
    );
  try {
    const allowances = await readAllowances(values.allow, values['allow-file']);
    const [before, after] = await provideSides([baseline, values.candidate], {
      folder: values.output,
      fresh: values.fresh,
      quiet: values.quiet,
    });
    const gate = compare(before, after, {
      allowances,
      strict: values.strict,
      today: new Date().toISOString().slice(0, 10),
      command: `npm run gate -- ${args.map(quote).join(' ')}`,
    });
    const inputs = [baseline, values.candidate].map((side) => side.replace(/#[^#]*$/, ''));
    await writeGate(gate, before, after, values.output, [...inputs, values['allow-file'] ?? 'gate.json']);
    await render(gate);
    return EXIT_CODES[gate.verdict];
  } catch (error) {
    if (error instanceof GateError) throw new UsageError(error.message);
    throw error;
  }
}

const RENDERERS: Readonly<Record<string, (gate: GateReport) => Promise<void>>> = {
  text: async (gate) => {
    const { renderGateText } = await import('../gate/text.ts');
    const color = wantsColor();
    printText(renderGateText(gate, { color }), { color });
  },
  json: async (gate) => printDocument(renderGateJson(gate)),
  markdown: async (gate) => printDocument((await import('../gate/markdown.ts')).renderGateMarkdown(gate)),
};

async function readAllowances(
  ids: readonly string[] | undefined,
  file: string | undefined,
): Promise<readonly Allowance[]> {
  const named = (optionList(ids) ?? []).map((id) => ({ id: observationIdOfToday(id), by: '--allow' }));
  const name = file ?? 'gate.json';
  if (file === undefined && !existsSync(name)) return named;
  const text = await readFile(name, 'utf8').catch(() => {
    throw new GateError(`The file ${showName(name)} of allowed changes cannot be read.`);
  });
  const parsed = parseAllowances(text, name);
  if ('problems' in parsed) throw new GateError(parsed.problems.join('\n'));
  return [...named, ...parsed.allowances];
}

function quote(word: string): string {
  return /^[\w./:=@#-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
