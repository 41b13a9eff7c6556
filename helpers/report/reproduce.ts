import type { Report, SubjectReport } from './report-model.ts';

/** The one command that repeats what a finding is about: the run's own, narrowed as far as its options go. */
export function reproduceCommand(report: Report, subject: SubjectReport, requirement: string): string {
  if (report.kind === 'check') {
    const archive = report.archives.find(({ id }) => id === (subject.archive ?? subject.id));
    return `npx scratch-conformance check ${quote(archive?.source ?? subject.archive ?? subject.id)} --only ${quote(requirement)}`;
  }
  if (report.kind === 'matrix') {
    return subject.engine === undefined
      ? report.command
      : `npm run matrix -- --engine ${quote(subject.engine)}`;
  }
  return subject.builder === undefined
    ? report.command
    : `${report.command.split(' -- ')[0]} -- --builder ${quote(subject.builder)}`;
}

/** One word of a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
