import { gzipSync } from 'node:zlib';
import { paxRecord } from '../../../archive/tar/write-header.ts';
import { archive, dockerArchive, END_OF_TAR, head, MIB, pax, repeat, tarFile } from './bytes.ts';
import type { HostileInput } from './hostile-input.ts';

const ENTRIES = { exitCodes: [1], says: 'limit.entries' } as const;
const gzipLayer = (...parts: readonly Buffer[]) =>
  gzipSync(Buffer.concat([...parts, END_OF_TAR]), { level: 1 });

/** A path of its own for each position, 1,990 folders deep. */
function deepPath(position: number, depth = 1990): string {
  return `${position.toString(36)}/${'d/'.repeat(depth)}f`;
}

/** Entries, names and extended headers. */
export const ENTRY_INPUTS: readonly HostileInput[] = [
  {
    id: 'pax-globals',
    title: '30,000 pax global headers of distinct keys in a gzip layer',
    exitCodes: [0, 1],
    says: '',
    write: archive(() =>
      dockerArchive([
        gzipLayer(
          repeat(30_000, (position) => pax(paxRecord(`K${position}`, 'v'), 'g')),
          tarFile('a', 'a'),
        ),
      ]),
    ),
  },
  {
    id: 'pax-global-reapplied',
    title: 'a global header of 75,000 records before 20,000 files',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => {
      const records = Array.from({ length: 60_000 }, (_, position) => paxRecord(`K${position}`, 'v')).join(
        '',
      );
      return dockerArchive([
        gzipLayer(
          pax(records, 'g'),
          repeat(20_000, (position) => head({ name: `f${position}` })),
        ),
      ]);
    }),
  },
  {
    ...ENTRIES,
    id: 'pax-records',
    title: '100 million pax records in a gzip layer',
    write: archive(() => {
      const body = pax(
        Array.from({ length: 100_000 }, (_, position) => paxRecord(`K${position % 10}`, '')).join(''),
      );
      const part = Buffer.concat([body, head({ name: 'f' })]);
      return dockerArchive([gzipLayer(repeat(600, () => part))]);
    }),
  },
  {
    ...ENTRIES,
    id: 'pax-text',
    title: 'pax text of 250 MiB in each of 8 gzip layers',
    write: archive(() => {
      const part = Buffer.concat([
        pax(paxRecord('SCHILY.xattr.user.x', 'v'.repeat(MIB - 100))),
        head({ name: 'f' }),
      ]);
      return dockerArchive(Array.from({ length: 8 }, () => gzipLayer(repeat(250, () => part))));
    }),
  },
  {
    id: 'global-path',
    title: 'a global path of 1 MB before 4,000 members',
    exitCodes: [1],
    says: 'archive.has-image',
    write: archive(() =>
      Buffer.concat([
        pax(paxRecord('path', 'p'.repeat(MIB - 20)), 'g'),
        repeat(4000, (position) => head({ name: `m${position}` })),
        END_OF_TAR,
      ]),
    ),
  },
  {
    id: 'long-outer-names',
    title: '20 outer names of 1 MiB',
    exitCodes: [1],
    says: 'limit.names',
    write: archive(() =>
      Buffer.concat([
        repeat(20, (position) =>
          Buffer.concat([
            pax(paxRecord('path', `${position}${'/a'.repeat(MIB / 2 - 30)}`)),
            head({ name: 'm' }),
          ]),
        ),
        END_OF_TAR,
      ]),
    ),
  },
  {
    ...ENTRIES,
    id: 'deep-paths',
    title: '1,200 entries 1,990 folders deep',
    write: archive(() =>
      dockerArchive([
        gzipLayer(
          repeat(1200, (position) =>
            Buffer.concat([pax(paxRecord('path', deepPath(position))), head({ name: 'f' })]),
          ),
        ),
      ]),
    ),
  },
  {
    id: 'deep-paths-shared',
    title: '20,000 entries in two folders of one path 1,900 folders deep, in turn',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => {
      const above = 'd/'.repeat(1900);
      return dockerArchive(
        Array.from({ length: 2 }, () =>
          gzipLayer(
            repeat(20_000, (position) =>
              Buffer.concat([
                pax(paxRecord('path', `${above}${position % 2}/${position}`)),
                head({ name: 'f' }),
              ]),
            ),
          ),
        ),
      );
    }),
  },
  {
    ...ENTRIES,
    id: 'members',
    title: 'a million members',
    write: archive(() =>
      Buffer.concat([
        gzipSync(
          Buffer.concat([repeat(1_000_000, (position) => head({ name: `m${position}` })), END_OF_TAR]),
          {
            level: 1,
          },
        ),
      ]),
    ),
  },
  {
    ...ENTRIES,
    id: 'entries',
    title: '3 million entries in 6 gzip layers',
    write: archive(() => {
      const layer = gzipLayer(repeat(500_000, (position) => head({ name: `e${position}` })));
      return dockerArchive(Array.from({ length: 6 }, () => layer));
    }),
  },
  {
    id: 'odd-entries',
    title: '600,000 entries that break every rule there is',
    exitCodes: [1],
    says: '',
    write: archive(() =>
      dockerArchive([
        gzipLayer(
          repeat(600_000, (position) =>
            head({
              name: `../\u0001${position % 1000}/.wh.x${position}`,
              type: position % 3 === 0 ? '2' : '7',
              link: '../../x',
            }),
          ),
        ),
      ]),
    ),
  },
  {
    id: 'symlink-chain',
    title: 'a chain of 500,000 symbolic links in a layer',
    exitCodes: [0, 1],
    says: '',
    write: archive(() =>
      dockerArchive([
        gzipLayer(
          repeat(500_000, (position) => head({ name: `l${position}`, type: '2', link: `l${position + 1}` })),
        ),
      ]),
    ),
  },
  {
    id: 'member-chain',
    title: 'a chain of 90,000 symbolic links among the members',
    exitCodes: [1],
    says: 'limit.links',
    write: archive(() =>
      Buffer.concat([
        repeat(90_000, (position) => head({ name: `l${position}`, type: '2', link: `l${position + 1}` })),
        END_OF_TAR,
      ]),
    ),
  },
  {
    id: 'whiteouts',
    title: '300,000 whiteouts in folders that are removed, over two layers',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => {
      const layer = gzipLayer(
        repeat(300_000, (position) => head({ name: `a${position % 50_000}/b/.wh.${position}` })),
      );
      return dockerArchive([layer, layer]);
    }),
  },
];
