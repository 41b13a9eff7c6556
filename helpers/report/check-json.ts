import { toJsonText } from '../common/json.ts';
import type { Level } from '../requirements/define.ts';
import { worst } from '../requirements/outcome.ts';
import type { ArchiveReport, Report, SubjectReport } from './report-model.ts';

/** The JSON of `check`, version 1: stable, described by `check.schema.json`. */
export function renderCheckJson(report: Report): string {
  const { suite, verdict, subjects, unreadable = [] } = report;
  const document = {
    version: 1,
    suite,
    verdict,
    archives: subjects.map((subject) => archiveJson(report, subject)),
    unreadable,
  };
  return `${toJsonText(document)}\n`;
}

function archiveJson(report: Report, { id, archive, outcomes }: SubjectReport) {
  const described = report.archives.find((candidate) => candidate.id === archive);
  const levels = new Map(report.requirements.map((requirement) => [requirement.id, requirement.level]));
  const status = worst(outcomes.map((outcome) => outcome.status));
  return {
    archive: described?.source ?? id,
    fingerprint: { profile: described?.profile ?? 'unknown', signs: described?.signs ?? [] },
    images: (described?.images ?? []).map(imageJson),
    results: outcomes.map((outcome) => ({
      id: outcome.id,
      level: levelOf(levels, outcome.id),
      status: outcome.status,
      ...(outcome.reason !== undefined && { reason: outcome.reason }),
      ...(outcome.deviation !== undefined && { deviation: outcome.deviation }),
      findings: outcome.findings,
      ...(outcome.omitted !== undefined && { omitted: outcome.omitted }),
    })),
    ok: status !== 'fail' && status !== 'error',
  };
}

function levelOf(levels: ReadonlyMap<string, Level>, id: string): Level {
  const level = levels.get(id);
  if (level === undefined)
    throw new Error(`Suite bug: the report has an outcome of ${id}, but not the requirement`);
  return level;
}

function imageJson({
  road,
  kind,
  names,
  platform,
  configDigest,
  manifestDigest,
  layers,
}: ArchiveReport['images'][number]) {
  return {
    road,
    kind,
    names,
    ...(platform !== undefined && { platform }),
    ...(configDigest !== undefined && { config: configDigest }),
    ...(manifestDigest !== undefined && { manifest: manifestDigest }),
    layers: layers.map(
      ({ member, digest, diffId, mediaType, compression, size, uncompressedSize, entries, omitted }) => ({
        member,
        digest,
        diffId,
        ...(mediaType !== undefined && { mediaType }),
        compression,
        size,
        uncompressedSize,
        entries: entries.length + omitted,
      }),
    ),
  };
}
