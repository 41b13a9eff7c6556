import type { TarEntry } from '../../../archive/tar/entry.ts';
import type { RootView } from '../layer/root-view.ts';

/** Who the program runs as, after config.md: `user`, `uid`, `user:group`, `uid:gid`, `uid:group`, `user:gid`. */
export interface User {
  readonly uid: number;
  readonly gids: readonly number[];
  /** An ID that no runtime sets. */
  readonly beyond?: number;
  /** Names of the config that etc/passwd or etc/group does not know, each with the file that was asked. */
  readonly unknown: readonly { readonly name: string; readonly file: string }[];
}

/** Of runc: "uids and gids must be in range 0-2147483647". */
export const MAX_RUN_ID = 2 ** 31 - 1;

export function readUser(text: string, root: RootView): User {
  const [userPart = '', groupPart] = text.split(':', 2);
  const passwd = recordsOf(root, 'etc/passwd');
  const groups = recordsOf(root, 'etc/group');
  const wanted = userPart === '' ? '0' : userPart;
  const own = passwd.find(([name, , uid]) => name === wanted || (isNumber(wanted) && uid === wanted));
  const group =
    groupPart === undefined || groupPart === ''
      ? undefined
      : (groups.find(([name]) => name === groupPart)?.[2] ?? groupPart);
  const gid = numberOf(group ?? own?.[3] ?? '0');
  const memberOf =
    groupPart === undefined && own ? groups.filter(([, , , members]) => lists(members, own[0])) : [];
  const uid = numberOf(own?.[2] ?? wanted);
  const beyond = [uid, gid].find((id) => id > MAX_RUN_ID);
  return {
    ...(beyond !== undefined && { beyond }),
    // Who is not known is judged by his name alone.
    uid: Math.max(0, uid),
    gids: [gid, ...memberOf.map(([, , id]) => numberOf(id))],
    unknown: [
      ...(isNumber(wanted) || own || !isReadable(root, 'etc/passwd')
        ? []
        : [{ name: wanted, file: 'etc/passwd' }]),
      ...(group === undefined || isNumber(group) || !isReadable(root, 'etc/group')
        ? []
        : [{ name: group, file: 'etc/group' }]),
    ],
  };
}

/** Whether the mode of an entry lets somebody run the file, or pass the folder. Root needs any of the three bits. */
export function mayExecute(
  { uid, gids }: User,
  { mode, uid: owner, gid }: TarEntry,
  isFolder = false,
): boolean {
  if (uid === 0) return isFolder || (mode & 0o111) !== 0;
  if (uid === owner) return (mode & 0o100) !== 0;
  return (mode & (gids.includes(gid) ? 0o010 : 0o001)) !== 0;
}

/** False for a link to a file of another name, as images of Nix have it: its text was not kept, and nothing is known. */
function isReadable(root: RootView, path: string): boolean {
  const file = root.find(path);
  return file?.entry === undefined || file.text !== undefined;
}

/** Lines of a file of colons; `[]` where it is not there. */
function recordsOf(root: RootView, path: string): readonly (readonly string[])[] {
  return (root.find(path)?.text ?? '').split('\n').map((line) => line.trim().split(':'));
}

function lists(members: string | undefined, name: string | undefined): boolean {
  return name !== undefined && (members ?? '').split(',').includes(name);
}

const isNumber = (text: string) => /^\d+$/.test(text);

function numberOf(text: string | undefined): number {
  return isNumber(text ?? '') ? Number(text) : -1;
}
