import { checkArchive } from '../../helpers/check.ts';
import { checkExpectation } from '../../helpers/expectation/check.ts';
import { readEvidence } from '../../helpers/facts/read.ts';
import { readPromised } from '../../helpers/flow/promised.ts';
import { archiveReport } from '../../helpers/report/archive-report.ts';
import { ARCHIVE_REQUIREMENTS } from '../../helpers/requirements/catalogue.ts';
import { claimsForEachArchive, judgeEachArchive } from '../../helpers/vitest/claims.ts';

// $ docker save -o hello.tar hello
// $ jq '.[0].Layers[]' -r manifest.json
//
// Four layers in order, each with one file; final.txt reads `a` in the third, `b` in the fourth, and `b` in the root.
claimsForEachArchive([
  'save.succeeds',
  'save.one-image',
  'save.tag',
  'save.layers-in-order',
  'save.one-file-per-layer',
  'save.layer-texts',
  'save.root-files',
  'save.root-texts',
]);

// The archive is what any saved archive must be.
judgeEachArchive('the archive upholds every invariant of the catalogue', ({ archive }, subject) => ({
  outcomes: checkArchive(archive, ARCHIVE_REQUIREMENTS),
  facts: readEvidence({ archive }, subject),
  archive: archiveReport(archive, subject),
}));

// It holds the image that fixtures/hello/expectation.json describes.
judgeEachArchive('the archive holds the documented image', async ({ archive }) => ({
  outcomes: checkExpectation(archive, (await readPromised()).expectation),
}));
