import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run as completion } from '../../../helpers/cli/completion.ts';
import { allRequirements } from '../../../helpers/cli/known-requirements.ts';
import { CHECKOUT_TABLES } from '../../../helpers/cli/options/checkout-tables.ts';
import { renderBash, renderFish, renderZsh } from '../../../helpers/cli/options/complete.ts';
import { COMMAND_TABLES } from '../../../helpers/cli/options/tables.ts';
import { renderHelp } from '../../../helpers/common/command-help.ts';
import { defineCommand, type OptionTable, parseCommand } from '../../../helpers/common/command-table.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

/** What every command has that makes sense of it. */
const VOCABULARY: Readonly<Record<string, readonly string[]>> = {
  check: [
    'only',
    'skip',
    'fail-on',
    'baseline',
    'format',
    'quiet',
    'html',
    'junit',
    'sarif',
    'markdown',
    'json',
  ],
  conformance: [
    'engine',
    'builder',
    'output',
    'format',
    'only',
    'skip',
    'fail-on',
    'baseline',
    'quiet',
    'junit',
  ],
  matrix: [
    'engine',
    'builder',
    'output',
    'format',
    'only',
    'skip',
    'fail-on',
    'baseline',
    'jobs',
    'quiet',
    'sarif',
    'gitlab',
  ],
  gate: ['baseline', 'output', 'format', 'skip', 'quiet', 'html', 'markdown', 'junit', 'json'],
  report: [
    'output',
    'format',
    'only',
    'skip',
    'fail-on',
    'baseline',
    'html',
    'junit',
    'sarif',
    'markdown',
    'json',
  ],
  diff: ['skip', 'format', 'markdown', 'json'],
};

const words = {
  engines: ['docker-28', 'podman-5.4'],
  consumers: ['umoci-0.6.0'],
  requirements: ['tar.end', 'config.diff-id'],
  ids: ['tar.end', 'config.diff-id', 'observation.layout'],
};

describe('the tables of options', () => {
  test.each(Object.entries(VOCABULARY))(
    '%s has the options that mean the same everywhere',
    (name, options) => {
      const table = COMMAND_TABLES.find((each) => each.name === name);
      const declared: OptionTable = table?.options ?? {};
      const names = Object.entries(declared).flatMap(([option, { aliases = [] }]) => [option, ...aliases]);
      expect(names).toEqual(expect.arrayContaining([...options]));
    },
  );

  test.each([...COMMAND_TABLES, ...CHECKOUT_TABLES].map((table) => [table.name, table] as const))(
    '%s prints all of its own with --help',
    (_, table) => {
      const help = renderHelp(table);
      for (const name of Object.keys(table.options))
        expect(help).toMatch(new RegExp(`^  --${name}[ ,]`, 'm'));
      for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(118);
    },
  );

  test('no option of two commands is a switch here and takes a value there', () => {
    const types = new Map<string, Set<string>>();
    for (const { options } of COMMAND_TABLES)
      for (const [name, { type }] of Object.entries(options))
        types.set(name, (types.get(name) ?? new Set()).add(type));
    expect([...types].filter(([name, these]) => name !== 'check' && these.size > 1)).toEqual([]);
  });

  test('another name of an option is the option', () => {
    const table = defineCommand({
      name: 'x',
      summary: '',
      usages: ['x'],
      about: '',
      options: { output: { type: 'string', aliases: ['out'], summary: '' } },
    });
    expect(parseCommand(table, ['--out', 'a']).values).toEqual({ output: 'a' });
    expect(parseCommand(table, ['--output', 'a']).values).toEqual({ output: 'a' });
    expect(() => parseCommand(table, ['--outt', 'a'])).toThrow(
      /^No option is called "--outt"\. Did you mean .*--output/,
    );
    expect(() => parseCommand(table, ['a'])).toThrow('takes options only');
  });
});

describe('completion in bash', () => {
  const script = renderBash(COMMAND_TABLES, words);
  const complete = async (...line: readonly string[]): Promise<readonly string[]> => {
    await using folder = await scratchFolder({ 'script.bash': script, 'image.tar': '', 'folder/x': '' });
    const array = line.map((word) => `'${word}'`).join(' ');
    const { stdout, stderr } = spawnSync(
      'bash',
      [
        '--norc',
        '-c',
        `source ./script.bash; COMP_WORDS=(${array}); COMP_CWORD=${line.length - 1}; _scratch_conformance; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { cwd: folder.path, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    return stdout.split('\n').filter((word) => word !== '');
  };

  test.each<[string, readonly string[], readonly string[]]>([
    ['commands', ['ch'], ['check']],
    ['options', ['check', '--fail'], ['--fail-on']],
    ['levels', ['check', 'image.tar', '--fail-on', ''], ['must', 'consumer', 'should', 'practice']],
    ['requirements', ['check', '--only', 'conf'], ['config.diff-id']],
    ['any id', ['explain', 'obs'], ['observation.layout']],
    ['engines', ['matrix', '--engine', 'pod'], ['podman-5.4']],
    ['builders', ['conformance', '--builder', 'test'], ['testcontainers']],
    ['consumers', ['check', '--for', ''], ['umoci-0.6.0']],
    ['files', ['check', 'im'], ['image.tar']],
    ['files of an option', ['check', '--junit', 'im'], ['image.tar']],
    ['folders of an option', ['matrix', '--output', ''], ['folder']],
    ['words of a command', ['engine', 's'], ['start']],
    ['nothing for a command that is not known', ['nothing', 'x'], []],
  ])('%s', async (_, line, wanted) => {
    expect(await complete('scratch-conformance', ...line)).toEqual(wanted);
  });

  test('completes every option of every command', async () => {
    for (const { name, options } of COMMAND_TABLES)
      expect(await complete('scratch-conformance', name, '--')).toEqual(
        Object.keys(options).map((each) => `--${each}`),
      );
  });
});

test.each([
  ['zsh', renderZsh],
  ['fish', renderFish],
] as const)(
  'the completion of %s has every command with every option, and quotes what its shell reads',
  (_, render) => {
    const script = render(COMMAND_TABLES, words);
    for (const { name, options } of COMMAND_TABLES) {
      expect(script).toContain(name);
      for (const option of Object.keys(options)) expect(script).toMatch(new RegExp(`(?:--|-l )${option}\\b`));
    }
    expect(script.replaceAll("\\'", '').split("'").length % 2).toBe(1);
    // Engines as values of an option, ids as operands: each list is held once.
    for (const list of ['engines', 'ids'])
      expect(script.split(`_scratch_conformance_${list}`).length).toBeGreaterThan(2);
    expect(script.split('observation.layout').length).toBe(2);
  },
);

test('the command prints the completion with the words of this project', async () => {
  const printed: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => printed.push(text) > 0) as typeof process.stdout.write;
  try {
    expect(await completion(['bash'])).toBe(0);
  } finally {
    process.stdout.write = write;
  }
  const [{ id = '' } = {}] = await allRequirements();
  expect(printed.join('').split(/[ ']/).includes(id)).toBe(true);
  await expect(completion(['tcsh'])).rejects.toThrow(/^No shell is called "tcsh"; there are bash, zsh, fish/);
  await expect(completion([])).rejects.toThrow('Name one shell');
});

test('README and --help name no option that is not there', () => {
  const all = new Set(COMMAND_TABLES.flatMap(({ options }) => Object.keys(options)));
  const known = new Set([...all, 'allow', 'example', 'check', 'prefix', 'silent', 'provenance', 'version']);
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
  const named = new Set([...readme.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)].map(([, name = '']) => name));
  expect([...named].filter((name) => !known.has(name))).toEqual([]);
});
