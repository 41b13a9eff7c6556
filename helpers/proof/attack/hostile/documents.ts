import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { archive, dockerArchive, END_OF_TAR, gzipZeros, head, MIB, repeat, tarFile } from './bytes.ts';
import type { HostileInput } from './hostile-input.ts';

const SIZE = { exitCodes: [1], says: 'limit.json-size' } as const;
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const list = (manifestJson: string) => Buffer.concat([tarFile('manifest.json', manifestJson), END_OF_TAR]);
const LAYER = Buffer.concat([tarFile('a', 'a\n'), END_OF_TAR]);

/** An OCI layout and docker archive of as many images as told. */
function manyManifests(count: number): Buffer {
  const parts: Buffer[] = [];
  const put = (content: Buffer | string, mediaType: string) => {
    const hex = sha256(content);
    parts.push(tarFile(`blobs/sha256/${hex}`, content));
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(content) };
  };
  const layer = put(LAYER, 'application/vnd.oci.image.layer.v1.tar');
  const images = Array.from({ length: count }, (_, position) => {
    const config = put(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        author: `${position}`,
        rootfs: { type: 'layers', diff_ids: [layer.digest] },
      }),
      'application/vnd.oci.image.config.v1+json',
    );
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = put(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] }), mediaType);
    return {
      config,
      manifest: { ...manifest, annotations: { 'io.containerd.image.name': `a/b:${position}` } },
    };
  });
  const blob = (digest: string) => `blobs/${digest.replace(':', '/')}`;
  const listed = images.map(({ config }, position) => ({
    Config: blob(config.digest),
    RepoTags: [`a/b:${position}`],
    Layers: [blob(layer.digest)],
  }));
  return Buffer.concat([
    ...parts,
    tarFile(
      'index.json',
      JSON.stringify({ schemaVersion: 2, manifests: images.map(({ manifest }) => manifest) }),
    ),
    tarFile('manifest.json', JSON.stringify(listed)),
    tarFile('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    END_OF_TAR,
  ]);
}

/** JSON and what it lists. */
export const DOCUMENT_INPUTS: readonly HostileInput[] = [
  {
    ...SIZE,
    id: 'json-repeated-key',
    title: 'manifest.json of one repeated key, 7 MB',
    write: archive(() => list(`[{${'"a":1,'.repeat(MIB)}"a":1}]`)),
  },
  {
    id: 'json-repeated-key-small',
    title: 'manifest.json of one repeated key, 900 kB',
    exitCodes: [1],
    says: 'json.unique-keys',
    write: archive(() => list(`[{${'"a":1,'.repeat(130_000)}"a":1}]`)),
  },
  {
    id: 'json-repeated-long-key',
    title: 'manifest.json of 100 equal keys of 70 kB',
    exitCodes: [1],
    says: 'json.unique-keys',
    write: archive(() => list(`[{${`"${'k'.repeat(70_000)}":1,`.repeat(100)}"a":1}]`)),
  },
  {
    id: 'json-deep',
    title: 'manifest.json of 8 million brackets',
    exitCodes: [1],
    says: 'limit.json',
    write: archive(() => list('['.repeat(8_000_000))),
  },
  {
    ...SIZE,
    id: 'json-wide',
    title: 'manifest.json of 2 million empty objects',
    write: archive(() => list(`[${'{},'.repeat(2_000_000)}{}]`)),
  },
  {
    ...SIZE,
    id: 'json-many',
    title: '30 JSON files of 8 MiB in gzip',
    write: archive(() => {
      const content = `{"a":"${'x'.repeat(8 * MIB - 10)}"}`;
      const entries = Array.from({ length: 30 }, (_, position) => ({
        Config: `${position}.json`,
        Layers: [],
      }));
      return gzipSync(
        Buffer.concat([
          repeat(30, (position) => tarFile(`${position}.json`, content)),
          tarFile('manifest.json', JSON.stringify(entries)),
          END_OF_TAR,
        ]),
        { level: 1 },
      );
    }),
  },
  {
    id: 'json-long-texts',
    title: 'tags, names and commands of 1 MB each',
    exitCodes: [1],
    says: '',
    write: archive(() => {
      const long = 'a-'.repeat(MIB / 2);
      const config = {
        os: long,
        architecture: long,
        config: { Env: [`PATH=${':'.repeat(MIB)}`], Cmd: [long], User: long },
      };
      const entry = {
        Config: 'c.json',
        RepoTags: [`${long}:${long}`, `${'[:'.repeat(MIB / 2)}`],
        Layers: [long],
      };
      return Buffer.concat([
        tarFile('c.json', JSON.stringify(config)),
        tarFile('manifest.json', JSON.stringify([entry])),
        END_OF_TAR,
      ]);
    }),
  },
  {
    id: 'manifests',
    title: '4,000 manifests',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => manyManifests(4000)),
  },
  {
    ...SIZE,
    id: 'manifests-many',
    title: '40,000 manifests',
    write: archive(() => manyManifests(40_000)),
  },
  {
    id: 'layer-references',
    title: '100 images of 10,000 references to one layer',
    exitCodes: [1],
    says: 'limit.entries',
    write: archive(() => {
      const layers = Array.from({ length: 10_000 }, () => '0.tar');
      const images = Array.from({ length: 50 }, () => ({ Config: 'config.json', Layers: layers }));
      return Buffer.concat([
        tarFile('0.tar', LAYER),
        tarFile('manifest.json', JSON.stringify(images)),
        END_OF_TAR,
      ]);
    }),
  },
  {
    id: 'stacked-layers',
    title: '500 images in an order of their own of 60 layers that remove folders',
    exitCodes: [0, 1, 2],
    says: '',
    write: archive(() => {
      const names = Array.from({ length: 60 }, (_, position) => `${position}.tar`);
      const layers = names.map((name, position) =>
        tarFile(
          name,
          Buffer.concat([
            repeat(300, (at) => head({ name: `l${position}/f${at}/x/y/z` })),
            repeat(300, (at) => head({ name: `q${at}/.wh.r${position}` })),
            END_OF_TAR,
          ]),
        ),
      );
      const images = Array.from({ length: 500 }, (_, position) => ({
        Config: 'config.json',
        Layers: [...names.slice(position % 60), ...names.slice(0, position % 60)].toSorted((a, b) =>
          sha256(a + position) < sha256(b + position) ? -1 : 1,
        ),
      }));
      return Buffer.concat([...layers, tarFile('manifest.json', JSON.stringify(images)), END_OF_TAR]);
    }),
  },
  {
    id: 'index-knot',
    title: 'indexes that list each other many times over',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => {
      const parts: Buffer[] = [];
      let below = { digest: `sha256:${'0'.repeat(64)}`, size: 1 };
      for (let level = 0; level < 7; level++) {
        const mediaType = 'application/vnd.oci.image.index.v1+json';
        const text = JSON.stringify({
          schemaVersion: 2,
          mediaType,
          manifests: Array.from({ length: 200 }, (_, position) => ({
            mediaType,
            ...below,
            annotations: { p: `${position}` },
          })),
        });
        parts.push(tarFile(`blobs/sha256/${sha256(text)}`, text));
        below = { digest: `sha256:${sha256(text)}`, size: text.length };
      }
      const top = { mediaType: 'application/vnd.oci.image.index.v1+json', ...below };
      return Buffer.concat([
        ...parts,
        tarFile(
          'index.json',
          JSON.stringify({ schemaVersion: 2, manifests: Array.from({ length: 1000 }, () => top) }),
        ),
        tarFile('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
        END_OF_TAR,
      ]);
    }),
  },
  {
    id: 'repositories',
    title: 'repositories of 50,000 tags beside 40,000 members',
    exitCodes: [1],
    says: '',
    write: archive(() => {
      const tags = Object.fromEntries(
        Array.from({ length: 50_000 }, (_, position) => [`t${position}`, sha256(`${position}`)]),
      );
      return Buffer.concat([
        repeat(40_000, (position) => head({ name: `${sha256(`${position}`)}/layer.tar` })),
        tarFile('repositories', JSON.stringify({ a: tags })),
        tarFile('manifest.json', JSON.stringify([{ Config: 'c', RepoTags: ['a:t1'], Layers: [] }])),
        END_OF_TAR,
      ]);
    }),
  },
  {
    id: 'programs',
    title: 'programs and texts of the start in 8 layers',
    exitCodes: [1],
    says: 'limit.e',
    write: archive(() => {
      const part = repeat(40_000, (position) => tarFile(`p${position}`, `#!${'x'.repeat(250)}`));
      const texts = repeat(500, (position) =>
        tarFile(`etc/ld.so.conf.d/${position}.conf`, Buffer.alloc(256 * 1024, '/a\n')),
      );
      const layer = gzipSync(Buffer.concat([part, texts, END_OF_TAR]), { level: 1 });
      return dockerArchive(
        Array.from({ length: 8 }, () => layer),
        [gzipZeros(0)],
      );
    }),
  },
];
