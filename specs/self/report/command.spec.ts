import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../../helpers/cli/report.ts';
import { renderJUnit } from '../../../helpers/report/junit.ts';
import { exampleReport } from './example.ts';

describe('the command report', () => {
  const report = exampleReport({ engines: 2, requirements: 12, variants: 1 });
  let folder: string;
  let file: string;
  beforeEach(async () => {
    // In GitHub Actions this test must not annotate the run it is part of.
    vi.stubEnv('GITHUB_ACTIONS', '');
    folder = await mkdtemp(join(tmpdir(), 'report-command-'));
    file = join(folder, 'matrix.json');
    await writeFile(file, JSON.stringify(report));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it('renders a stored report in one format', async () => {
    const out = join(folder, 'junit.xml');
    expect(await run([file, '--format', 'junit', '--out', out])).toBe(0);
    expect(await readFile(out, 'utf8')).toBe(renderJUnit(report));
  });

  it('renders all that a run leaves', async () => {
    const out = join(folder, 'again');
    expect(await run([file, '--out', out])).toBe(0);
    expect((await readdir(out)).sort()).toEqual(['index.html', 'junit.xml', 'matrix.json', 'summary.md']);
    expect(JSON.parse(await readFile(join(out, 'matrix.json'), 'utf8'))).toEqual(report);
  });

  it.each(['without a subject', 'in which nothing applies'])(
    'takes no praise from a report %s',
    async (what) => {
      const subjects = what.startsWith('without')
        ? []
        : report.subjects.map((subject) => ({
            ...subject,
            outcomes: subject.outcomes.map(({ id }) => ({ id, status: 'not-applicable', findings: [] })),
          }));
      await writeFile(file, JSON.stringify({ ...report, verdict: 'conforms', subjects }));
      const out = join(folder, 'x.md');
      expect(await run([file, '--format', 'markdown', '--out', out, '--exit-code'])).toBe(2);
      expect(await readFile(out, 'utf8')).toContain('## ? Could not judge');
    },
  );

  it('ends with the code of the verdict when asked', async () => {
    expect(report.verdict).toBe('does-not-conform');
    expect(await run([file, '--format', 'markdown', '--out', join(folder, 'x.md'), '--exit-code'])).toBe(1);
  });

  it.each([
    ['no file', '', 'cannot be read (ENOENT)'],
    ['half a file', '{"version": 1,', 'is no JSON; it may have been cut off'],
    ['another version', '{"version": 2}', 'is no report of version 1'],
    ['something else', '[]', 'is no report of version 1: the whole file must be object'],
  ])('says in one sentence why %s is no report', async (_, text, sentence) => {
    const path = join(folder, 'bad.json');
    if (text !== '') await writeFile(path, text);
    await expect(run([path])).rejects.toThrow(sentence);
  });

  it('names the formats when one is not known', async () => {
    await expect(run([file, '--format', 'pdf'])).rejects.toThrow(
      'No format is called "pdf"; there are text, html, markdown, junit',
    );
  });
});
