import type { CommandOption, CommandTable } from '../../common/command-table.ts';
import type { Json } from '../../common/json.ts';

/** Options that mean nothing in a file. */
const NOT_IN_FILES: ReadonlySet<string> = new Set(['help', 'config', 'list', 'init']);

/** The JSON Schema of scratch-conformance.json, from the tables of the commands that read it. */
export function renderConfigSchema(tables: readonly CommandTable[]): Json {
  const readers = tables.filter(({ options }) => Object.hasOwn(options, 'config'));
  const sections = readers.map(({ name, summary, options }) => [
    name,
    {
      description: `Only for this command: ${summary}.`,
      type: 'object',
      additionalProperties: false,
      properties: propertiesOf(options),
    },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:scratch-conformance:config:1',
    title: 'Settings of scratch-conformance',
    description:
      'The file scratch-conformance.json, or the key scratch-conformance of package.json. It says what the options say; an option on the command line wins, then the section of the command, then the top level.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...propertiesOf(allOptions(readers)),
      ...Object.fromEntries(sections),
      waivers: WAIVERS,
    },
  };
}

/**
 * Options by name; where commands know different words, all of them. What takes one value here and a list there, or a file here
 * and an engine there, can stand in the section of a command only.
 */
function allOptions(tables: readonly CommandTable[]): CommandTable['options'] {
  const all = new Map<string, readonly CommandOption[]>();
  for (const [name, option] of tables.flatMap(({ options }) => Object.entries(options)))
    all.set(name, [...(all.get(name) ?? []), option]);
  return Object.fromEntries(
    [...all].flatMap(([name, options]) => {
      const [first, ...others] = options;
      if (first === undefined || others.some((other) => !isAlike(first, other))) return [];
      const words = options.flatMap(({ choices }) => (Array.isArray(choices) ? choices : []));
      return [
        [name, { ...first, ...(words.length > 0 && { choices: [...new Set<string>(words)] }) }] as const,
      ];
    }),
  );
}

function isAlike(one: CommandOption, other: CommandOption): boolean {
  return (['type', 'multiple', 'value'] as const).every((key) => one[key] === other[key]);
}

const WAIVERS: Json = {
  description:
    'Violations that somebody lives with, each for a reason and until a day; afterwards they fail.',
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['id', 'reason', 'until'],
    properties: {
      id: { description: 'Of a requirement; for gate of an observation too.', type: 'string', minLength: 1 },
      reason: { type: 'string', minLength: 10 },
      until: {
        description: 'The last day on which it waives anything.',
        type: 'string',
        pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
      },
      on: {
        description: 'Only there: an archive, an engine, or a subject of the report. Default: everywhere.',
        type: 'string',
        minLength: 1,
      },
    },
  },
};

function propertiesOf(options: CommandTable['options']): { readonly [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(options)
      .filter(([name]) => !NOT_IN_FILES.has(name))
      .map(([name, option]) => [name, propertyOf(option)]),
  );
}

function propertyOf({ type, multiple = false, value, choices, summary }: CommandOption): Json {
  const isNumber = value === 'N' || value === 'SECONDS';
  const word: Json = {
    type: type === 'boolean' ? 'boolean' : isNumber ? 'number' : 'string',
    ...(Array.isArray(choices) && { enum: [...choices] }),
  };
  return multiple
    ? { description: summary, type: 'array', items: word }
    : { description: summary, ...(word as object) };
}
