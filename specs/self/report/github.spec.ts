import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderAnnotations, reportToGitHub } from '../../../helpers/report/github.ts';
import { exampleReport } from './example.ts';
import { hostileReport } from './hostile.ts';

describe('GitHub annotations', () => {
  it('are one for each requirement and status that need attention, and one for what could not be judged', () => {
    const report = exampleReport({ engines: 8, requirements: 40, variants: 2 });
    const lines = renderAnnotations(report).trimEnd().split('\n');
    const wanted = new Set(
      report.subjects.flatMap(({ outcomes }) =>
        outcomes
          .filter(({ status }) => ['fail', 'warn', 'known', 'fixed'].includes(status))
          .map(({ id, status }) => `${id} ${status}`),
      ),
    );
    expect(lines).toHaveLength(wanted.size + 1);
    for (const line of lines)
      expect(line).toMatch(/^::(?:error|warning|notice) title=[^:,]+(?:%3A|%2C|[^:,])*::.+$/);
  });

  it('cannot be forged by a name with line breaks', () => {
    const lines = renderAnnotations(hostileReport()).trimEnd().split('\n');
    expect(lines.filter((line) => !/^::(?:error|warning|notice) title=/.test(line))).toEqual([]);
    expect(lines.join('\n')).not.toContain('\r');
  });

  it('say the verdict when nothing else is an error', () => {
    const report = {
      ...exampleReport({ engines: 1, requirements: 2, variants: 1 }),
      verdict: 'could-not-judge' as const,
    };
    expect(renderAnnotations(report)).toMatch(/^::error title=scratch-conformance::Could not judge: /);
  });

  it('and the step summary are written in GitHub Actions only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    try {
      const file = join(folder, 'summary.md');
      const report = exampleReport({ engines: 2, requirements: 10, variants: 1 });
      const written: string[] = [];
      await reportToGitHub(report, { GITHUB_STEP_SUMMARY: file }, (text) => written.push(text));
      expect(written).toEqual([]);
      await reportToGitHub(report, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file }, (text) =>
        written.push(text),
      );
      expect(written).toEqual([renderAnnotations(report)]);
      expect(await readFile(file, 'utf8')).toContain('scratch-conformance 0.1.0');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
