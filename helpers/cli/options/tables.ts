import { defineCommand } from '../../common/command-table.ts';
import { RUN_FORMATS } from '../formats.ts';
import { CHECK, DIFF } from './archive-tables.ts';
import { CONFORMANCE, GATE, MATRIX } from './run-tables.ts';
import { formatOption, OUTPUTS, SELECTION } from './shared.ts';

export const REPORT = defineCommand({
  name: 'report',
  summary: 'render a stored report again, in any format',
  usages: ['report FILE [OPTIONS]'],
  about:
    'Renders a stored report (report/conformance.json, report/matrix.json) again. Without --format and without a file for one, everything that a run leaves is written beside one another: index.html, junit.xml, summary.md and the JSON itself.',
  operands: 'files',
  options: {
    format: { ...formatOption(RUN_FORMATS).format, summary: `one of ${Object.keys(RUN_FORMATS).join(', ')}` },
    output: {
      type: 'string',
      value: 'PATH',
      aliases: ['out'],
      summary: 'with --format: the file (default: standard output); without: the folder (default: report)',
    },
    ...OUTPUTS,
    only: SELECTION.only,
    skip: SELECTION.skip,
    'fail-on': SELECTION['fail-on'],
    baseline: {
      type: 'string',
      value: 'FILE',
      summary: 'a second report, whose archives the page offers for comparison',
    },
    'exit-code': {
      type: 'boolean',
      summary: "end with the code of the report's verdict: 0 conforms, 1 does not, 2 could not be judged",
    },
  },
  exitCodes: '0 rendered, 2 could not be read.',
});

export const EXPLAIN = defineCommand({
  name: 'explain',
  summary: 'show what an output names: a requirement, an observation, a deviation, a consumer',
  usages: ['explain ID... | --list'],
  about:
    'Shows what an output names. A requirement: rule, level, quote, link, consequence, and the mutants that prove the check. An observation, a known deviation, a consumer: what it is, what it means, and what to do. An older name such as C4 is understood too.',
  operands: 'ids',
  options: { list: { type: 'boolean', summary: 'every id, with its level or kind' } },
});

export const CONSUMERS = defineCommand({
  name: 'consumers',
  summary: 'hand archives to real consumers and keep what they do',
  usages: [
    'consumers [--consumer NAME[,NAME]] [--only TEXT[,TEXT]] [OPTIONS]',
    'consumers --archive FILE [--consumer NAME[,NAME]]',
    'consumers --list',
  ],
  about:
    'Hands every archive of the project to real consumers and writes what they do to fixtures/consumers/receptions.json.',
  options: {
    consumer: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      choices: 'consumers',
      summary: 'only these (default: all); may be repeated or a list',
    },
    only: {
      type: 'string',
      value: 'TEXT',
      multiple: true,
      summary: 'only archives whose id contains it, such as mutant/layer or case/',
    },
    changed: {
      type: 'boolean',
      summary: 'only archives that were added or changed since they were measured',
    },
    check: { type: 'boolean', summary: 'write nothing; exit code 1 when a stored reception no longer holds' },
    html: {
      type: 'string',
      value: 'FILE',
      summary: 'also write the stored table as a page; alone with --render it measures nothing',
    },
    render: { type: 'boolean', summary: 'only write the page that --html names' },
    differences: {
      type: 'boolean',
      summary: 'measure nothing; print where our verdict and the stored receptions differ, as Markdown',
    },
    jobs: { type: 'string', value: 'N', summary: 'consumers at once (default 1)' },
    archive: {
      type: 'string',
      value: 'FILE',
      summary: 'hand over this archive instead, and print what each consumer does',
    },
    list: { type: 'boolean', summary: 'names and titles of all consumers' },
  },
});

export const ENGINE = defineCommand({
  name: 'engine',
  summary: 'list the engines, or start one by hand',
  usages: ['engine list', 'engine start [NAME]'],
  about:
    'Lists the engines of the suite, or starts one that runs until Ctrl-C; default: the engine that a run would use.',
  operands: ['list', 'start'],
  options: {},
});

export const COMPLETION = defineCommand({
  name: 'completion',
  summary: 'print the completion of a shell',
  usages: ['completion bash|zsh|fish'],
  about:
    'Prints the completion of a shell. bash: source <(scratch-conformance completion bash). zsh: the same. fish: scratch-conformance completion fish | source.',
  operands: ['bash', 'zsh', 'fish'],
  options: {},
});

/** The commands of the published package, in the order of the list. */
export const COMMAND_TABLES = [
  CHECK,
  DIFF,
  EXPLAIN,
  CONFORMANCE,
  REPORT,
  ENGINE,
  MATRIX,
  GATE,
  CONSUMERS,
  COMPLETION,
] as const;
