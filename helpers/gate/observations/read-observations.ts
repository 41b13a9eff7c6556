import type { Archive } from '../../archive/model.ts';
import type { Observation } from '../../report/report-model.ts';
import type { Evidence } from './define.ts';
import { OBSERVATIONS } from './observations.ts';

/** Reads every observation that the evidence shows, in the order of the catalogue. */
export function readEvidence(evidence: Evidence, subject: string): readonly Observation[] {
  return OBSERVATIONS.flatMap(({ id, read }) => {
    const value = read(evidence);
    return value === undefined ? [] : [{ id, subject, value }];
  });
}

/** Reads every observation that an archive alone shows. */
export function readObservations(archive: Archive, subject = archive.source): readonly Observation[] {
  return readEvidence({ archive }, subject);
}
