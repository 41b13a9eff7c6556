import packageJson from '../../package.json' with { type: 'json' };
import { UnreadableError } from '../archive/errors.ts';
import { escapeControl, quoteWord } from '../common/escape.ts';
import { outputTarget } from '../common/output-target.ts';
import { didYouMean } from '../common/suggest.ts';
import { printDocument, printNote, printText, wantsColor } from '../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../common/usage.ts';
import { buildCheckReport } from '../report/check-report.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import type { Report } from '../report/report-model.ts';
import { quote } from '../report/reproduce.ts';
import { tellMeasured } from '../report/tell-measured.ts';
import { LEVELS, type Level } from '../requirements/define.ts';
import type { Expectation } from '../requirements/expectation/expectation-model.ts';
import { type ImageChoice, ImageChoiceError } from '../requirements/expectation/select.ts';
import type { JudgedArchive, JudgeOptions } from '../requirements/judge-archive.ts';
import { FORMATS } from './formats.ts';
import { judgeSource } from './judge.ts';

const USAGE = `Usage: scratch-conformance check ARCHIVE... [OPTIONS]

Judges saved image archives: tar files of any form, layout directories, or - for standard input.

  --expect FILE           compare the image with an expectation file too
  --image NAME            the image of that name (violations about others are left out)
  --platform OS/ARCH      the image of that platform
  --level LEVEL           only requirements of level must, consumer, should or practice; may be repeated or a list
  --only ID               only this requirement; may be repeated or a list
  --ready                 will it start? the requirements start.* are judged in any case, and their warnings are failures
  --producer NAME@VERSION mark what the register of known deviations has of it, for example docker@29.7
  --for NAME              what this consumer will do with the archive, by the measured table; no engine is needed;
                          may be repeated or a list, all for every one
  --load NAME             hand the archive to this consumer from its recipe too (Linux, root); likewise
  --format FORMAT         ${Object.entries(FORMATS)
    .map(([name, { summary }]) => `${name} (${summary})`)
    .join(', ')}
  --html FILE             write the report as one self-contained page too
  --quiet                 text: only what needs attention
  --list                  print the catalogue and end
  --init                  print a first draft of an expectation file for the archive and end
  --show-secrets          print values that look like secrets too (default: masked, and left out of a draft)

Exit codes: 0 conforms, 1 does not conform, 2 could not be judged.
`;

const { name, version } = packageJson;

const OPTIONS = {
  expect: { type: 'string' },
  format: { type: 'string', default: 'text' },
  level: { type: 'string', multiple: true },
  only: { type: 'string', multiple: true },
  html: { type: 'string' },
  image: { type: 'string' },
  platform: { type: 'string' },
  producer: { type: 'string' },
  for: { type: 'string', multiple: true },
  load: { type: 'string', multiple: true },
  quiet: { type: 'boolean', default: false },
  ready: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  init: { type: 'boolean', default: false },
  'show-secrets': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const startedAt = new Date();
  const { values, positionals } = parseOptions({ args: [...args], allowPositionals: true, options: OPTIONS });
  if (values.help) return print(USAGE);
  const format = FORMATS[values.format];
  if (!format || !Object.hasOwn(FORMATS, values.format)) {
    throw new UsageError(refuse('format', values.format, Object.keys(FORMATS)));
  }
  const levels = levelsOf(values.level);
  if (values.list && (positionals.length > 0 || values.init))
    throw new UsageError(
      '--list prints the catalogue and judges nothing; leave out the archives and --init.',
    );
  if (values.list) return print(await renderCatalogue(values.format, levels));
  if (positionals.length === 0) throw new UsageError(`No archive is given.\n\n${USAGE}`);
  if (positionals.filter((source) => source === '-').length > 1) {
    throw new UsageError('Standard input (-) can be read only once.');
  }
  if (values.load !== undefined && positionals.includes('-'))
    throw new UsageError('--load needs the archive as a file, not on standard input.');
  const choice = {
    ...(values.image !== undefined && { image: values.image }),
    ...(values.platform !== undefined && { platform: values.platform }),
  };
  if (values.init) return print(await draft(positionals, choice, values['show-secrets']));
  const inputs = [...positionals, ...(values.expect === undefined ? [] : [values.expect])];
  // Told before the work, not after it.
  if (values.html !== undefined) await outputTarget(values.html, inputs);
  const options: JudgeOptions = {
    ...choice,
    showSecrets: values['show-secrets'],
    mustStart: values.ready,
    ...(levels && { levels }),
    ...(values.only && { only: await idsOf(values.only) }),
    ...(values.expect !== undefined && { expectation: await expectationOf(values.expect) }),
    ...(values.producer !== undefined && { producer: await producerOf(values.producer) }),
  };
  const watch =
    process.stderr.isTTY && !values.quiet ? (await import('./watch.ts')).watchReading() : undefined;
  const predicted = await chosenConsumers(optionList(values.for) ?? []);
  const checked: JudgedArchive[] = [];
  const unreadable: { subject: string; reason: string }[] = [];
  for (const source of positionals) {
    const judged = await judgeSource(source, { ...options, ...(watch && { onProgress: watch.onProgress }) });
    watch?.end(source);
    if ('reason' in judged) unreadable.push({ subject: source, reason: escapeControl(judged.reason) });
    else checked.push(await withConsumers(source, judged, predicted, optionList(values.load) ?? []));
  }
  const report = await tellMeasured(
    buildCheckReport({
      suite: { name, version },
      startedAt,
      durationMs: Date.now() - startedAt.getTime(),
      command: ['scratch-conformance', 'check', ...args].map(quote).join(' '),
      checked,
      unreadable,
    }),
  );
  const render = await format.load();
  const color = wantsColor();
  const text = render(report, { color, quiet: values.quiet });
  if (values.format === 'text') printText(text, { color });
  else printDocument(text);
  if (values.html !== undefined) await writePage(report, values.html, inputs);
  for (const { reason } of unreadable) printNote(reason);
  return EXIT_CODES[report.verdict];
}

async function chosenConsumers(names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const { chooseMeasured } = await import('./consumer-outcomes.ts');
  return chooseMeasured(names);
}

/** Adds a verdict for each consumer that was asked about. */
async function withConsumers(
  source: string,
  judged: JudgedArchive,
  predicted: readonly string[],
  loaded: readonly string[],
): Promise<JudgedArchive> {
  if (predicted.length + loaded.length === 0) return judged;
  const { loadedOutcomes, predictedOutcomes } = await import('./consumer-outcomes.ts');
  const parts = [
    ...(predicted.length > 0 ? [await predictedOutcomes(judged, predicted)] : []),
    ...(loaded.length > 0 ? [await loadedOutcomes(source, judged, loaded)] : []),
  ];
  return {
    ...judged,
    outcomes: [...judged.outcomes, ...parts.flatMap(({ outcomes }) => outcomes)],
    requirements: [...judged.requirements, ...parts.flatMap(({ requirements }) => requirements)],
  };
}

async function writePage(report: Report, path: string, inputs: readonly string[]): Promise<void> {
  const { renderHtml } = await import('../report/html/render-page.ts');
  const { writeOutput } = await import('../common/write-output.ts');
  await writeOutput(path, renderHtml(report), inputs);
}

function print(text: string): 0 {
  printText(text);
  return 0;
}

function refuse(what: string, value: string, known: readonly string[]): string {
  return `No ${what} is called ${quoteWord(value)}; known are ${known.join(', ')}.${didYouMean(value, known)}`;
}

function levelsOf(values: readonly string[] | undefined): readonly Level[] | undefined {
  return optionList(values)?.map((value) => {
    const level = LEVELS.find((known) => known === value.toLowerCase());
    if (level === undefined) throw new UsageError(refuse('level', value, LEVELS));
    return level;
  });
}

async function renderCatalogue(format: string, levels: readonly Level[] | undefined): Promise<string> {
  const { checkRequirements, renderList } = await import('./known-requirements.ts');
  const all = (await checkRequirements()).filter(
    ({ level }) => levels === undefined || levels.includes(level),
  );
  if (format === 'text') return renderList(all);
  if (format !== 'json') throw new UsageError('The catalogue is printed as text or json.');
  return `${JSON.stringify(
    all.map(({ id, level, title }) => ({ id, level, title })),
    null,
    1,
  )}\n`;
}

async function idsOf(values: readonly string[]): Promise<readonly string[]> {
  const { checkRequirements, findRequirements } = await import('./known-requirements.ts');
  const known = await checkRequirements();
  const names = known.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  return (optionList(values) ?? []).flatMap((value) => {
    const named = findRequirements(known, value);
    if (named.length > 0) return named.map(({ id }) => id);
    throw new UsageError(
      `No requirement is called ${quoteWord(value)}.${didYouMean(value, names)} "check --list" prints them all.`,
    );
  });
}

async function expectationOf(path: string): Promise<Expectation> {
  const { ExpectationError, readExpectation } = await import(
    '../requirements/expectation/read-expectation.ts'
  );
  try {
    return await readExpectation(path);
  } catch (error) {
    throw error instanceof ExpectationError ? new UsageError(error.message) : error;
  }
}

async function producerOf(text: string): Promise<NonNullable<JudgeOptions['producer']>> {
  const { loadRegister, PRODUCERS, parseProducer, RegisterError } = await import(
    '../requirements/deviations/apply.ts'
  );
  const circumstances = parseProducer(text);
  if (typeof circumstances === 'string') throw new UsageError(escapeControl(circumstances));
  try {
    const register = await loadRegister();
    const known = [...new Set([...PRODUCERS, ...register.map(({ producer }) => producer.name)])].sort();
    const [name = ''] = Object.keys(circumstances.versions);
    if (!known.includes(name)) throw new UsageError(refuse('producer', name, known));
    return { circumstances, register };
  } catch (error) {
    throw error instanceof RegisterError ? new Error(`Suite bug: ${error.message}`) : error;
  }
}

async function draft(sources: readonly string[], choice: ImageChoice, showSecrets: boolean): Promise<string> {
  const [source = '', ...more] = sources;
  if (more.length > 0) throw new UsageError('--init takes one archive.');
  const { draftFrom } = await import('../requirements/expectation/draft.ts');
  try {
    return `${JSON.stringify(await draftFrom(source, choice, { showSecrets }), null, 2)}\n`;
  } catch (error) {
    const known = error instanceof UnreadableError || error instanceof ImageChoiceError;
    throw known ? new UsageError(escapeControl(error.message)) : error;
  }
}
