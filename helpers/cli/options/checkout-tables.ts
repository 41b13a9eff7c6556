import { availableParallelism } from 'node:os';
import { defineCommand } from '../../common/command-table.ts';
import { REPORT_FORMATS } from '../../report/formats.ts';
import { OUTPUT, QUIET } from './shared.ts';

/** Commands that work on the sources of the suite itself, which the published package does not have. */

export const DOCS = defineCommand({
  name: 'docs',
  summary: 'write the generated parts of the documentation',
  usages: ['docs [--check] [--example FILE]'],
  about:
    'Writes what is generated of the documentation, between the markers of its files: in specs/CATALOGUE.md the requirements, the budgets and the options that several commands have; in README.md the example of a run; and the schema of scratch-conformance.json.',
  options: {
    check: { type: 'boolean', summary: 'write nothing, and end with 1 when one of them is out of date' },
    example: {
      type: 'string',
      value: 'FILE',
      summary:
        'take this report (report/conformance.json) as the example, and keep what is shown of it in fixtures/docs',
    },
  },
});

/** Tools wait for disks and start-up: one for each core, and one more. */
export const TOOL_JOBS = availableParallelism() + 1;

export const TOOLS = defineCommand({
  name: 'tools',
  summary: 'send images through real tools and say what survives',
  usages: ['tools [OPTIONS]'],
  about:
    "Sends images through real tools (skopeo, umoci, crane, buildah and others, from Debian's packages) and says what survives. Needs root on Linux, and Debian's package archive on the first use.",
  options: {
    tool: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      summary: 'only this tool, with or without a version: skopeo, skopeo@1.18; may be repeated or a list',
    },
    optional: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      summary: 'the same, and only listed with the reason where it cannot be had',
    },
    chain: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      summary: 'only this chain of commands; may be repeated or a list',
    },
    input: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      summary: 'only this input; may be repeated or a list',
    },
    archive: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      summary: 'your own image in place of the inputs of the suite; may be repeated',
    },
    context: {
      type: 'string',
      value: 'DIR',
      summary:
        'the same, built from this folder by buildx or podman build of the engine in force, as each of its savers writes it',
    },
    jobs: { type: 'string', value: 'N', summary: `tools at work at a time (default: ${TOOL_JOBS})` },
    list: { type: 'boolean', summary: 'print tools, chains and inputs, and run nothing' },
    format: {
      type: 'string',
      value: 'FORMAT',
      choices: ['text', ...Object.keys(REPORT_FORMATS)],
      summary: `text, or ${Object.keys(REPORT_FORMATS).join(', ')} (default: text)`,
    },
    ...OUTPUT,
    ...QUIET,
  },
  exitCodes:
    '0 what must survive survives, 1 it does not, 2 could not be judged, or a tool could not be had.',
});

export const CHECKOUT_TABLES = [DOCS, TOOLS] as const;
