import { imageAt } from '../mutants/edit.ts';
import { writeArchiveOf } from './archives.ts';
import type { After, Attack } from './attack-model.ts';

/** What an archive or an engine says is data: it steers no terminal, gives no command and is told in a readable length. */

const FORMATS = ['text', 'json', 'html', 'markdown', 'junit', 'sarif', 'github'] as const;
export const HOSTILE = 'example/\u001b]52;c;YQ==\u0007\u009b2J\u202e\u2066x\n::error::y';

const tags = FORMATS.map(
  (format): Attack => ({
    id: `escaping-tag-${format}`,
    kind: 'escaping',
    title: `control characters in a tag, as ${format}`,
    wanted: { exitCodes: [1] },
    short: format === 'text' || format === 'github',
    prepare: (room) => {
      const name = writeArchiveOf(room, 'image.tar', (draft) => {
        imageAt(draft).tags = [HOSTILE];
      });
      return { argv: ['check', name, '--format', format] };
    },
    check: givesNoCommand,
  }),
);

const names = FORMATS.map(
  (format): Attack => ({
    id: `escaping-name-${format}`,
    kind: 'escaping',
    title: `an archive called ::error::, as ${format}`,
    wanted: { exitCodes: [0, 1] },
    short: format === 'text' || format === 'github',
    prepare: (room) => ({
      argv: ['check', writeArchiveOf(room, '::error::\u001b[2J\u202e\n::warning::.tar'), '--format', format],
    }),
    check: givesNoCommand,
  }),
);

const MEGABYTES = 7_000_000;

const long = FORMATS.map(
  (format): Attack => ({
    id: `escaping-long-tag-${format}`,
    kind: 'escaping',
    title: `a tag of 7 MB, as ${format}`,
    wanted: { exitCodes: [1], ...(format === 'text' && { says: `${MEGABYTES}`.slice(0, 4) }) },
    short: format === 'text' || format === 'json',
    prepare: (room) => {
      const name = writeArchiveOf(room, 'image.tar', (draft) => {
        imageAt(draft).tags = [`example/${'x'.repeat(MEGABYTES)}:1`];
      });
      return { argv: ['check', name, '--format', format] };
    },
    check: ({ stdout }) => (stdout.length < 1_500_000 ? undefined : `prints ${stdout.length} characters`),
  }),
);

/** Only our own annotations may begin a line with `::`, and they stand on one line each. */
export function givesNoCommand({ stdout, stderr, call }: After): string | undefined {
  const command = /^\s*::(?!(?:error|warning|notice) title=)/m.exec(
    call.argv.includes('github') ? stdout : `${stdout}\n${stderr}`,
  );
  return command === null ? undefined : 'prints a command of GitHub Actions that is not ours';
}

export const ESCAPING_ATTACKS: readonly Attack[] = [...tags, ...names, ...long];
