import { readEvidence } from '../gate/observations/read-observations.ts';
import { readExpectedImage } from '../procedure/expected-image.ts';
import type { GivenImage } from '../procedure/given-image.ts';
import { archiveReport } from '../report/archive-report.ts';
import { ARCHIVE_REQUIREMENTS } from '../requirements/archive/archive-requirements.ts';
import { checkArchive } from '../requirements/check.ts';
import { checkExpectation } from '../requirements/expectation/check.ts';
import type { SaveEvidence } from '../requirements/procedure/evidence.ts';
import type { Verdicts } from './judged.ts';

/** Every requirement on any saved archive, and the observations that the archive shows. */
export function byCatalogue({ archive }: SaveEvidence, subject: string): Verdicts {
  return {
    outcomes: checkArchive(archive, ARCHIVE_REQUIREMENTS),
    observations: readEvidence({ archive }, subject),
    archive: archiveReport(archive, subject),
  };
}

/** What the expectation says: that of a given image, or fixtures/hello/expectation.json about the documented one. */
export async function byExpectation(
  { archive }: SaveEvidence,
  _subject: string,
  image?: GivenImage,
): Promise<Verdicts> {
  const expectation = image === undefined ? (await readExpectedImage()).expectation : image.expectation;
  if (expectation === undefined) throw new Error('Suite bug: there is no expectation to judge by.');
  return { outcomes: checkExpectation(archive, expectation) };
}
