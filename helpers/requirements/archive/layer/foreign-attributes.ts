import type { EntryType, TarEntry } from '../../../archive/tar/entry.ts';

/** `SCHILY.xattr.` of star and Go, `LIBARCHIVE.xattr.` of bsdtar. */
const XATTR = /^(?:SCHILY|LIBARCHIVE)\.xattr\.(.*)$/s;
/** The classes of xattr(7); a file system of Linux takes no other, and of the last one only its access lists. */
const NAMESPACES = ['user.', 'trusted.', 'security.', 'system.posix_acl_'];
const ACCESS_LIST = /^system\.posix_acl_(?:access|default)$/;
/** XATTR_NAME_MAX of Linux. */
const MAX_NAME_BYTES = 255;
/** XATTR_SIZE_MAX of Linux. */
const MAX_VALUE_BYTES = 65536;
const SCHILY = 'SCHILY.xattr.';
const CAPABILITY = `${SCHILY}security.capability`;
/** What has no attributes of users (xattr(7)). */
const NO_USER_ATTRIBUTES: ReadonlySet<EntryType> = new Set([
  'symlink',
  'fifo',
  'character-device',
  'block-device',
]);
/** Bytes of `struct vfs_cap_data` by its revision. */
const CAPABILITY_BYTES: Readonly<Record<number, number>> = { 1: 12, 2: 20, 3: 24 };

/** The name of an attribute that no Linux file system takes, or of an AppleDouble file that carries them. */
export function foreignAttribute(path: string, pax: Readonly<Record<string, string>>): string | undefined {
  const name = path.replace(/\/$/, '').split('/').at(-1) ?? '';
  if (name.startsWith('._') || name === '.DS_Store') return name;
  return Object.keys(pax).find((key) => isForeign(XATTR.exec(key)?.[1]));
}

function isForeign(name: string | undefined): boolean {
  return name !== undefined && name !== '' && !NAMESPACES.some((namespace) => name.startsWith(namespace));
}

/**
 * An attribute that setxattr(2) refuses whatever the file system. Those of `LIBARCHIVE.xattr.` no loader sets: bsdtar alone
 * reads them.
 */
export function refusedAttribute({ type, pax }: Pick<TarEntry, 'type' | 'pax'>): string | undefined {
  for (const [key, value] of Object.entries(pax)) {
    const name = key.startsWith(SCHILY) ? key.slice(SCHILY.length) : undefined;
    if (name === undefined) continue;
    if (name === '' || Buffer.byteLength(name) > MAX_NAME_BYTES)
      return `${key}, a name of ${name.length} bytes`;
    if (ACCESS_LIST.test(name)) {
      const refused = refusedAccessList(name, value, type);
      if (refused !== undefined) return `${key} ${refused}`;
    }
    if (name.startsWith('user.') && NO_USER_ATTRIBUTES.has(type)) return `${key} of a ${type}`;
    // A byte that is no UTF-8 takes three characters.
    if (value.length > MAX_VALUE_BYTES && bytesOf(value) > MAX_VALUE_BYTES)
      return `${key} of ${bytesOf(value)} bytes`;
    if (key === CAPABILITY && bytesOf(value) !== CAPABILITY_BYTES[value.charCodeAt(3)])
      return `${key} of ${bytesOf(value)} bytes`;
  }
  return undefined;
}

/** `struct posix_acl_xattr_header` of version 2 and entries of eight bytes; links have no list, and files no default one. */
function refusedAccessList(name: string, value: string, type: EntryType): string | undefined {
  if (type === 'symlink') return 'of a symlink';
  if (name.endsWith('default') && type !== 'directory') return `of a ${type}`;
  const isOfVersion2 = value.startsWith('\u0002\0\0\0');
  return value === '' || (isOfVersion2 && bytesOf(value) % 8 === 4) ? undefined : 'that is no access list';
}

function bytesOf(value: string): number {
  return Buffer.byteLength(value.replaceAll(/\uFFFD[89a-f][0-9a-f]/g, '?'));
}
