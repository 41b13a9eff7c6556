import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { printText } from '../../common/terminal.ts';
import { parseOptions } from '../../common/usage.ts';
import { emptyFilesLayer, randomLayer, textLayer, writeBenchArchive } from './generate.ts';
import { isInstalled, type Measured, measure, measureMemory, median } from './measure.ts';

const USAGE = `Usage: scratch-conformance bench-check [--large] [--rounds N]

Generates archives in a temporary folder, and measures check beside its peers.

  --large      also an archive of 10 GB
  --rounds N   how often each is measured; the median counts (default 5)
`;

type Command = readonly [string, ...string[]];

interface Peer {
  readonly name: string;
  readonly command: Command;
}

/** One row of the table: an archive, its peers, and what ours must stay below. */
interface Row {
  readonly title: string;
  readonly archive: string;
  readonly peers: readonly Peer[];
  /** Most of the first peer's time. */
  readonly ratio?: number;
  readonly seconds?: number;
  readonly megabytes?: number;
}

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      large: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-check-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const stop = (signal: NodeJS.Signals) => {
    remove();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await bench(folder, values.large, Math.max(1, Number(values.rounds) || 1));
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    remove();
  }
}

async function bench(folder: string, large: boolean, rounds: number): Promise<number> {
  print(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} threads, Node ${process.version}`,
  );
  print(`median of ${rounds} rounds, page cache warm\n`);
  const script = join(projectFolder('.build'), 'cli.js');
  let missed = 0;
  for (const row of await prepare(folder, large)) missed += await measureRow(row, script, folder, rounds);
  print(missed === 0 ? '\nEvery target is met.' : `\n${missed} targets are missed.`);
  return 0;
}

/** Writes the archives. The seeds are fixed, so every run measures the same bytes. */
async function prepare(folder: string, large: boolean): Promise<readonly Row[]> {
  const path = (name: string) => join(folder, name);
  const twenty = (
    make: (seed: number, mebibytes: number) => ReturnType<typeof randomLayer>,
    mebibytes: number,
  ) => Array.from({ length: 20 }, (_, seed) => make(seed, mebibytes));
  await writeBenchArchive(path('plain.tar'), twenty(randomLayer, 50), false);
  await writeBenchArchive(path('gzip.tar'), twenty(textLayer, 50), true, path('layers.gz'));
  await writeBenchArchive(
    path('million.tar'),
    [emptyFilesLayer(1_000_000)],
    false,
    path('million-layer.tar'),
  );
  if (large) await writeBenchArchive(path('large.tar'), twenty(randomLayer, 512), false);
  const sums = (archive: string): readonly Peer[] => [
    { name: 'openssl dgst -sha256', command: ['openssl', 'dgst', '-sha256', archive] },
    { name: 'sha256sum', command: ['sha256sum', archive] },
  ];
  const tools: readonly Peer[] = [
    ...((await isInstalled('crane', 'version'))
      ? [{ name: 'crane validate', command: ['crane', 'validate', '--tarball', path('plain.tar')] as const }]
      : []),
    ...((await isInstalled('skopeo', '--version'))
      ? [
          {
            name: 'skopeo copy',
            command: [
              'skopeo',
              'copy',
              `docker-archive:${path('plain.tar')}`,
              `dir:${path('copied')}`,
            ] as const,
          },
        ]
      : []),
  ];
  const hello = join(projectFolder('fixtures'), 'archives/docker-28.5.2-containerd-buildkit/hello.tar');
  return [
    {
      title: '1 GB, 20 uncompressed layers',
      archive: path('plain.tar'),
      peers: [...sums(path('plain.tar')), ...tools],
      ratio: 0.75,
      megabytes: 150,
    },
    ...(large
      ? [
          {
            title: '10 GB, 20 uncompressed layers',
            archive: path('large.tar'),
            peers: sums(path('large.tar')),
            ratio: 0.75,
            megabytes: 150,
          },
        ]
      : []),
    {
      title: '1 GB in 20 gzip layers',
      archive: path('gzip.tar'),
      peers: [
        {
          name: 'gzip -dc | openssl dgst -sha256',
          command: ['sh', '-c', 'gzip -dc "$0" | openssl dgst -sha256', path('layers.gz')],
        },
      ],
      ratio: 0.7,
    },
    {
      title: 'one layer of 1,000,000 empty files',
      archive: path('million.tar'),
      peers: [{ name: 'tar -tf', command: ['tar', '-tf', path('million-layer.tar')] }],
      ratio: 2,
      megabytes: 300,
    },
    { title: 'the hello archive', archive: hello, peers: [], seconds: 0.35 },
  ];
}

/** Prints one row; the number of targets that it misses. Ours and the peers take turns, so that noise meets all. */
async function measureRow(row: Row, script: string, folder: string, rounds: number): Promise<number> {
  const ours: Measured[] = [];
  const theirs = row.peers.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [position, { command }] of row.peers.entries())
      theirs[position]?.push((await measure(command)).seconds);
    ours.push(await measure([process.execPath, script, 'check', row.archive]));
  }
  const { megabytes = Number.NaN } = await measureMemory(
    script,
    ['check', row.archive],
    join(folder, 'memory'),
  );
  const seconds = median(ours.map((measured) => measured.seconds));
  const exitCodes = [...new Set(ours.map(({ exitCode }) => exitCode))].join(', ');
  print(row.title);
  print(
    `  check                            ${seconds.toFixed(2)} s  ${Math.round(megabytes)} MB  exit code ${exitCodes}`,
  );
  let missed = 0;
  const verdict = (met: boolean, target: string) => {
    if (!met) missed++;
    return `target ${target}: ${met ? 'met' : 'MISSED'}`;
  };
  for (const [position, { name }] of row.peers.entries()) {
    const peer = median(theirs[position] ?? []);
    const ratio = seconds / peer;
    const target =
      position === 0 && row.ratio !== undefined ? `  ${verdict(ratio <= row.ratio, `${row.ratio}`)}` : '';
    print(`  ${name.padEnd(32)} ${peer.toFixed(2)} s  ratio ${ratio.toFixed(2)}${target}`);
  }
  if (row.seconds !== undefined) print(`  time    ${verdict(seconds <= row.seconds, `${row.seconds} s`)}`);
  if (row.megabytes !== undefined)
    print(`  memory  ${verdict(megabytes <= row.megabytes, `${row.megabytes} MB`)}`);
  return missed;
}

function print(line: string): void {
  printText(`${line}\n`);
}
