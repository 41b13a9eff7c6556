import { join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import type { BenchRequest, BenchRow } from './bench-row.ts';
import { emptyFilesLayer, type LayerPieces, randomLayer, textLayer, writeBenchArchive } from './generate.ts';
import { isInstalled, type Measured, measure, measureMemory, median } from './measure.ts';

/** `check` and `diff` on archives that are written for it, beside programs that read the same bytes. */

type Words = readonly [string, ...string[]];

interface Side {
  readonly name: string;
  readonly words: Words;
  /** Most of its time that ours should take. */
  readonly aim?: number;
}

/** One command of ours and what it is measured beside. */
interface Case {
  readonly what: string;
  readonly args: Words;
  readonly peers: readonly Side[];
  readonly aimSeconds?: number;
  readonly aimMegabytes?: number;
}

export async function* benchArchives(request: BenchRequest): AsyncIterable<BenchRow> {
  for (const one of await prepare(request)) yield* measureCase(one, request);
}

/** Writes the archives. The seeds are fixed, so every run measures the same bytes. */
async function prepare({ folder, large }: BenchRequest): Promise<readonly Case[]> {
  const path = (name: string) => join(folder, name);
  await writeBenchArchive(path('plain.tar'), twenty(randomLayer, 50), false);
  await writeBenchArchive(
    path('other.tar'),
    [...twenty(randomLayer, 50).slice(1), randomLayer(20, 50)],
    false,
  );
  await writeBenchArchive(path('gzip.tar'), twenty(textLayer, 50), true, path('layers.gz'));
  const million = path('million-layer.tar');
  await writeBenchArchive(path('million.tar'), [emptyFilesLayer(1_000_000)], false, million);
  if (large) await writeBenchArchive(path('large.tar'), twenty(randomLayer, 512), false);
  const hello = join(projectFolder('fixtures'), 'archives/docker-28.5.2-containerd-buildkit/hello.tar');
  const gunzip: Words = ['sh', '-c', 'gzip -dc "$0" | openssl dgst -sha256', path('layers.gz')];
  return [
    {
      what: 'check: 1 GB, 20 uncompressed layers',
      args: ['check', path('plain.tar')],
      peers: [...digestsOf(path('plain.tar')), ...(await consumersOf(path('plain.tar'), path('copied')))],
      aimMegabytes: 150,
    },
    ...(large
      ? [
          {
            what: 'check: 10 GB, 20 uncompressed layers',
            args: ['check', path('large.tar')] as const,
            peers: digestsOf(path('large.tar')),
            aimMegabytes: 165,
          },
        ]
      : []),
    {
      what: 'check: 1 GB in 20 gzip layers',
      args: ['check', path('gzip.tar')],
      peers: [{ name: 'gzip -dc | openssl dgst', words: gunzip, aim: 0.45 }],
    },
    {
      what: 'check: one layer of 1,000,000 files',
      args: ['check', path('million.tar')],
      peers: [{ name: 'tar -tf', words: ['tar', '-tf', million], aim: 2 }],
      aimMegabytes: 300,
    },
    { what: 'check: the hello archive', args: ['check', hello], peers: [], aimSeconds: 0.35 },
    {
      what: 'diff: two images of 1 GB',
      args: ['diff', path('plain.tar'), path('other.tar')],
      peers: [{ name: 'check of one', words: ours('check', path('plain.tar')), aim: 2.5 }],
      aimMegabytes: 200,
    },
  ];
}

function twenty(make: (seed: number, mebibytes: number) => LayerPieces, mebibytes: number) {
  return Array.from({ length: 20 }, (_, seed) => make(seed, mebibytes));
}

function digestsOf(archive: string): readonly Side[] {
  return [
    { name: 'openssl dgst -sha256', words: ['openssl', 'dgst', '-sha256', archive], aim: 0.75 },
    { name: 'sha256sum', words: ['sha256sum', archive] },
  ];
}

/** Consumers that this machine has. */
async function consumersOf(archive: string, copy: string): Promise<readonly Side[]> {
  const all: readonly (Side & { readonly probe: Words })[] = [
    {
      name: 'crane validate',
      words: ['crane', 'validate', '--tarball', archive],
      probe: ['crane', 'version'],
    },
    {
      name: 'skopeo copy',
      words: ['skopeo', 'copy', `docker-archive:${archive}`, `dir:${copy}`],
      probe: ['skopeo', '--version'],
    },
  ];
  const found = await Promise.all(all.map(({ probe }) => isInstalled(...probe)));
  return all.filter((_, position) => found[position]);
}

function ours(...args: readonly string[]): Words {
  return [process.execPath, join(projectFolder('.build'), 'cli.js'), ...args];
}

/** Ours and the peers take turns, so that noise meets all. */
async function* measureCase(
  { what, args, peers, aimSeconds, aimMegabytes }: Case,
  { folder, rounds }: BenchRequest,
): AsyncIterable<BenchRow> {
  const mine: Measured[] = [];
  const theirs = peers.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [position, { words }] of peers.entries())
      theirs[position]?.push((await measure(words)).seconds);
    mine.push(await measure(ours(...args)));
  }
  const judged = mine.filter(({ exitCode }) => exitCode === 0 || exitCode === 1);
  if (judged.length < mine.length) throw new Error(`${what}: it ended without a verdict.`);
  const seconds = median(judged.map((one) => one.seconds));
  const [, script = '', ...rest] = ours(...args);
  const { megabytes } = await measureMemory(script, rest, join(folder, 'memory'));
  const row = {
    ...{ what, seconds },
    ...(megabytes !== undefined && { megabytes }),
    ...(aimMegabytes !== undefined && { aimMegabytes }),
  };
  if (peers.length === 0) yield { ...row, ...(aimSeconds !== undefined && { aim: aimSeconds }) };
  for (const [position, { name, aim }] of peers.entries())
    yield {
      ...(position === 0 ? row : { what, seconds }),
      peer: { name, seconds: median(theirs[position] ?? []) },
      ...(aim !== undefined && { aim }),
    };
}
