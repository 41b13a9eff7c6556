import { UnreadableError } from '../archive/errors.ts';
import { escapeControl, quoteWord } from '../common/escape.ts';
import { didYouMean } from '../common/suggest.ts';
import { printDocument, printNote, printText } from '../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../common/usage.ts';
import { compareArchives } from '../gate/diff/compare-archives.ts';
import { DiffError } from '../gate/diff/diff-archives.ts';
import { AREAS, type Area } from '../gate/diff/diff-model.ts';
import { renderDiffJson, renderDiffMarkdown, renderDiffText } from '../gate/diff/render-diff.ts';

const FORMATS = { text: renderDiffText, json: renderDiffJson, markdown: renderDiffMarkdown } as const;

const USAGE = `Usage: scratch-conformance diff FIRST SECOND [OPTIONS]

Holds two saved images beside each other: the same or not at each level, then what differs, the heaviest first.

  --ignore PART       may differ; may be repeated or a list: ${AREAS.join(', ')}
  --platform OS/ARCH  only the images of that platform
  --format FORMAT     ${Object.keys(FORMATS).join(', ')} (default: text)

Exit codes: 0 same, 1 different, 2 could not be compared.
`;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions({
    args: [...args],
    allowPositionals: true,
    options: {
      ignore: { type: 'string', multiple: true },
      platform: { type: 'string' },
      format: { type: 'string', default: 'text' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const [first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError(`Two archives are compared; ${positionals.length} given.\n\n${USAGE}`);
  const format = formatOf(values.format);
  const ignore = (optionList(values.ignore) ?? []).map(areaOf);
  try {
    const { platform } = values;
    const options = { ignore, ...(platform !== undefined && { platform }) };
    const diff = await compareArchives(first, second, options);
    const text = FORMATS[format](diff, [first, second]);
    if (format === 'text') printText(text);
    else printDocument(text);
    return diff.differences.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UnreadableError || error instanceof DiffError)) throw error;
    printNote(escapeControl(error.message));
    return 2;
  }
}

function formatOf(text: string): keyof typeof FORMATS {
  const known = Object.keys(FORMATS) as (keyof typeof FORMATS)[];
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `No format is called ${quoteWord(text)}; known are ${known.join(', ')}.${didYouMean(text, known)}`,
  );
}

function areaOf(text: string): Area {
  const found = AREAS.find((area) => area === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `Nothing to ignore is called ${quoteWord(text)}; known are ${AREAS.join(', ')}.${didYouMean(text, AREAS)}`,
  );
}
