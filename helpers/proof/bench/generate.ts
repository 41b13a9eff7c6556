import { createCipheriv, createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { createGzip } from 'node:zlib';
import { writeHeader } from '../../archive/tar/write-header.ts';

const BLOCK = 512;
const MEBIBYTE = 1024 * 1024;

/** Pieces of one layer's tar, the same for the same seed. */
export type LayerPieces = () => Iterable<Uint8Array>;

/** One file of random bytes: nothing compresses it. */
export function randomLayer(seed: number, mebibytes: number): LayerPieces {
  return function* () {
    yield writeHeader({ path: `data-${seed}`, size: mebibytes * MEBIBYTE });
    const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
    const zeros = new Uint8Array(MEBIBYTE);
    for (let part = 0; part < mebibytes; part++) yield cipher.update(zeros);
    yield new Uint8Array(2 * BLOCK);
  };
}

/** Many text-like files of 64 KiB, which gzip makes about three times smaller. */
export function textLayer(seed: number, mebibytes: number): LayerPieces {
  return function* () {
    const size = 64 * 1024;
    const random = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
    for (let file = 0; file < mebibytes * 16; file++) {
      yield writeHeader({ path: `text-${seed}/file-${file}`, size });
      const noise = random.update(new Uint8Array(size / 4)).toString('hex');
      yield Buffer.from(noise.repeat(2), 'latin1');
    }
    yield new Uint8Array(2 * BLOCK);
  };
}

/** As many empty files as asked for, in folders of a thousand. */
export function emptyFilesLayer(count: number): LayerPieces {
  return function* () {
    const batch = new Uint8Array(1000 * BLOCK);
    for (let start = 0; start < count; start += 1000) {
      const length = Math.min(1000, count - start);
      for (let row = 0; row < length; row++) {
        const name = `usr/share/folder-${String(start / 1000).padStart(4, '0')}/file-${String(row).padStart(4, '0')}`;
        batch.set(writeHeader({ path: name }), row * BLOCK);
      }
      yield batch.slice(0, length * BLOCK);
    }
    yield new Uint8Array(2 * BLOCK);
  };
}

interface WrittenLayer {
  readonly digest: string;
  readonly diffId: string;
  readonly size: number;
}

/**
 * Writes an image of these layers as Docker 29 saves it from the containerd store, but one layer at a time and with
 * the name of each blob put in afterwards, so that gigabytes need no memory. `copy` receives the stored layers, one
 * after the other.
 */
export async function writeBenchArchive(
  path: string,
  layers: readonly LayerPieces[],
  compress: boolean,
  copy?: string,
): Promise<void> {
  const fd = openSync(path, 'w');
  const copyFd = copy === undefined ? undefined : openSync(copy, 'w');
  let position = 0;
  const append = (bytes: Uint8Array) => {
    writeSync(fd, bytes, 0, bytes.length, position);
    position += bytes.length;
  };
  const file = (name: string, text: string) => {
    const bytes = Buffer.from(text);
    append(writeHeader({ path: name, size: bytes.length }));
    append(bytes);
    append(new Uint8Array(-bytes.length & (BLOCK - 1)));
  };
  const written: WrittenLayer[] = [];
  try {
    for (const pieces of layers) {
      const start = position;
      position += BLOCK;
      const layer = await writeLayer(pieces, compress, (bytes) => {
        append(bytes);
        if (copyFd !== undefined) writeSync(copyFd, bytes);
      });
      writeSync(fd, writeHeader({ path: blob(layer.digest), size: layer.size }), 0, BLOCK, start);
      append(new Uint8Array(-layer.size & (BLOCK - 1)));
      written.push(layer);
    }
    for (const [name, text] of documents(written, compress)) file(name, text);
    append(new Uint8Array(2 * BLOCK));
  } finally {
    closeSync(fd);
    if (copyFd !== undefined) closeSync(copyFd);
  }
}

async function writeLayer(
  pieces: LayerPieces,
  compress: boolean,
  append: (bytes: Uint8Array) => void,
): Promise<WrittenLayer> {
  const stored = createHash('sha256');
  const plain = createHash('sha256');
  let size = 0;
  const store = (bytes: Uint8Array) => {
    stored.update(bytes);
    size += bytes.length;
    append(bytes);
  };
  if (!compress) {
    for (const piece of pieces()) store(piece);
    const digest = hex(stored);
    return { digest, diffId: digest, size };
  }
  const gzip = createGzip({ level: 1 });
  gzip.on('data', store);
  const ended = new Promise<void>((resolve, reject) => {
    gzip.on('end', resolve);
    gzip.on('error', reject);
  });
  for (const piece of pieces()) {
    plain.update(piece);
    await new Promise<void>((resolve) => gzip.write(piece, () => resolve()));
  }
  gzip.end();
  await ended;
  return { digest: hex(stored), diffId: hex(plain), size };
}

function hex(hash: Hash): string {
  return `sha256:${hash.digest('hex')}`;
}

function blob(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** Config, manifest, `index.json`, `manifest.json` and `oci-layout`, in this order. */
function documents(
  layers: readonly WrittenLayer[],
  compress: boolean,
): readonly (readonly [string, string])[] {
  const created = '2020-01-01T00:00:00Z';
  const config = JSON.stringify({
    created,
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/data-0'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created, created_by: 'COPY data / # buildkit' })),
  });
  const describe = (mediaType: string, digest: string, size: number) => ({ mediaType, digest, size });
  const layerType = `application/vnd.oci.image.layer.v1.tar${compress ? '+gzip' : ''}`;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: describe('application/vnd.oci.image.config.v1+json', digestText(config), config.length),
    layers: layers.map(({ digest, size }) => describe(layerType, digest, size)),
  });
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        ...describe('application/vnd.oci.image.manifest.v1+json', digestText(manifest), manifest.length),
        platform: { architecture: 'amd64', os: 'linux' },
        annotations: {
          'io.containerd.image.name': 'docker.io/library/bench:1',
          'org.opencontainers.image.ref.name': '1',
        },
      },
    ],
  };
  const list = [
    {
      Config: blob(digestText(config)),
      RepoTags: ['bench:1'],
      Layers: layers.map(({ digest }) => blob(digest)),
    },
  ];
  return [
    [blob(digestText(config)), config],
    [blob(digestText(manifest)), manifest],
    ['index.json', JSON.stringify(index)],
    ['manifest.json', JSON.stringify(list)],
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
  ];
}

function digestText(text: string): string {
  return hex(createHash('sha256').update(text));
}
