import type { Report, SubjectReport } from './model.ts';

/** The one command that repeats what a finding is about: the run's own, narrowed to the requirement. */
export function reproduceCommand(report: Report, subject: SubjectReport, requirement: string): string {
  if (report.kind === 'check') {
    const archive = report.archives.find(({ id }) => id === (subject.archive ?? subject.id));
    return `npx scratch-conformance check ${quote(archive?.source ?? subject.archive ?? subject.id)} --only ${quote(requirement)}`;
  }
  const engine =
    report.kind === 'matrix' && subject.engine !== undefined ? ` --engine ${quote(subject.engine)}` : '';
  return `npm run ${report.kind} --${engine} --only ${quote(requirement)}`;
}

/** One word of a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
