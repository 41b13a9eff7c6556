import { UnreadableError } from '../archive/errors.ts';
import { escapeControl, quoteWord } from '../common/escape.ts';
import { didYouMean } from '../common/suggest.ts';
import { printDocument, printNote, printText } from '../common/terminal.ts';
import { optionList, UsageError } from '../common/usage.ts';
import { compareArchives } from '../gate/diff/compare-archives.ts';
import { DiffError } from '../gate/diff/diff-archives.ts';
import { AREAS, type Area } from '../gate/diff/diff-model.ts';
import { renderDiffJson, renderDiffMarkdown, renderDiffText } from '../gate/diff/render-diff.ts';
import { DIFF } from './options/archive-tables.ts';
import { renderHelp } from './options/help.ts';
import { parseCommand } from './options/option.ts';
import { namedOutputs, writeNamedOutputs } from './options/outputs.ts';
import { printedFormat } from './print-report.ts';

const FORMATS = { text: renderDiffText, json: renderDiffJson, markdown: renderDiffMarkdown } as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand(DIFF, args);
  if (values.help) {
    printText(renderHelp(DIFF));
    return 0;
  }
  const [first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError(`Two archives are compared; ${positionals.length} given.\n\n${renderHelp(DIFF)}`);
  const format = printedFormat(values.format, FORMATS);
  const outputs = await namedOutputs(values, ['markdown', 'json'], [first, second]);
  const ignore = (optionList(values.ignore) ?? []).map(areaOf);
  try {
    const { platform } = values;
    const options = { ignore, ...(platform !== undefined && { platform }) };
    const diff = await compareArchives(first, second, options);
    const text = FORMATS[format](diff, [first, second]);
    if (format === 'text') printText(text);
    else printDocument(text);
    const renderers = Object.entries(FORMATS).map(
      ([name, render]) => [name, () => render(diff, [first, second])] as const,
    );
    await writeNamedOutputs(outputs, Object.fromEntries(renderers), [first, second]);
    return diff.differences.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UnreadableError || error instanceof DiffError)) throw error;
    printNote(escapeControl(error.message));
    return 2;
  }
}

function areaOf(text: string): Area {
  const found = AREAS.find((area) => area === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `Nothing to ignore is called ${quoteWord(text)}; known are ${AREAS.join(', ')}.${didYouMean(text, AREAS)}`,
  );
}
