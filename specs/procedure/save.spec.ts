import { byCatalogue, byExpectation } from '../../helpers/runner/archive-verdicts.ts';
import { claimsForEachArchive, judgeEachArchive } from '../../helpers/runner/claims.ts';

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
judgeEachArchive('the archive upholds every invariant of the catalogue', byCatalogue);

// It holds the image that fixtures/hello/expectation.json describes.
judgeEachArchive('the archive holds the documented image', byExpectation);
