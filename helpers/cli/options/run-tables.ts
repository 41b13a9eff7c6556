import { defineCommand } from '../../common/command-table.ts';
import { GATE_FORMATS, RUN_FORMATS } from '../formats.ts';
import {
  BUILDER,
  CONFIG,
  formatOption,
  GIVEN_IMAGE,
  JOBS,
  LIMITS,
  OUTPUT,
  OUTPUTS,
  QUIET,
  REPRODUCE,
  SELECTION,
} from './shared.ts';

/** Commands that judge engines. */

export const CONFORMANCE = defineCommand({
  name: 'conformance',
  summary: 'go through the documented procedure on an engine and judge every step',
  usages: ['conformance [OPTIONS]'],
  about:
    'Goes through the documented procedure on the engine in force, or on one of the suite, and judges every step.',
  options: {
    engine: {
      type: 'string',
      value: 'NAME',
      choices: 'engines',
      summary: 'this engine of the suite, or host (default: the first that answers; see engine list)',
    },
    ...BUILDER,
    ...GIVEN_IMAGE,
    ...REPRODUCE,
    ...SELECTION,
    ...formatOption(RUN_FORMATS),
    ...OUTPUT,
    ...OUTPUTS,
    ...LIMITS,
    ...QUIET,
    ...CONFIG,
  },
  exitCodes:
    '0 conforms, 1 does not, also where one of two builders refuses a context, 2 could not be judged.',
});

export const MATRIX = defineCommand({
  name: 'matrix',
  summary: 'judge every engine, side by side',
  usages: ['matrix [OPTIONS]'],
  about: 'Runs the documented procedure, the catalogue and the comparisons on every engine, side by side.',
  options: {
    engine: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      choices: 'engines',
      summary: 'only this engine, which must be there; may be repeated or a list (see engine list)',
    },
    require: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      choices: 'engines',
      summary: 'this engine must be there; may be repeated or a list; all for every one',
    },
    optional: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      choices: 'engines',
      summary: 'only this engine, and only listed with the reason where it cannot be provided',
    },
    ...BUILDER,
    ...GIVEN_IMAGE,
    ...REPRODUCE,
    ...SELECTION,
    ...JOBS,
    shard: {
      type: 'string',
      value: 'I/N',
      summary: 'only the Ith of N parts of the engines, for one of N jobs',
    },
    merge: {
      type: 'string',
      value: 'FOLDER',
      summary: 'no run: merge what the shards left there (FOLDER/*/) into one report',
    },
    ...formatOption(RUN_FORMATS),
    ...OUTPUT,
    ...OUTPUTS,
    ...LIMITS,
    ...QUIET,
    ...CONFIG,
  },
  exitCodes: '0 conforms, 1 does not conform, 2 could not be judged, or an engine that must be there is not.',
});

export const GATE = defineCommand({
  name: 'gate',
  summary: 'say what an upgrade from one engine to another breaks, changes and fixes',
  usages: ['gate --baseline A --candidate B [OPTIONS]'],
  about:
    'Says what going from one engine to another breaks, changes and fixes. A and B are engines (see engine list), tools in one version (skopeo@1.18), or stored reports: FILE, or FILE#ENGINE.',
  options: {
    baseline: { type: 'string', value: 'A', choices: 'engines', summary: 'what is in use today' },
    'baseline-file': {
      type: 'string',
      value: 'FILE',
      summary: 'the same from a stored report, for example one that a team commits',
    },
    candidate: { type: 'string', value: 'B', choices: 'engines', summary: 'what would come' },
    allow: {
      type: 'string',
      value: 'ID',
      multiple: true,
      choices: 'ids',
      aliases: ['skip'],
      summary: 'this requirement may break, or this observation may change; may be repeated or a list',
    },
    'allow-file': {
      type: 'string',
      value: 'FILE',
      summary: 'allowed changes with their reasons (default: gate.json, where there is one)',
    },
    strict: { type: 'boolean', summary: 'any change that is not allowed is a no-go' },
    fresh: { type: 'boolean', summary: 'run engines again, even where report/matrix.json has them' },
    ...formatOption(GATE_FORMATS),
    ...OUTPUT,
    html: OUTPUTS.html,
    markdown: OUTPUTS.markdown,
    junit: OUTPUTS.junit,
    sarif: OUTPUTS.sarif,
    gitlab: OUTPUTS.gitlab,
    json: OUTPUTS.json,
    ...QUIET,
    ...CONFIG,
  },
  exitCodes: '0 go, 1 no-go, 2 could not be judged.',
});
