import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeArchiveOf } from './archives.ts';
import type { Attack } from './model.ts';

/** Where a report is to be written: an input, a folder, a device, a full disk. */
export const OUTPUT_ATTACKS: readonly Attack[] = [
  {
    id: 'output-input',
    kind: 'outputs',
    title: 'the page over the judged archive',
    wanted: { exitCodes: [2] },
    short: true,
    prepare: (room) => ({ argv: ['check', writeArchiveOf(room), '--html', 'image.tar'] }),
  },
  {
    id: 'output-folder',
    kind: 'outputs',
    title: 'a folder as the page',
    wanted: { exitCodes: [2] },
    short: true,
    prepare: (room) => {
      mkdirSync(join(room.work, 'folder'));
      return { argv: ['check', writeArchiveOf(room), '--html', 'folder'] };
    },
  },
];
