import type { Report, SubjectReport } from './report-model.ts';

/** The one command that repeats what a finding is about: the run's own, narrowed as far as its options go. */
export function reproduceCommand(report: Report, subject: SubjectReport, requirement: string): string {
  if (report.kind === 'check') {
    const archive = report.archives.find(({ id }) => id === (subject.archive ?? subject.id));
    return `npx scratch-conformance check ${quote(archive?.source ?? subject.archive ?? subject.id)} --only ${quote(requirement)}`;
  }
  if (report.kind === 'matrix') {
    return subject.engine === undefined ? report.command : narrowed(report, '--engine', subject.engine);
  }
  if (report.kind === 'tools') {
    const chain = subject.builder === undefined ? '' : ` --chain ${quote(subject.builder)}`;
    const input = subject.saver === undefined ? '' : ` --input ${quote(subject.saver)}`;
    return subject.engine === undefined
      ? report.command
      : `${narrowed(report, '--tool', subject.engine)}${chain}${input}`;
  }
  return subject.builder === undefined ? report.command : narrowed(report, '--builder', subject.builder);
}

/** The command of the run with this option alone; from a checkout it is a script of npm, else that of the package. */
function narrowed({ command, kind }: Report, option: string, value: string): string {
  const start = command.startsWith('npm run ') ? `npm run ${kind} --` : `npx scratch-conformance ${kind}`;
  return `${start} ${option} ${quote(value)}`;
}

/** One word of a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
