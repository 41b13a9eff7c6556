import { isKnownAlgorithm, parseDigest } from './digest.ts';
import type { UnfinishedImage, ViewDraft } from './drafts.ts';
import type { MemberStore } from './members.ts';
import type { ReadOptions } from './model.ts';
import { normalisePath } from './normalise-path.ts';
import { isTarLayer } from './oci-view.ts';
import type { ReadJob } from './read-member.ts';

interface BlobName {
  readonly algorithm: string;
  readonly encoded: string;
}

/**
 * Tells which members are blobs: `blobs/<algorithm>/<encoded>`, and in a `docker-dir` also every bare sha256,
 * with `.manifest.json` after it where a list of manifests stands above. */
export function blobNamer(isDockerDir: boolean): (member: string) => BlobName | undefined {
  return (member) => {
    const path = normalisePath(member);
    const bare = isDockerDir ? /^([a-f0-9]{64})(?:\.manifest\.json)?$/.exec(path)?.[1] : undefined;
    if (bare !== undefined) return { algorithm: 'sha256', encoded: bare };
    const [folder, algorithm, encoded, ...rest] = path.split('/');
    if (folder !== 'blobs' || algorithm === undefined || encoded === undefined || rest.length > 0)
      return undefined;
    return { algorithm, encoded };
  };
}

/** One job for each layer and each other blob, in the order of the members. */
export function planJobs(
  store: MemberStore,
  views: readonly ViewDraft[],
  nameBlob: (member: string) => BlobName | undefined,
  options: ReadOptions,
): readonly ReadJob[] {
  const layers = layerMembers(views);
  const jobs = new Map<string, ReadJob>();
  for (const { path, type } of store.members) {
    if (type === 'directory' || jobs.has(path)) continue;
    const blob = nameBlob(path);
    const diffIdAlgorithm = layers.get(path);
    if (diffIdAlgorithm === undefined && !blob) continue;
    const stored = store.find(path);
    if (stored?.name !== path) continue;
    jobs.set(path, {
      member: path,
      offset: stored.region.offset,
      size: stored.region.size,
      kind: diffIdAlgorithm === undefined ? 'blob' : 'layer',
      algorithm: blob?.algorithm,
      diffIdAlgorithm: diffIdAlgorithm ?? 'sha256',
      contents: options.contents,
    });
  }
  return [...jobs.values()];
}

/** Members that are read as layers, with the algorithm that their diffID is written in. */
function layerMembers(views: readonly ViewDraft[]): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const { images } of views) {
    for (const image of images) {
      for (const { member, position, descriptor } of image.layers) {
        if (!isTarLayer(image.kind, descriptor?.mediaType)) continue;
        const algorithm = diffIdAlgorithm(image, position);
        if (algorithm !== 'sha256' || !members.has(member)) members.set(member, algorithm);
      }
    }
  }
  return members;
}

function diffIdAlgorithm(image: UnfinishedImage, position: number): string {
  const algorithm = parseDigest(image.diffIds[position])?.algorithm ?? 'sha256';
  return isKnownAlgorithm(algorithm) ? algorithm : 'sha256';
}
