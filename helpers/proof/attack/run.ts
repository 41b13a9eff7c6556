import { join } from 'node:path';
import { type After, type Attack, BUDGET, type Room, type Row } from './attack-model.ts';
import { folderDifferences, makeRoom, removeRoom, snapshotOf } from './folders.ts';
import { attackProblems } from './judge.ts';
import { runLimited } from './limited-child.ts';

/** Runs one attack in a room of its own, which is gone afterwards. `commandLine` is the bundled command line. */
export async function runAttack(attack: Attack, commandLine: string): Promise<Row> {
  const room = makeRoom();
  try {
    const after = await carryOut(attack, room, commandLine);
    return { attack, after, problems: await attackProblems(attack, after) };
  } finally {
    await attack.restore?.(room);
    removeRoom(room);
  }
}

async function carryOut({ wanted, prepare }: Attack, room: Room, commandLine: string): Promise<After> {
  const call = await prepare(room);
  const before = snapshotOf(room);
  const command = call.command ?? ([process.execPath, commandLine] as const);
  const ended = await runLimited(
    [...command, ...call.argv],
    call,
    { ...BUDGET, ...wanted.budget },
    environmentOf(room, call.env),
    call.cwd ?? room.work,
  );
  const { outlived, ...measured } = ended;
  const left = [...folderDifferences(before, snapshotOf(room), room, wanted.writes ?? []), ...outlived];
  return { room, call, ...measured, left: left.map((line) => line.replaceAll(join(room.work, '..'), '')) };
}

/** The machine's own settings must not change a row. */
function environmentOf({ tmp, home }: Room, more: Env = {}): Env {
  const { PATH } = process.env;
  return { PATH, LANG: 'C.UTF-8', TMPDIR: tmp, HOME: home, XDG_CACHE_HOME: home, ...more };
}

type Env = Readonly<Record<string, string | undefined>>;
