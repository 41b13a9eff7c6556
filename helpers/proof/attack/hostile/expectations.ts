import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_EXPECTATION_BYTES } from '../../../archive/limits.ts';
import { dockerArchive, END_OF_TAR, tarFile } from './bytes.ts';
import type { HostileInput } from './hostile-input.ts';

const REFUSED = { exitCodes: [2] } as const;

/** A good archive, and an expectation file of this text. */
function expecting(text: () => string, content = 'a\n'): (folder: string) => readonly string[] {
  return (folder) => {
    writeFileSync(join(folder, 'expectation.json'), text());
    writeFileSync(
      join(folder, 'image.tar'),
      dockerArchive([Buffer.concat([tarFile('a', content), END_OF_TAR])]),
    );
    return ['image.tar', '--expect', 'expectation.json'];
  };
}

const patterned = (pattern: string) =>
  JSON.stringify({ rootfs: { files: [{ path: 'a', pattern }], others: true } });

/** Expectation files. */
export const EXPECTATION_INPUTS: readonly HostileInput[] = [
  {
    ...REFUSED,
    id: 'expect-fifo',
    title: '--expect a FIFO',
    says: 'no regular file',
    write: (folder) => {
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      return [...expecting(() => '{}')(folder).slice(0, 2), 'fifo'];
    },
  },
  {
    ...REFUSED,
    id: 'expect-device',
    title: '--expect /dev/zero',
    says: 'no regular file',
    write: (folder) => [...expecting(() => '{}')(folder).slice(0, 2), '/dev/zero'],
  },
  {
    id: 'expect-backtracking',
    title: 'a pattern that backtracks',
    exitCodes: [1],
    says: 'expectation.',
    write: expecting(() => patterned('^(?:a+)+$'), `${'a'.repeat(100_000)}!`),
  },
  {
    ...REFUSED,
    id: 'expect-costly-pattern',
    title: 'a pattern of 900 states over 1 MB',
    says: 'steps',
    write: expecting(() => patterned('[ab]*a[ab]{900}[cd]'), 'ab'.repeat(500_000)),
  },
  {
    ...REFUSED,
    id: 'expect-mistakes',
    title: '300,000 mistakes',
    says: 'more mistakes',
    write: expecting(() => `{"tags":[${'1,'.repeat(300_000)}1]}`),
  },
  {
    ...REFUSED,
    id: 'expect-duplicates',
    title: '300,000 equal keys',
    says: 'is stated twice',
    write: expecting(() => `{${'"comment":"a",'.repeat(300_000)}"tags":[]}`),
  },
  {
    ...REFUSED,
    id: 'expect-wide',
    title: '2 million values',
    says: 'values',
    write: expecting(() => `{"tags":[${'[],'.repeat(2_000_000)}1]}`),
  },
  {
    ...REFUSED,
    id: 'expect-large',
    title: 'an expectation of 100 MB',
    says: `at most ${MAX_EXPECTATION_BYTES}`,
    write: expecting(() => `{"comment":"${'x'.repeat(100_000_000)}"}`),
  },
  {
    id: 'expect-long-text',
    title: 'one text of 7 MB',
    exitCodes: [1],
    says: 'expectation.',
    write: expecting(() =>
      JSON.stringify({ rootfs: { files: [{ path: 'a', content: 'x'.repeat(7_000_000) }] } }),
    ),
  },
  {
    id: 'expect-absent',
    title: '100,000 absent paths, each of them there',
    exitCodes: [1],
    says: 'expectation.',
    write: (folder) => {
      const names = Array.from({ length: 100_000 }, (_, position) => `f${position}`);
      writeFileSync(join(folder, 'expectation.json'), JSON.stringify({ rootfs: { absent: names } }));
      const layer = Buffer.concat([...names.map((name) => tarFile(name, '')), END_OF_TAR]);
      writeFileSync(join(folder, 'image.tar'), dockerArchive([layer]));
      return ['image.tar', '--expect', 'expectation.json'];
    },
  },
];
