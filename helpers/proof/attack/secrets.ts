import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageAt, objectAt, setAt } from '../mutants/edit.ts';
import { writeArchiveOf } from './archives.ts';
import type { After, Attack, Room } from './attack-model.ts';

/** Values that must not reach a log: of variables, labels, arguments, history. Each is unmistakable in an output. */
const SECRETS = ['hunter2-env', 'hunter2-label', 'hunter2-argument', 'hunter2-history', 'hunter2-address'];
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

function writeSecretive(room: Room): string {
  return writeArchiveOf(room, 'image.tar', (draft) => {
    const { config } = imageAt(draft);
    const runtime = objectAt(config, '/config');
    runtime['Env'] = [
      'PATH=/bin',
      'DB_PASSWORD=hunter2-env',
      `SOURCE=${TOKEN}`,
      'URL=https://me:hunter2-address@host/',
    ];
    runtime['Labels'] = { 'com.example.api-key': 'hunter2-label' };
    runtime['Cmd'] = ['/a/b/hello', '--password', 'hunter2-argument'];
    setAt(config, '/history/0/created_by', 'ARG TOKEN=hunter2-history');
  });
}

const hidesAll = ({ stdout, stderr }: After) => {
  const shown = [...SECRETS, TOKEN].filter((secret) => `${stdout}${stderr}`.includes(secret));
  return shown.length === 0 ? undefined : `prints secrets: ${shown.join(', ')}`;
};

const showsOne = ({ stdout }: After) =>
  stdout.includes('hunter2-env') ? undefined : 'does not show what it was asked to show';

const EXPECTATION = {
  config: { Env: ['DB_PASSWORD=another'], Labels: {}, Cmd: ['/other'] },
  history: { created_by: ['^no such step'] },
};

const failing = ['text', 'json', 'html', 'markdown', 'junit', 'sarif', 'github'].map(
  (format): Attack => ({
    id: `secrets-expect-${format}`,
    kind: 'secrets',
    title: `an expectation that fails, as ${format}`,
    wanted: { exitCodes: [1], says: 'masked' },
    short: format === 'text' || format === 'json',
    prepare: (room) => {
      writeFileSync(join(room.work, 'expectation.json'), JSON.stringify(EXPECTATION));
      return { argv: ['check', writeSecretive(room), '--expect', 'expectation.json', '--format', format] };
    },
    check: hidesAll,
  }),
);

export const SECRET_ATTACKS: readonly Attack[] = [
  {
    id: 'secrets-init',
    kind: 'secrets',
    title: 'a draft of an image with secrets',
    wanted: { exitCodes: [0], says: 'Env DB_PASSWORD' },
    short: true,
    prepare: (room) => ({ argv: ['check', writeSecretive(room), '--init'] }),
    check: hidesAll,
  },
  {
    id: 'secrets-init-shown',
    kind: 'secrets',
    title: 'the same with --show-secrets',
    wanted: { exitCodes: [0] },
    short: true,
    prepare: (room) => ({ argv: ['check', writeSecretive(room), '--init', '--show-secrets'] }),
    check: showsOne,
  },
  ...failing,
];
