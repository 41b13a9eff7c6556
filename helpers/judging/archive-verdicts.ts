import { checkArchive } from '../check.ts';
import { checkExpectation } from '../expectation/check.ts';
import { readEvidence } from '../facts/read.ts';
import type { SaveEvidence } from '../flow/evidence.ts';
import { readPromised } from '../flow/promised.ts';
import { archiveReport } from '../report/archive-report.ts';
import { ARCHIVE_REQUIREMENTS } from '../requirements/catalogue.ts';
import type { Verdicts } from './judged.ts';

/** Every invariant that any saved archive must uphold, and the facts that the archive shows. */
export function byCatalogue({ archive }: SaveEvidence, subject: string): Verdicts {
  return {
    outcomes: checkArchive(archive, ARCHIVE_REQUIREMENTS),
    facts: readEvidence({ archive }, subject),
    archive: archiveReport(archive, subject),
  };
}

/** What fixtures/hello/expectation.json says about the documented image. */
export async function byExpectation({ archive }: SaveEvidence): Promise<Verdicts> {
  const { expectation } = await readPromised();
  return { outcomes: checkExpectation(archive, expectation) };
}
