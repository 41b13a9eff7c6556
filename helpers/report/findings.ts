import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import { formatLocator } from '../requirements/explain.ts';
import type { Finding, Status } from '../requirements/outcome.ts';
import type { Report, RequirementReport, SubjectReport } from './report-model.ts';

/** A violation as code scanners take it: with a file that it belongs to, and a name that stays over runs. */
export interface ReportedFinding {
  readonly requirement: RequirementReport;
  readonly subject: SubjectReport;
  readonly status: Status;
  readonly deviation?: string;
  readonly finding: Finding;
  /** The file that a reader would change; absent for what came through standard input. */
  readonly file?: string;
  /** Of id, place and subject: the same violation has the same one in the next run, whatever the digests are then. */
  readonly fingerprint: string;
}

/** Statuses whose findings are violations. */
const VIOLATIONS: ReadonlySet<Status> = new Set(['fail', 'warn', 'known']);

export function reportedFindings(report: Report): readonly ReportedFinding[] {
  const requirements = new Map(report.requirements.map((requirement) => [requirement.id, requirement]));
  const times = new Map<string, number>();
  return report.subjects.flatMap((subject) => {
    const file = fileOf(report, subject);
    return subject.outcomes.flatMap(({ id, status, deviation, findings }) => {
      const requirement = requirements.get(id);
      if (requirement === undefined || !VIOLATIONS.has(status)) return [];
      return findings.map((finding) => {
        const hash = violationHash(id, subject.id, finding);
        const time = (times.get(hash) ?? 0) + 1;
        times.set(hash, time);
        return {
          ...{ requirement, subject, status, finding },
          ...(deviation !== undefined && { deviation }),
          ...(file !== undefined && { file }),
          fingerprint: `${hash}:${time}`,
        };
      });
    });
  });
}

/** Of id, place and subject. Digests are new with every build, and so no part of the place. */
export function violationHash(id: string, subject: string, { where }: Pick<Finding, 'where'>): string {
  const place = formatLocator(where).replace(/[0-9a-f]{64,}/g, '<hex>');
  return createHash('sha256').update([id, place, subject].join('\n')).digest('hex').slice(0, 16);
}

/** The Dockerfile of the documented procedure, for what no archive and no recipe stands for. */
const DOCKERFILE = 'fixtures/hello/Dockerfile';

/** The file that a subject stands for, from where the command runs: the archive, or the recipe of its engine. */
export function fileOf(report: Report, subject: SubjectReport): string | undefined {
  if (report.kind === 'check') {
    const source = report.archives.find(({ id }) => id === subject.archive)?.source ?? subject.id;
    return source === '-' ? undefined : fromHere(source);
  }
  return recipeFile(subject.engine ?? '');
}

/** The recipe of an engine, where it has one. */
export function recipeFile(engine: string): string {
  const recipe = `fixtures/engines/${engine}.json`;
  return /^[\w.-]+$/.test(engine) && existsSync(join(projectFolder('fixtures'), '..', recipe))
    ? recipe
    : DOCKERFILE;
}

/** A name inside the folder that the command runs in, without what a repository's address does not have. */
export function fromHere(path: string): string {
  const inside = relative(process.cwd(), path);
  return isAbsolute(path) && !inside.startsWith('..') && !isAbsolute(inside)
    ? inside
    : path.replace(/^\.\//, '');
}
