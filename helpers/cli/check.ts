import packageJson from '../../package.json' with { type: 'json' };
import { UnreadableError } from '../archive/errors.ts';
import { renderHelp } from '../common/command-help.ts';
import { escapeControl, showName } from '../common/escape.ts';
import { toJsonText } from '../common/json.ts';
import { printDocument, printNote, printText, wantsColor } from '../common/terminal.ts';
import { chooseFrom, chooseOne, optionList, UsageError } from '../common/usage.ts';
import { waiverNotes, withPolicy } from '../report/apply-policy.ts';
import { buildCheckReport } from '../report/check-report.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { quote } from '../report/reproduce.ts';
import { tellMeasured } from '../report/tell-measured.ts';
import { LEVELS, type Level } from '../requirements/define.ts';
import type { Expectation } from '../requirements/expectation/expectation-model.ts';
import { type ImageChoice, ImageChoiceError } from '../requirements/expectation/select.ts';
import type { JudgedArchive, JudgeOptions } from '../requirements/judge-archive.ts';
import { FORMATS } from './formats.ts';
import { judgeSource } from './judge.ts';
import { checkRequirements, renderList } from './known-requirements.ts';
import { CHECK } from './options/archive-tables.ts';
import { readCommand } from './options/config.ts';
import { namedOutputs, writeNamedOutputs } from './options/outputs.ts';
import { policyOf } from './options/policy-options.ts';
import { OUTPUTS } from './options/shared.ts';
import { tellUnjudged } from './structure-notes.ts';

const { name, version } = packageJson;

export async function run(args: readonly string[]): Promise<number> {
  const startedAt = new Date();
  const { values, positionals, waivers, inputs: settings } = await readCommand(CHECK, args);
  if (values.help) return print(renderHelp(CHECK));
  const { format: printed = 'text' } = values;
  const format = chooseFrom('format', printed, FORMATS);
  const levels = levelsOf(values.level);
  if (values.list && (positionals.length > 0 || values.init))
    throw new UsageError(
      '--list prints the catalogue and judges nothing; leave out the archives and --init.',
    );
  if (values.list) return print(await renderCatalogue(printed, levels));
  if (positionals.length === 0) throw new UsageError(`No archive is given.\n\n${renderHelp(CHECK)}`);
  if (positionals.filter((source) => source === '-').length > 1) {
    throw new UsageError('Standard input (-) can be read only once.');
  }
  if (values.load !== undefined && positionals.includes('-'))
    throw new UsageError('--load needs the archive as a file, not on standard input.');
  const choice = {
    ...(values.image !== undefined && { image: values.image }),
    ...(values.platform !== undefined && { platform: values.platform }),
  };
  if (values.init) {
    printDocument(await draft(positionals, choice, values['show-secrets'] === true));
    return 0;
  }
  const inputs = [
    ...positionals,
    ...[values.expect, values.baseline].filter((name) => name !== undefined),
    ...settings,
  ];
  // Told before the work, not after it.
  const outputs = await namedOutputs(values, Object.keys(OUTPUTS), inputs);
  const policy = await policyOf(values, waivers, checkRequirements);
  const options: JudgeOptions = {
    ...choice,
    showSecrets: values['show-secrets'] === true,
    mustStart: values.ready === true,
    ...(levels && { levels }),
    ...(policy?.only && { only: [...policy.only] }),
    ...(values.expect !== undefined && { expectation: await expectationOf(values.expect) }),
    ...(values.producer !== undefined && { producer: await producerOf(values.producer) }),
  };
  const watch =
    process.stderr.isTTY && !values.quiet ? (await import('./watch.ts')).watchReading() : undefined;
  const predicted = await chosenConsumers(optionList(values.for) ?? []);
  const showsTexts = printed === 'html' || values.html !== undefined;
  const checked: JudgedArchive[] = [];
  const unreadable: { subject: string; reason: string }[] = [];
  for (const source of positionals) {
    const judged = await judgeSource(source, {
      ...options,
      showsTexts,
      ...(watch && { onProgress: watch.onProgress }),
    });
    watch?.end(source);
    if ('reason' in judged) unreadable.push({ subject: source, reason: escapeControl(judged.reason) });
    else checked.push(await withConsumers(source, judged, predicted, optionList(values.load) ?? []));
  }
  const judged = await tellMeasured(
    buildCheckReport({
      suite: { name, version },
      startedAt,
      durationMs: Date.now() - startedAt.getTime(),
      command: ['scratch-conformance', 'check', ...args].map(quote).join(' '),
      checked,
      unreadable,
    }),
  );
  // What was asked for by id is chosen before anything is judged; the verdict of a consumer is always asked for.
  const { only: _, ...rest } = policy ?? { today: '' };
  const report = policy === undefined ? judged : withPolicy(judged, rest);
  const render = await format.load();
  const color = wantsColor();
  const text = render(report, { color, quiet: values.quiet === true });
  if (printed === 'text') printText(text, { color });
  else printDocument(text);
  const renderers = Object.entries(FORMATS).map(
    ([name, { load }]) => [name, async () => (await load())(report, { color: false, quiet: false })] as const,
  );
  await writeNamedOutputs(outputs, Object.fromEntries(renderers), inputs);
  for (const note of policy === undefined ? [] : waiverNotes(report, policy)) printNote(escapeControl(note));
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

function print(text: string): 0 {
  printText(text);
  return 0;
}

function levelsOf(values: readonly string[] | undefined): readonly Level[] | undefined {
  return optionList(values)?.map((value) => {
    return chooseOne('level', value.toLowerCase(), LEVELS);
  });
}

async function renderCatalogue(format: string, levels: readonly Level[] | undefined): Promise<string> {
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

async function expectationOf(path: string): Promise<Expectation> {
  const { ExpectationError, readExpectation } = await import(
    '../requirements/expectation/read-expectation.ts'
  );
  try {
    const expectation = await readExpectation(path);
    if (expectation.structure) tellUnjudged(path, expectation.structure, false);
    tellRun(path, expectation);
    return expectation;
  } catch (error) {
    throw error instanceof ExpectationError ? new UsageError(error.message) : error;
  }
}

/** What only an engine can show is not passed over without a word, and is not all that an archive is held to. */
function tellRun(path: string, { run, ...rest }: Expectation): void {
  if (run === undefined) return;
  const where = 'conformance --context DIR --expect FILE judges it';
  if (Object.keys(rest).every((key) => key === '$schema' || key === 'comment'))
    throw new UsageError(
      `${showName(path)} states nothing but a run, which no saved archive shows; ${where}.`,
    );
  printNote(`The run that ${showName(path)} states is not judged of a saved archive; ${where}.`);
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
    chooseOne('producer', name, known);
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
    return `${toJsonText(await draftFrom(source, choice, { showSecrets }), 2)}\n`;
  } catch (error) {
    const known = error instanceof UnreadableError || error instanceof ImageChoiceError;
    throw known ? new UsageError(escapeControl(error.message)) : error;
  }
}
