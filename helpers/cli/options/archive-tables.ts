import { defineCommand } from '../../common/command-table.ts';
import { AREAS } from '../../gate/diff/diff-model.ts';
import { LEVELS } from '../../requirements/define.ts';
import { FORMATS } from '../formats.ts';
import { CONFIG, CONFORMITY, formatOption, OUTPUTS, QUIET, SELECTION } from './shared.ts';

/** Commands that need an archive, and no engine. */

export const CHECK = defineCommand({
  name: 'check',
  summary: 'judge saved image archives',
  usages: ['check ARCHIVE... [OPTIONS]'],
  about: 'Judges saved image archives: tar files of any form, layout directories, or - for standard input.',
  operands: 'files',
  options: {
    expect: {
      type: 'string',
      value: 'FILE',
      summary:
        'compare the image with an expectation too: JSON, YAML, or a file of container-structure-test as it stands',
    },
    image: {
      type: 'string',
      value: 'NAME',
      summary: 'the image of that name (violations about others are left out)',
    },
    platform: { type: 'string', value: 'OS/ARCH', summary: 'the image of that platform' },
    level: {
      type: 'string',
      value: 'LEVEL',
      multiple: true,
      choices: LEVELS,
      summary: 'only requirements of level must, consumer, should or practice; may be repeated or a list',
    },
    ...SELECTION,
    ready: {
      type: 'boolean',
      summary:
        'will it start? the requirements start.* are judged in any case, and their warnings are failures',
    },
    producer: {
      type: 'string',
      value: 'NAME@VERSION',
      summary: 'mark what the register of known deviations has of it, for example docker@29.7',
    },
    for: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      choices: 'consumers',
      summary:
        'what this consumer will do with the archive, by the measured table; no engine is needed; may be repeated or a list, all for every one',
    },
    load: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      choices: 'consumers',
      summary: 'hand the archive to this consumer from its recipe too (Linux, root); likewise',
    },
    ...formatOption(FORMATS),
    ...OUTPUTS,
    ...QUIET,
    list: { type: 'boolean', summary: 'print the catalogue and end' },
    init: { type: 'boolean', summary: 'print a first draft of an expectation file for the archive and end' },
    'show-secrets': {
      type: 'boolean',
      summary: 'print values that look like secrets too (default: masked, and left out of a draft)',
    },
    ...CONFIG,
  },
  exitCodes: CONFORMITY,
});

export const DIFF = defineCommand({
  name: 'diff',
  summary: 'hold two saved images beside each other',
  usages: ['diff FIRST SECOND [OPTIONS]'],
  about:
    'Holds two saved images beside each other: the same or not at each level, then what differs, the heaviest first.',
  operands: 'files',
  options: {
    ignore: {
      type: 'string',
      value: 'PART',
      multiple: true,
      choices: AREAS,
      aliases: ['skip'],
      summary: `may differ; may be repeated or a list: ${AREAS.join(', ')}`,
    },
    platform: { type: 'string', value: 'OS/ARCH', summary: 'only the images of that platform' },
    format: {
      type: 'string',
      value: 'FORMAT',
      choices: ['text', 'json', 'markdown'],
      summary: 'text, json, markdown (default: text)',
    },
    markdown: OUTPUTS.markdown,
    json: OUTPUTS.json,
  },
  exitCodes: '0 same, 1 different, 2 could not be compared.',
});
