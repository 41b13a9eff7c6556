import { UnreadableError } from '../archive/errors.ts';
import { renderHelp } from '../common/command-help.ts';
import { runByTable } from '../common/command-line.ts';
import { escapeControl } from '../common/escape.ts';
import { printDocument, printNote, printText } from '../common/terminal.ts';
import { chooseOne, optionList, UsageError } from '../common/usage.ts';
import { compareArchives } from '../gate/diff/compare-archives.ts';
import { DiffError } from '../gate/diff/diff-archives.ts';
import { AREAS } from '../gate/diff/diff-model.ts';
import { renderDiffJson, renderDiffMarkdown, renderDiffText } from '../gate/diff/render-diff.ts';
import { DIFF } from './options/archive-tables.ts';
import { namedOutputs, writeNamedOutputs } from './options/outputs.ts';
import { printedFormat } from './print-report.ts';

const FORMATS = { text: renderDiffText, json: renderDiffJson, markdown: renderDiffMarkdown } as const;

export function run(args: readonly string[]): Promise<number> {
  return runByTable(DIFF, args, async (values, positionals) => {
    const [first, second, ...more] = positionals;
    if (first === undefined || second === undefined || more.length > 0)
      throw new UsageError(`Two archives are compared; ${positionals.length} given.\n\n${renderHelp(DIFF)}`);
    const format = printedFormat(values.format, FORMATS);
    const outputs = await namedOutputs(values, ['markdown', 'json'], [first, second]);
    const ignore = (optionList(values.ignore) ?? []).map((name) => chooseOne('part', name, AREAS));
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
  });
}
