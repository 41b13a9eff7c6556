import type { OptionTable } from '../../common/command-table.ts';
import { BUILDERS } from '../../engines/engine-model.ts';
import { RUN_LIMIT, STEP_LIMIT } from '../../engines/time-limits.ts';
import { REPORT_FORMATS } from '../../report/formats.ts';
import { FAIL_ON_LEVELS } from '../../requirements/policy.ts';

/** The options that mean the same on every command that has them. A command's table takes those that make sense there. */

export const CONFORMITY = '0 conforms, 1 does not conform, 2 could not be judged.';

export const QUIET = {
  quiet: { type: 'boolean', short: 'q', summary: 'no progress, and only what needs attention' },
} as const satisfies OptionTable;

export const CONFIG = {
  config: {
    type: 'string',
    value: 'FILE',
    summary: 'settings and waivers (default: scratch-conformance.json, or that key of package.json)',
  },
} as const satisfies OptionTable;

export const JOBS = {
  jobs: { type: 'string', value: 'N', summary: 'how many are judged at a time' },
} as const satisfies OptionTable;

export const OUTPUT = {
  output: { type: 'string', value: 'FOLDER', summary: 'where the report goes (default: report)' },
} as const satisfies OptionTable;

export const BUILDER = {
  builder: {
    type: 'string',
    value: 'NAME',
    multiple: true,
    choices: BUILDERS,
    summary: `only this builder; may be repeated or a list: ${BUILDERS.join(', ')}`,
  },
} as const satisfies OptionTable;

export const GIVEN_IMAGE = {
  context: {
    type: 'string',
    value: 'DIR',
    summary:
      'your own image in place of the documented one: a folder with a Dockerfile that builds without a network. Each builder builds it, each saver saves it, the specifications judge it, and it is loaded and, if it has a command, run',
  },
  expect: {
    type: 'string',
    value: 'FILE',
    summary:
      'what the image of --context must contain: JSON or YAML (see: check --init), or a file of container-structure-test as it stands',
  },
} as const satisfies OptionTable;

export const REPRODUCE = {
  reproduce: {
    type: 'boolean',
    summary:
      'build the context twice by each builder with one SOURCE_DATE_EPOCH (of the environment, or 1577836800) and say which layer, file and field differs: reproduce.same-image, a practice, which fails with --fail-on practice',
  },
} as const satisfies OptionTable;

export const LIMITS = {
  [STEP_LIMIT.option]: {
    type: 'string',
    value: 'SECONDS',
    summary: `longest that one step may take (default: ${STEP_LIMIT.seconds})`,
  },
  [RUN_LIMIT.option]: {
    type: 'string',
    value: 'SECONDS',
    summary: `longest that all steps of an engine may take (default: ${RUN_LIMIT.seconds})`,
  },
} as const satisfies OptionTable;

/** Which requirements count, and which of their violations fail. */
export const SELECTION = {
  only: {
    type: 'string',
    value: 'ID',
    multiple: true,
    choices: 'requirements',
    summary: 'only this requirement; may be repeated or a list',
  },
  skip: {
    type: 'string',
    value: 'ID',
    multiple: true,
    choices: 'requirements',
    summary: 'not this requirement, which is told as not applicable; may be repeated or a list',
  },
  'fail-on': {
    type: 'string',
    value: 'LEVEL',
    choices: FAIL_ON_LEVELS,
    summary:
      'the lightest level whose violation fails: must, consumer (default), should or practice; expectations always do',
  },
  baseline: {
    type: 'string',
    value: 'FILE',
    summary: 'a report of an earlier run (--json): only violations that it does not have fail',
  },
} as const satisfies OptionTable;

/** One file for each format that a run can write beside what it prints. */
export const OUTPUTS = Object.fromEntries(
  Object.entries(REPORT_FORMATS)
    .filter(([name]) => name !== 'github')
    .map(([name, { summary }]) => [
      name,
      { type: 'string' as const, value: 'FILE', summary: `write this file too: ${summary}` },
    ]),
) as Readonly<
  Record<OutputName, { readonly type: 'string'; readonly value: 'FILE'; readonly summary: string }>
>;

export type OutputName = 'html' | 'markdown' | 'junit' | 'sarif' | 'gitlab' | 'json';

/** `text (for people), json (…)`. */
export function formatOption(formats: Readonly<Record<string, { readonly summary: string }>>) {
  return {
    format: {
      type: 'string' as const,
      value: 'FORMAT',
      choices: Object.keys(formats),
      summary: `what is printed: ${Object.entries(formats)
        .map(([name, { summary }]) => `${name} (${summary})`)
        .join(', ')}`,
    },
  };
}
