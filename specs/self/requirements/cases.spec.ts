import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readArchive } from '../../../helpers/archive/read-archive.ts';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../../helpers/requirements/check.ts';
import { checkExpectation, contentsWanted } from '../../../helpers/requirements/expectation/check.ts';
import { readExpectation } from '../../../helpers/requirements/expectation/read-expectation.ts';
import { type Outcome, worst } from '../../../helpers/requirements/outcome.ts';

// Reading archives starts threads; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = projectFolder('fixtures/cases');
const CASES = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const WANTED = { fail: ['fail'], warn: ['warn'], accept: ['pass', 'warn'] } as const;

async function judge(folder: string, file: string): Promise<readonly Outcome[]> {
  const stated = join(folder, 'expectation.json');
  const expectation = existsSync(stated) ? await readExpectation(stated) : undefined;
  const contents = expectation && contentsWanted(expectation);
  const archive = await readArchive(join(folder, file), { ...(contents && { contents }) });
  const general = checkArchive(archive, ARCHIVE_REQUIREMENTS);
  return expectation ? [...general, ...checkExpectation(archive, expectation)] : general;
}

function wantedOf(folder: string): (typeof WANTED)[keyof typeof WANTED] {
  const { want } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as {
    want: keyof typeof WANTED;
  };
  return WANTED[want];
}

test('there are cases', () => {
  expect(CASES.length).toBeGreaterThan(70);
});

test.each(CASES)('%s comes out as its case.json wants', async (name) => {
  const folder = join(ROOT, name);
  expect(wantedOf(folder)).toContain(worst((await judge(folder, 'archive.tar')).map(({ status }) => status)));
});

test.each(CASES.filter((name) => existsSync(join(ROOT, name, 'control.tar'))))(
  '%s: the same without the symptom is accepted',
  async (name) => {
    const outcomes = await judge(join(ROOT, name), 'control.tar');
    const broken = outcomes.filter(({ status }) => status === 'fail' || status === 'error');
    expect(broken.map(({ id }) => id)).toEqual([]);
    expect(outcomes.some(({ status }) => status === 'pass')).toBe(true);
  },
);
