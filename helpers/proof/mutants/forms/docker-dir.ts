import type { Draft, MutableObject } from '../draft.ts';
import { imageAt } from '../edit.ts';
import { DOCKER } from '../media.ts';
import { descriptor, hexOf, serialise, writeArchive, writeImage } from '../write-image.ts';

/** skopeo `dir:` and podman `docker-dir`: one image, `manifest.json` of schema 2, files named by their bare hex digest. */
export function renderDockerDir(draft: Draft): Uint8Array {
  const image = writeImage(draft, imageAt(draft), 0, 'gzip');
  const manifest: MutableObject = {
    schemaVersion: 2,
    mediaType: DOCKER.manifest,
    config: descriptor(DOCKER.config, image.configText),
    layers: image.layers.map(({ bytes }) => descriptor(DOCKER.gzipLayer, bytes)),
  };
  draft.edit.manifest?.(manifest, 0);
  return writeArchive(draft, [
    { path: 'manifest.json', content: serialise(draft, 'manifest', manifest) },
    { path: hexOf(image.configDigest), content: image.configText },
    ...image.layers.map(({ digest, bytes }) => ({ path: hexOf(digest), content: bytes })),
    { path: 'version', content: 'Directory Transport Version: 1.1\n' },
  ]);
}
