import { describe, expect, test } from 'vitest';
import { renderCheckText } from '../../../helpers/report/check-text.ts';
import { shownColumns } from '../../../helpers/report/html/cells.ts';
import { renderHtml } from '../../../helpers/report/html/render-page.ts';
import { verdictSentence } from '../../../helpers/report/summary.ts';
import { RECORDED, recordedReport } from './recorded.ts';

const BROKEN = 'fixtures/cases/whiteout-below-whiteout/archive.tar';
const several = await recordedReport([RECORDED.legacy, BROKEN, RECORDED.containerd]);
const text = (report: typeof several, quiet = false) => renderCheckText(report, { color: false, quiet });

describe('a check of several archives', () => {
  test('says in its last line how many conform', () => {
    expect(text(several).trimEnd().split('\n').at(-1)).toBe(
      `Does not conform: 2 of 3 archives conform; 1 requirement fails on ${BROKEN}.`,
    );
    expect(text(several, true)).toContain('2 of 3 archives conform');
  });

  test('counts an archive that cannot be read among those that do not', () => {
    const unreadable = [{ subject: 'none.tar', reason: 'none.tar: there is no such file' }];
    const report = { ...several, verdict: 'could-not-judge', unreadable } as const;
    expect(verdictSentence(report)).toMatch(
      /^Could not judge: 2 of 4 archives conform; .*none\.tar could not be read/,
    );
  });

  test('says nothing of the kind of one archive, or quietly where all conform', async () => {
    expect(text(await recordedReport([BROKEN]))).not.toContain('archives conform');
    const good = await recordedReport(Object.values(RECORDED));
    expect(text(good)).toContain('Conforms: 2 of 2 archives conform');
    expect(text(good, true)).not.toContain('archives conform');
  });

  test('shows on its page those first that fail, and a long command short', () => {
    expect(shownColumns(several, 'engine').map(({ owner }) => owner)).toEqual([
      BROKEN,
      RECORDED.legacy,
      RECORDED.containerd,
    ]);
    const command = `scratch-conformance check ${'archive.tar '.repeat(300)}`;
    const page = renderHtml({ ...several, command });
    expect(page).toContain(`data-copy="${command}"`);
    expect(page).toMatch(/<code>scratch-conformance check [^<]{100,250}…<\/code>/);
  });
});
