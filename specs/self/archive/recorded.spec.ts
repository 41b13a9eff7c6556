import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { list, type ReadEntry } from 'tar';
import { describe, expect, test } from 'vitest';
import type { Archive, Profile } from '../../../helpers/archive/model.ts';
import { normalisePath } from '../../../helpers/archive/normalise-path.ts';
import { readArchive } from '../../../helpers/archive/read-archive.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../../fixtures/archives');

const recorded = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tar'))
  .sort();

/** Profiles by what the folder and file are called; the first row that fits. */
const PROFILES: readonly (readonly [RegExp, Profile])[] = [
  [/^docker-20.*-overlay2/, 'docker-graphdriver-legacy'],
  [/^docker-2[5-9].*-overlay2/, 'docker-graphdriver-hybrid'],
  [/containerd-buildx\/docker/, 'buildkit-docker'],
  [/containerd-buildx\/oci/, 'buildkit-oci'],
  [/containerd-(?:buildkit|classic)\//, 'docker-containerd'],
  [/docker-dir/, 'docker-dir'],
  [/(?:podman|buildah|skopeo)-?[\d.]*\/.*docker-archive/, 'podman-docker-archive'],
  [/(?:podman|buildah)-?[\d.]*\/(?:buildah-)?oci-archive/, 'podman-oci-archive'],
  // `umoci new` leaves an image that nothing tells apart.
  [/^umoci.*(?<!-new)\.tar$/, 'umoci'],
];

test('there are recorded archives', () => {
  expect(recorded.length).toBeGreaterThan(100);
});

describe.each(recorded)('%s', (name) => {
  const path = join(FOLDER, name);

  test('is read without a problem, and every digest is what its name says', async () => {
    const archive = await readArchive(path);
    expect(archive.problems).toEqual([]);
    expect(archive.blobs.map(({ measured }) => measured)).toEqual(
      archive.blobs.map(({ algorithm, encoded }) => `${algorithm}:${encoded}`),
    );
    expect(wrongDiffIds(archive)).toEqual([]);
    const profile = PROFILES.find(([pattern]) => pattern.test(name))?.[1];
    if (profile) expect(archive.fingerprint.profile).toBe(profile);
  });

  test('has the members and entries that node-tar lists', async () => {
    const archive = await readArchive(path);
    const bytes = readFileSync(path);
    expect(archive.members.map(summary)).toEqual(await nodeTar(bytes));
    for (const layer of archive.layers.values()) {
      if (layer.compression !== 'none' || layer.entries.length === 0) continue;
      const { dataOffset } = memberOf(archive, layer.member);
      const stored = bytes.subarray(dataOffset, dataOffset + layer.size);
      expect([...layer.entries].map(summary)).toEqual(await nodeTar(stored));
    }
  });
});

function memberOf(archive: Archive, path: string) {
  const found = archive.members.find((member) => member.path === path);
  if (!found) throw new Error(`no member ${path}`);
  return found;
}

function wrongDiffIds(archive: Archive): readonly string[] {
  return [...archive.dockerImages, ...archive.ociImages]
    .filter(({ kind }) => kind === 'image')
    .flatMap(({ layers, diffIds }) =>
      layers.filter(({ layer, position }) => layer?.diffId !== diffIds[position]).map(({ member }) => member),
    );
}

function summary({
  path,
  size,
  mode,
  mtime,
  linkname,
}: {
  path: string;
  size: number;
  mode: number;
  mtime: number;
  linkname: string;
}) {
  const plainPath = withoutByteDigits(normalisePath(path));
  return { path: plainPath, size, mode: mode & 0o7777, mtime: Math.floor(mtime), linkname };
}

/** node-tar shows a byte that is no UTF-8 as U+FFFD alone; ours adds its digits. */
function withoutByteDigits(path: string): string {
  return path.replace(/\uFFFD[0-9a-f]{2}/g, '\uFFFD');
}

/** The second opinion. It normalises some fields, so only those that it keeps are compared. */
async function nodeTar(bytes: Uint8Array) {
  const found: ReturnType<typeof summary>[] = [];
  const parser = list({
    onReadEntry: (entry: ReadEntry) => {
      found.push(
        summary({
          path: entry.path,
          size: entry.size,
          mode: entry.mode ?? 0,
          mtime: (entry.mtime?.getTime() ?? 0) / 1000,
          linkname: entry.linkpath ?? '',
        }),
      );
      entry.resume();
    },
  });
  await new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
    parser.end(Buffer.from(bytes));
  });
  return found;
}
