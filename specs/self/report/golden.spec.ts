import { readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { judgeSource } from '../../../helpers/cli/judge.ts';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { buildCheckReport } from '../../../helpers/report/check-report.ts';
import { EXIT_CODES } from '../../../helpers/report/exit-codes.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';
import type { Outcome } from '../../../helpers/requirements/outcome.ts';

/**
 * What `check` says of every recorded archive, so that a change of the code shows at once which verdict it changes.
 * When the change is meant, renew the file and read its diff:
 *
 *   npx vitest run --project self specs/self/report/golden.spec.ts -u
 */
const GOLDEN = '../../../fixtures/golden/check-recorded.json';

interface Result {
  readonly verdict: string;
  readonly exitCode: number;
  /** Ids by status. Those that pass are all others of the catalogue: each has a status, which a test holds. */
  readonly ids: Readonly<Record<string, string>>;
}

const folder = projectFolder('fixtures');
const archives = readdirSync(`${folder}/archives`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tar'))
  .sort();
const catalogue = idsOf(ARCHIVE_REQUIREMENTS);
const results = new Map<string, Result>();

beforeAll(async () => {
  for (const name of archives) results.set(name, await resultOf(`${folder}/archives/${name}`));
}, 120_000);

test('there are recorded archives', () => {
  expect(archives.length).toBeGreaterThan(200);
  expect(results.size).toBe(archives.length);
});

test('verdict, ids and exit code of each are those of the golden file', async () => {
  await expect(renderGroups(results)).toMatchFileSnapshot(GOLDEN);
});

test('another verdict for one archive would show', () => {
  const [name = '', result] = [...results][0] ?? [];
  const altered = new Map(results).set(name, { verdict: 'x', exitCode: 1, ids: result?.ids ?? {} });
  expect(renderGroups(altered)).not.toBe(renderGroups(results));
});

async function resultOf(path: string): Promise<Result> {
  const judged = await judgeSource(path, {});
  if ('reason' in judged) throw new Error(`${relative(folder, path)} cannot be judged: ${judged.reason}`);
  expect(idsOf(judged.outcomes), path).toBe(catalogue);
  const { verdict } = buildCheckReport({
    suite: { name: 'scratch-conformance', version: '0.0.0' },
    startedAt: new Date(0),
    durationMs: 0,
    command: '',
    checked: [judged],
    unreadable: [],
  });
  return { verdict, exitCode: EXIT_CODES[verdict], ids: idsByStatus(judged.outcomes) };
}

function idsByStatus(outcomes: readonly Outcome[]): Result['ids'] {
  const statuses = [...new Set(outcomes.map(({ status }) => status))].sort();
  return Object.fromEntries(
    statuses
      .filter((status) => status !== 'pass')
      .map((status) => [status, idsOf(outcomes.filter((outcome) => outcome.status === status))]),
  );
}

function idsOf(all: readonly { readonly id: string }[]): string {
  return all
    .map(({ id }) => id)
    .sort()
    .join(' ');
}

/** Archives with one result stand together, or the same ids would be told two hundred times. */
function renderGroups(all: ReadonlyMap<string, Result>): string {
  const groups = new Map<string, string[]>();
  for (const [name, result] of all) {
    const key = JSON.stringify(result);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const rows = [...groups].map(([key, names]) => ({ archives: names, ...(JSON.parse(key) as Result) }));
  return `${JSON.stringify(rows, null, 1)}\n`;
}
