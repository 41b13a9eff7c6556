import { readArchive } from '../../../helpers/archive/read-archive.ts';
import { buildCheckReport } from '../../../helpers/report/check-report.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../../helpers/requirements/check.ts';

/** The report of a real check: archives that engines wrote, read and judged now. */
export async function recordedReport(paths: readonly string[]): Promise<Report> {
  const startedAt = new Date();
  const checked = [];
  for (const path of paths) {
    const archive = await readArchive(path, { contents: { paths: [], maxFileBytes: 0, showsTexts: true } });
    checked.push({
      archive,
      outcomes: checkArchive(archive, ARCHIVE_REQUIREMENTS),
      requirements: ARCHIVE_REQUIREMENTS,
    });
  }
  return buildCheckReport({
    suite: { name: 'scratch-conformance', version: '0.1.0' },
    startedAt,
    durationMs: Date.now() - startedAt.getTime(),
    command: `npx scratch-conformance check ${paths.join(' ')}`,
    checked,
    unreadable: [],
  });
}

export const RECORDED = {
  legacy: 'fixtures/archives/docker-20.10.24-overlay2-classic/hello.tar',
  containerd: 'fixtures/archives/docker-28.5.2-containerd-buildkit/hello.tar',
} as const;
