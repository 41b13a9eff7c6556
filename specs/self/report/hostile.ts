import type { Report } from '../../../helpers/report/report-model.ts';
import { exampleArchive, exampleReport, HOSTILE } from './example.ts';

/** A report in which every text that an archive or an engine can choose is hostile. */
export function hostileReport(): Report {
  const report = exampleReport({ engines: 2, requirements: 8, variants: 1 });
  const texts = Object.values(HOSTILE);
  const all = texts.join(' ');
  return {
    ...report,
    command: `npm run matrix ${all}`,
    verdict: 'does-not-conform',
    engines: report.engines.map((engine) => ({
      ...engine,
      reason: all,
      stack: { ...engine.stack, version: all },
    })),
    subjects: report.subjects.map(({ engine: _, ...subject }) => ({
      ...subject,
      id: `${subject.id} ${all}`,
      archive: report.archives[0]?.id ?? '',
      outcomes: subject.outcomes.map((outcome, position) => ({
        ...outcome,
        status: position % 2 === 0 ? ('fail' as const) : ('error' as const),
        reason: all,
        findings: texts.map((text) => ({
          where: { member: text, entry: text, pointer: text },
          expected: { value: text, from: text },
          actual: { value: { [text]: [text] }, from: text },
          message: text,
        })),
      })),
    })),
    observations: texts.flatMap((text, position) => [
      { id: 'a', subject: text, value: position },
      { id: 'a', subject: text, value: { [text]: text } },
    ]),
    archives: [{ ...exampleArchive(report.archives[0]?.id ?? '', 0), source: all, signs: texts }],
  };
}
