import type { Archive } from '../../archive/model.ts';
import type { Fact } from '../../report/model.ts';
import { FACTS } from './catalogue.ts';
import type { Evidence } from './define.ts';

/** Reads every fact that the evidence shows, in the order of the catalogue. */
export function readEvidence(evidence: Evidence, subject: string): readonly Fact[] {
  return FACTS.flatMap(({ id, read }) => {
    const value = read(evidence);
    return value === undefined ? [] : [{ id, subject, value }];
  });
}

/** Reads every fact that an archive alone shows. */
export function readObservations(archive: Archive, subject = archive.source): readonly Fact[] {
  return readEvidence({ archive }, subject);
}
