import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isToolName } from '../../../helpers/cli/gate-tools.ts';
import type { Command, CommandEnd } from '../../../helpers/consumers/sandbox.ts';
import { EngineError } from '../../../helpers/engines/error.ts';
import { listTools, loadTool, parseTool, type ToolRecipe } from '../../../helpers/procedure/tools/recipe.ts';
import { assertVersion } from '../../../helpers/procedure/tools/start.ts';
import { listToolInputs } from '../../../helpers/proof/tools/inputs.ts';
import { silentProgress } from '../../../helpers/report/progress.ts';
import type { Chain } from '../../../helpers/requirements/tools/passage.ts';
import { judgePassage } from '../../../helpers/runner/tools/judge-passage.ts';
import { readInput, runTools } from '../../../helpers/runner/tools/run-tools.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

const scratch = await scratchFolder();
afterAll(() => scratch[Symbol.asyncDispose]());

/** Runs commands on the host, as a sandbox runs them in its namespaces. */
function execute({ argv }: Command): Promise<CommandEnd> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const timedOut = false;
    child.once('error', () =>
      resolve({
        ...{ status: 127, signal: null, timedOut, stdout },
        stderr: `nsenter: failed to execute ${program}: No such file or directory`,
      }),
    );
    child.once('close', (status, signal) => resolve({ status, signal, timedOut, stdout, stderr }));
  });
}

async function fakeTool(name: string, body: string): Promise<string> {
  const file = join(scratch.path, name);
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

const CHAIN: Omit<Chain, 'commands'> = { name: 'copy', reads: 'oci-archive', writes: 'oci-archive' };

function recipeOf(program: string): ToolRecipe {
  return {
    ...{ name: 'fake@1.0', product: 'fake', title: 'a fake tool', version: '1.0', asksVersion: [program] },
    ...{ source: { type: 'rootfs', suites: ['none'], packages: ['fake'] }, start: {} },
    ...{ usualWords: [], mayChange: [], mayRefuse: [] },
    chains: [{ ...CHAIN, commands: [[program, '{input}', '{output}']] }],
  };
}

async function outcomesOf(program: string) {
  const recipe = recipeOf(program);
  const work = join(scratch.path, 'work');
  await mkdir(work, { recursive: true });
  const run = { path: work, socket: '', work };
  const sandbox = { work, run, execute, stop: () => Promise.resolve() };
  const input = (await listToolInputs()).find(({ name }) => name === 'rich-oci');
  const [chain] = recipe.chains;
  if (input === undefined || chain === undefined) throw new Error('The input of this test is not there.');
  return (await judgePassage({ recipe, sandbox }, chain, await readInput(input))).outcomes;
}

describe('a tool that goes wrong fails in one requirement of its own', () => {
  test.for<[what: string, body: string, id: string, words: RegExp]>([
    [
      'ends with an error',
      'echo "Error: no space left" >&2; exit 3',
      'tool.ends-well',
      /exit code 3: no space left/,
    ],
    ['panics', 'echo "panic: runtime error" >&2; exit 2', 'tool.ends-well', /crashed: panic: runtime error/],
    ['is killed by a fault', 'kill -SEGV $$', 'tool.ends-well', /crashed: /],
    ['leaves nothing', 'exit 0', 'tool.leaves-output', /found nothing/],
    ['leaves a file of 0 bytes', ': > "$2"', 'tool.leaves-output', /a file of 0 bytes/],
    ['leaves an empty folder', 'mkdir "$2"', 'tool.leaves-output', /empty folder/],
    ['leaves something else', 'echo rubbish > "$2"', 'tool.readable', /expected an image/],
    [
      'complains and ends well',
      'cp "$1" "$2"; echo "layer 3 skipped" >&2',
      'tool.says-nothing',
      /layer 3 skipped/,
    ],
  ])('%s', async ([what, body, id, words]) => {
    const outcomes = await outcomesOf(await fakeTool(what.replaceAll(' ', '-'), body));
    const broken = outcomes.filter(
      ({ id: own, status }) => own.startsWith('tool.') && (status === 'fail' || status === 'warn'),
    );
    expect(broken.map((outcome) => outcome.id)).toEqual([id]);
    expect(broken[0]?.findings[0]?.message).toMatch(words);
  });

  test('is not there', async () => {
    const outcomes = await outcomesOf(join(scratch.path, 'nobody'));
    const broken = outcomes.filter(({ status }) => status === 'fail');
    expect(broken.map(({ id }) => id)).toEqual(['tool.ends-well']);
    expect(broken[0]?.findings[0]?.message).toMatch(/missing: \S+nobody is not there/);
  });

  test('copies: nothing fails', async () => {
    const outcomes = await outcomesOf(await fakeTool('copies', 'cp "$1" "$2"'));
    expect(outcomes.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    expect(outcomes.filter(({ status }) => status === 'pass').length).toBeGreaterThan(50);
  });
});

describe('a tool that cannot be had as it is stated', () => {
  test.for<[what: string, body: string | undefined, sentence: RegExp]>([
    ['is missing', undefined, /^fake@1\.0 is missing: \S+ is not there.*packages fake of Debian none/],
    ['is of another version', 'echo fake version 1.1', /says 1\.1, its recipe states 1\.0/],
    ['tells no version', 'echo fake', /prints no number/],
    ['crashes', 'echo "panic: x" >&2; exit 2', /does not tell its version: \S+ crashed \(panic: x\)/],
  ])('%s', async ([what, body, sentence]) => {
    const program =
      body === undefined
        ? join(scratch.path, 'nobody')
        : await fakeTool(`v-${what.replaceAll(' ', '-')}`, body);
    await expect(assertVersion(recipeOf(program), { execute })).rejects.toThrow(sentence);
  });

  test('is never a pass: the run could not judge, and says why', async () => {
    const start = () => Promise.reject(new EngineError('fake@1.0 is missing.'));
    const report = await runTools({
      ...{ recipes: [recipeOf('x')], inputs: [], jobs: 1, command: 'npm run tools' },
      ...{ output: join(scratch.path, 'report'), progress: silentProgress(), start },
    });
    expect(report.verdict).toBe('could-not-judge');
    expect(report.unreadable).toEqual([{ subject: 'fake@1.0', reason: 'fake@1.0 is missing.' }]);
  });
});

test('an image whose views spell its name in two ways has one name', async () => {
  const names = (await listToolInputs()).map(({ name, names: all }) => [name, all]);
  expect(Object.fromEntries(names)).toMatchObject({
    'docker-26': ['example/hello:1'],
    'names-docker': ['example/golden:1', 'example/golden:2'],
  });
});

describe('the recipes', () => {
  let names: readonly string[] = [];
  beforeAll(async () => {
    names = await listTools();
  });

  test('can be read, and state only what they have', async () => {
    expect(names).toContain('skopeo@1.18');
    const recipes = await Promise.all(names.map((name) => loadTool(name)));
    for (const { chains } of recipes) expect(chains.length).toBeGreaterThan(0);
  });

  test.for<[string, string, RegExp]>([
    ['no JSON', '{', /is not JSON/],
    ['without chains', '{"asksVersion":["x"],"versions":{"1":{"title":"x","version":"1"}}}', /chains/],
    ['with a shell line', '{"asksVersion":"x --version","versions":{},"chains":[]}', /must be array/],
  ])('are refused in one sentence: %s', async ([, text, sentence]) => {
    await expect(parseTool(text, 'x')).rejects.toThrow(sentence);
  });
});

describe('a side of a gate', () => {
  test.for<[string, boolean]>([
    ['skopeo@1.18', true],
    ['docker-28', false],
    ['skopeo', false],
  ])('%s is a tool: %s', async ([text, isTool]) => expect(await isToolName(text)).toBe(isTool));

  test('names the versions that there are', async () => {
    await expect(isToolName('skopeo@0.1')).rejects.toThrow(
      /no recipe of the tool skopeo@0\.1; there are skopeo@1\.9, skopeo@1\.18/,
    );
  });
});
