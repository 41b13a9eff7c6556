import { claimsForEachArchive } from '../../helpers/runner/claims.ts';

// $ tar -xf hello.tar
//
// Up to Docker 24 (and from podman) each layer has a folder with VERSION, json and layer.tar; since Docker 25 layers are
// files in blobs/sha256 beside index.json and oci-layout. Which of the two is told from the archive itself.
claimsForEachArchive([
  'tree.generation',
  'tree.manifest',
  'tree.config',
  'tree.layer-folders',
  'tree.repositories',
  'tree.layout-files',
  'tree.layer-blobs',
]);
