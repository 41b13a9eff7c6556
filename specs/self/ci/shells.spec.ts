import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it, test, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMAND_TABLES } from '../../../helpers/cli/options/tables.ts';
import { storeShard } from '../../../helpers/runner/matrix/merge-shards.ts';
import { buildCli } from '../cli/cli.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { judgedOn, planOf } from '../runner/stored-parts.ts';

// Each test starts processes; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
beforeAll(buildCli);

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

const ROOT = resolve('.');
const UPGRADE = resolve('fixtures/golden/upgrade.json');
const workflow = parse(readFileSync('.github/workflows/conformance.yml', 'utf8'));
const action = parse(readFileSync('.github/actions/check/action.yml', 'utf8'));
const [, gitlab] = parseAllDocuments(readFileSync('.gitlab/conformance.yml', 'utf8')).map((document) =>
  document.toJS(),
);

function stepOf(steps: readonly Step[], name: string): Step {
  const step = steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
}

/** Stands for npm of a checkout of the suite: scripts run from here, in the folder of the caller. */
const NPM = `#!/usr/bin/env bash
echo "npm $*" >> "$LOG"
[ -n "\${NPM_ENDS_WITH:-}" ] && exit "$NPM_ENDS_WITH"
while [ "\${1:-}" != run ] && [ $# -gt 0 ]; do shift; done
[ $# -eq 0 ] && exit 0
shift; name="$1"; shift; [ "\${1:-}" = -- ] && shift
exec node "${ROOT}/helpers/cli/run.js" "$name" "$@"
`;

interface ShellRun {
  readonly code: number | null;
  readonly output: string;
  readonly log: string;
}

/** Runs lines as a runner does, with stand-ins for what installs things. */
async function runShell(
  folder: string,
  script: string,
  env: Readonly<Record<string, string>>,
  shell: readonly string[] = ['bash', '--noprofile', '--norc', '-eo', 'pipefail'],
): Promise<ShellRun> {
  const bin = join(folder, '.bin');
  const log = join(folder, '.log');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'npm'), NPM);
  await writeFile(join(bin, 'apt-get'), '#!/bin/sh\necho "apt-get $*" >> "$LOG"\n');
  for (const name of ['npm', 'apt-get']) await chmod(join(bin, name), 0o755);
  const [command = '', ...args] = shell;
  const { status, stdout, stderr } = spawnSync(command, [...args, '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GITHUB_ACTIONS: '', ...env, PATH: `${bin}:${process.env['PATH']}`, LOG: log },
  });
  return { code: status, output: `${stdout}${stderr}`, log: await readFile(log, 'utf8').catch(() => '') };
}

describe('the gate of the GitHub workflow', () => {
  const script = stepOf(workflow.jobs.gate.steps, 'Gate').run ?? '';
  const sides = {
    BASELINE: 'report/matrix.json#docker-20',
    CANDIDATE: 'report/matrix.json#docker-28-containerd',
  };

  const gate = async (strict: boolean, allowances?: string) => {
    await using folder = await scratchFolder({});
    await mkdir(join(folder.path, 'report'));
    await cp(UPGRADE, join(folder.path, 'report/matrix.json'));
    await mkdir(join(folder.path, 'caller'));
    if (allowances !== undefined) await writeFile(join(folder.path, 'caller/gate.json'), allowances);
    const run = await runShell(folder.path, script, { ...sides, STRICT: strict ? '--strict' : '' });
    return { ...run, files: await readdir(join(folder.path, 'gate')).catch(() => []) };
  };

  it('goes where nothing breaks, and leaves its files', async () => {
    const { code, output, files } = await gate(false);
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('✓ Go from docker-20'),
    });
    expect(files.sort()).toEqual(['gate.json', 'gate.md', 'index.html']);
  });

  it('does not go where every change must be allowed', async () => {
    expect((await gate(true)).code).toBe(1);
  });

  it('reads the allowances of the caller', async () => {
    const { code, output } = await gate(false, '{');
    expect(code).toBe(2);
    expect(output).toContain('caller/gate.json');
  });
});

/** Leaves what the jobs of these engines would have left. */
async function storeParts(folder: string, engines: readonly string[]): Promise<void> {
  for (const engine of engines) {
    const own = join(folder, engine);
    await mkdir(own, { recursive: true });
    await storeShard(own, planOf(engine), new Map([[engine, { judged: judgedOn(engine), errors: [] }]]));
  }
}

describe.each([
  ['the GitHub workflow', stepOf(workflow.jobs.report.steps, 'Merge').run ?? '', 'matrix.sarif'],
  ['the GitLab include', gitlab['conformance-report'].script.join('\n'), 'junit.xml'],
])('the report of %s', (_, script, file) => {
  const merge = async (asked: readonly string[], had: readonly string[]) => {
    await using folder = await scratchFolder({});
    await storeParts(join(folder.path, 'parts'), had);
    const engines = JSON.stringify(asked);
    // GitLab puts inputs into the text before a shell reads it.
    const run = await runShell(folder.path, script.replace('$[[ inputs.engines ]]', engines), {
      ENGINES: engines,
      CI_PROJECT_DIR: folder.path,
    });
    return { ...run, files: await readdir(join(folder.path, 'report')).catch(() => []) };
  };

  it('conforms when every engine that was asked for was judged', async () => {
    const { code, output, files } = await merge(['docker-26', 'docker-28'], ['docker-26', 'docker-28']);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Conforms') });
    expect(files).toEqual(expect.arrayContaining([file, 'matrix.json', 'summary.md']));
  });

  it('cannot judge when the part of one is missing', async () => {
    const { code, output } = await merge(['docker-26', 'docker-28'], ['docker-26']);
    expect(code).toBe(2);
    expect(output).toMatch(/docker-28/);
  });
});

describe.each([
  ['the GitHub workflow', stepOf(workflow.jobs.engine.steps, 'Run').run ?? ''],
  ['the GitLab include', gitlab['conformance-engine'].script.join('\n')],
])('the job of one engine in %s', (_, script) => {
  // The merged report shows what does not conform; what could not be judged stops here.
  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
  ])('ends after exit code %i of the matrix with %i', async (code, wanted) => {
    await using folder = await scratchFolder({});
    const env = { ENGINE: 'docker 28; exit 7', CI_PROJECT_DIR: folder.path, NPM_ENDS_WITH: String(code) };
    const { code: ended, log } = await runShell(folder.path, script, env);
    expect(ended).toBe(wanted);
    expect(log).toContain('run matrix -- --engine docker 28; exit 7 --shard 1/1');
  });
});

describe('the comment of the GitHub workflow', () => {
  const script = stepOf(workflow.jobs.comment.steps, 'Comment on the pull request').with?.['script'] ?? '';
  interface Comment {
    readonly id: number;
    readonly body: string;
  }

  /** Runs the script as actions/github-script does. */
  async function comment(
    files: Readonly<Record<string, string>>,
    existing: readonly Comment[],
    error?: object,
  ) {
    const calls: { readonly name: string; readonly body?: string; readonly comment_id?: number }[] = [];
    const said: string[] = [];
    const call = (name: string) => async (values: object) => {
      if (error) throw error;
      calls.push({ name, ...values });
    };
    const issues = { listComments: {}, updateComment: call('update'), createComment: call('create') };
    const github = { rest: { issues }, paginate: async () => existing };
    const core = {
      notice: (text: string) => said.push(`notice ${text}`),
      warning: (text: string) => said.push(`warning ${text}`),
    };
    const context = { repo: { owner: 'o', repo: 'r' }, issue: { number: 1 } };
    const here = (name: string) =>
      name === 'node:fs'
        ? {
            existsSync: (path: string) => path in files,
            readFileSync: (path: string) => files[path],
          }
        : undefined;
    const environment = { env: { WORKFLOW: 'engines --> ci', GATE: 'docker-26 docker-28' } };
    const run = Object.getPrototypeOf(async () => {}).constructor;
    await new run('github', 'core', 'context', 'require', 'process', script)(
      github,
      core,
      context,
      here,
      environment,
    );
    return { calls, said };
  }

  const GATE = 'results/conformance-gate/gate.md';
  const SUMMARY = 'results/conformance-report/summary.md';
  const files = { [GATE]: 'the gate', [SUMMARY]: 'the summary' };
  const marker = '<!-- scratch-conformance: engines - ci docker-26 docker-28 -->';

  it('is made once, with gate and summary', async () => {
    const { calls } = await comment(files, [{ id: 7, body: '<!-- scratch-conformance: another -->' }]);
    expect(calls).toMatchObject([{ name: 'create', body: `${marker}\n\nthe gate\n\nthe summary` }]);
  });

  it('replaces its own and no other', async () => {
    const { calls } = await comment(files, [
      { id: 7, body: 'x' },
      { id: 8, body: `${marker}\n\nold` },
    ]);
    expect(calls).toMatchObject([{ name: 'update', comment_id: 8 }]);
  });

  it('leaves out the summary where both do not fit', async () => {
    const { calls } = await comment({ ...files, [SUMMARY]: 'x'.repeat(65_536) }, []);
    expect(calls).toMatchObject([{ name: 'create', body: `${marker}\n\nthe gate` }]);
  });

  it('is a notice where the token may only read, and a warning where there is nothing to say', async () => {
    expect((await comment(files, [], { status: 403 })).said).toEqual([
      expect.stringMatching(/^notice .*may not comment/),
    ]);
    expect((await comment({}, [])).said).toEqual([expect.stringMatching(/^warning /)]);
    await expect(comment(files, [], { status: 500 })).rejects.toEqual({ status: 500 });
  });
});

describe('the action for one archive', () => {
  const step = action.runs.steps.find((each: Step) => each.id === 'check');
  const defaults = Object.fromEntries(
    Object.entries<string>(step.env).map(([name, value]) => {
      const [, input = ''] = /\$\{\{ inputs\.([\w-]+) \}\}/.exec(value) ?? [];
      return [name, String(action.inputs[input]?.default ?? '')];
    }),
  );

  const check = async (inputs: Readonly<Record<string, string>>) => {
    await using folder = await scratchFolder({ summary: '', output: '' });
    await cp(
      'fixtures/archives/docker-28.5.2-containerd-buildkit/hello.tar',
      join(folder.path, 'sound image.tar'),
    );
    await cp('fixtures/cases/repotags-string/archive.tar', join(folder.path, 'broken.tar'));
    const env = {
      ...defaults,
      ACTION: resolve('.github/actions/check'),
      GITHUB_STEP_SUMMARY: join(folder.path, 'summary'),
      GITHUB_OUTPUT: join(folder.path, 'output'),
      ...inputs,
    };
    const run = await runShell(folder.path, step.run, env);
    const read = (name: string) => readFile(join(folder.path, name), 'utf8').catch(() => '');
    const written = await readdir(join(folder.path, 'scratch-conformance')).catch(() => []);
    return { ...run, summary: await read('summary'), outputs: await read('output'), written };
  };

  it('uses exactly the inputs that it names', () => {
    const used = new Set(
      [...JSON.stringify(action.runs).matchAll(/inputs\.([\w-]+)/g)].map(([, input]) => input),
    );
    expect([...used].sort()).toEqual(Object.keys(action.inputs).sort());
    for (const { run = '' } of action.runs.steps) expect(run).not.toContain('${{');
  });

  it('pins the action that it uses', () => {
    const text = readFileSync('.github/actions/check/action.yml', 'utf8');
    for (const [, name] of text.matchAll(/^ +(?:- )?uses: (.*)/gm)) expect(name).toMatch(/@[0-9a-f]{40} # v/);
  });

  it('passes for a sound archive with a blank in its name, and leaves every file', async () => {
    const { code, summary, outputs, written } = await check({ ARCHIVE: 'sound image.tar' });
    expect(code).toBe(0);
    expect(written.sort()).toEqual(['check.json', 'check.sarif', 'index.html', 'junit.xml', 'summary.md']);
    expect(summary).toContain('✓ Conforms');
    expect(outputs).toBe(
      'exit-code=0\nsarif=scratch-conformance/check.sarif\njson=scratch-conformance/check.json\n',
    );
  });

  it('fails for a broken one beside it, with annotations and all outputs', async () => {
    const { code, output, outputs } = await check({ ARCHIVE: 'sound image.tar\n\nbroken.tar\n' });
    expect(code).toBe(1);
    expect(output).toMatch(/^::error title=/m);
    expect(outputs).toContain('exit-code=1\n');
  });

  it('hands every input to the command', async () => {
    const { code, output } = await check({
      ARCHIVE: 'sound image.tar',
      EXPECT: 'no.json',
      FOR: 'umoci-0.6.0',
      READY: 'true',
      SKIP: 'tar.complete',
    });
    expect(code).toBe(2);
    expect(output).toContain('no.json');
    const options = [...step.run.matchAll(/--([a-z][\w-]+)/g)].map(([, name = '']) => name);
    const known = Object.keys(COMMAND_TABLES[0].options);
    expect(options.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('takes a hostile name for a name', async () => {
    const { code, output } = await check({ ARCHIVE: '$(touch hacked); --help' });
    expect(code).toBe(2);
    expect(output).not.toContain('Usage:');
  });
});

describe('the jobs of the GitLab include', () => {
  it('fetch the suite by branch, tag or commit', async () => {
    await using folder = await scratchFolder({ 'origin/file': 'x' });
    const origin = join(folder.path, 'origin');
    const git = (...args: readonly string[]) =>
      spawnSync('git', ['-C', origin, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
        encoding: 'utf8',
      });
    for (const args of [
      ['init', '-q', '-b', 'main'],
      ['add', '.'],
      ['commit', '-qm', 'a'],
      ['tag', 'v1'],
    ])
      git(...args);
    const { stdout } = git('rev-parse', 'HEAD');
    for (const reference of ['main', 'v1', stdout.trim()]) {
      await using project = await scratchFolder({});
      const { code, output, log } = await runShell(
        project.path,
        gitlab['.conformance'].before_script.join('\n'),
        { SUITE: `file://${origin}`, SUITE_REF: reference },
      );
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(await readFile(join(project.path, '.suite/file'), 'utf8')).toBe('x');
      expect(log).toMatch(/apt-get .*\n.*\nnpm --prefix \.suite ci\n/);
    }
  });

  test.each([
    ['goes', 'false', undefined, 0, ''],
    ['is strict', 'true', undefined, 1, '--strict'],
    ['reads gate.json of the project', 'false', '{"allow":[]}', 0, '--allow-file'],
  ])('the gate %s', async (_, strict, allowances, wanted, option) => {
    await using folder = await scratchFolder({});
    await mkdir(join(folder.path, 'report'));
    await cp(UPGRADE, join(folder.path, 'report/matrix.json'));
    if (allowances !== undefined) await writeFile(join(folder.path, 'gate.json'), allowances);
    // A runner may have no bash.
    const { code, log } = await runShell(
      folder.path,
      gitlab['conformance-gate'].script.join('\n'),
      {
        CI_PROJECT_DIR: folder.path,
        BASELINE: 'docker-20',
        CANDIDATE: 'docker-28-containerd',
        STRICT: strict,
      },
      ['sh', '-e'],
    );
    expect(code).toBe(wanted);
    expect(log).toContain(option);
  });
});

test('the hook for pre-commit runs a command with options that it has', async () => {
  const [hook, ...others] = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8'));
  expect(others).toEqual([]);
  const [program, command, ...args] = hook.entry.split(' ');
  expect(JSON.parse(readFileSync('package.json', 'utf8')).bin).toHaveProperty(program);
  const table = COMMAND_TABLES.find(({ name }) => name === command);
  for (const option of args) expect(Object.keys(table?.options ?? {})).toContain(option.replace(/^--/, ''));
  const run = (file: string) =>
    spawnSync('node', ['.build/cli.js', command, ...args, resolve(file)], { encoding: 'utf8' });
  expect(run('fixtures/archives/docker-28.5.2-containerd-buildkit/hello.tar').status).toBe(0);
  expect(run('fixtures/cases/repotags-string/archive.tar').status).toBe(1);
});
