import { claimsForEachBuilder } from '../../helpers/runner/claims.ts';

// # export image as tar
//
// An export is worth something when it can be brought back: the image is removed, loaded from its archive, and run again.
claimsForEachBuilder('load', [
  'load.succeeds',
  'load.tag',
  'load.same-diff-ids',
  'load.same-config',
  'load.same-id',
  'load.same-output',
]);
