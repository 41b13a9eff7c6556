import { appendFile } from 'node:fs/promises';
import { printDocument } from '../common/terminal.ts';
import type { Status } from '../requirements/outcome.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './report-model.ts';
import { causesOf, leftIn, list, ownerOf, problemsOf, reachOf, verdictSentence } from './summary.ts';
import { STATUS_WORDS } from './words.ts';

/** GitHub shows ten annotations of each kind for a step, so there is one for each requirement and each cause, not for each cell. */
const COMMAND: Readonly<Partial<Record<Status, 'error' | 'warning' | 'notice'>>> = {
  fail: 'error',
  warn: 'warning',
  fixed: 'warning',
  known: 'notice',
};

/** Workflow commands, one a line, for the standard output of a step. */
export function renderAnnotations(report: Report): string {
  const lines = problemsOf(report).flatMap(({ requirement, status, judged }) => {
    const command = COMMAND[status];
    if (command === undefined) return [];
    const outcome = judged.find(({ outcome }) => outcome.findings.length > 0)?.outcome ?? judged[0]?.outcome;
    const owners = [...new Set(judged.map(({ subject }) => ownerOf(subject)))];
    const title = `${STATUS_WORDS[status].word}: ${requirement.id} on ${list(owners)}`;
    const said = outcome?.findings[0]?.message ?? outcome?.reason ?? requirement.title;
    return [annotation(command, title, `${said}\n${requirement.consequence}`)];
  });
  const causes = causesOf(report).map((cause) =>
    annotation('error', `${STATUS_WORDS.error.word}: ${reachOf(cause)}`, cause.reason),
  );
  const failures = lines.filter((line) => line.startsWith('::error'));
  lines.splice(failures.length, 0, ...causes);
  lines.push(...leftIn(report).map((line) => annotation('notice', report.suite.name, line)));
  if (report.verdict !== 'conforms' && !lines.some((line) => line.startsWith('::error'))) {
    lines.unshift(annotation('error', report.suite.name, verdictSentence(report)));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(command: string, title: string, message: string): string {
  return `::${command} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** As the runner's command parser unescapes them: a raw line break would let a name in an archive give commands. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Inside GitHub Actions: annotations to standard output, the summary to the step's page. Elsewhere: nothing. */
export async function reportToGitHub(
  report: Report,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  write: (text: string) => unknown = printDocument,
): Promise<void> {
  if (environment.GITHUB_ACTIONS !== 'true') return;
  write(renderAnnotations(report));
  const file = environment.GITHUB_STEP_SUMMARY;
  if (file) await appendFile(file, renderMarkdown(report));
}
