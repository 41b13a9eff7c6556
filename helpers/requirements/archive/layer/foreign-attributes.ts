import type { EntryType, TarEntry } from '../../../archive/tar/entry.ts';

/** `SCHILY.xattr.` of star and Go, `LIBARCHIVE.xattr.` of bsdtar. */
const XATTR = /^(?:SCHILY|LIBARCHIVE)\.xattr\.(.*)$/s;
/** The classes of xattr(7); a file system of Linux takes no other, and of the last one only its access lists. */
const NAMESPACES = ['user.', 'trusted.', 'security.', 'system.posix_acl_'];
/** XATTR_SIZE_MAX of Linux. */
const MAX_VALUE_BYTES = 65536;
const CAPABILITY = 'SCHILY.xattr.security.capability';
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
  return name !== undefined && !NAMESPACES.some((namespace) => name.startsWith(namespace));
}

/** An attribute that setxattr(2) refuses whatever the file system. */
export function refusedAttribute({ type, pax }: Pick<TarEntry, 'type' | 'pax'>): string | undefined {
  for (const [key, value] of Object.entries(pax)) {
    const name = XATTR.exec(key)?.[1];
    if (name === undefined) continue;
    if (name.startsWith('user.') && NO_USER_ATTRIBUTES.has(type)) return `${key} of a ${type}`;
    // A byte that is no UTF-8 takes three characters.
    if (value.length > MAX_VALUE_BYTES && bytesOf(value) > MAX_VALUE_BYTES)
      return `${key} of ${bytesOf(value)} bytes`;
    if (key === CAPABILITY && bytesOf(value) !== CAPABILITY_BYTES[value.charCodeAt(3)])
      return `${key} of ${bytesOf(value)} bytes`;
  }
  return undefined;
}

function bytesOf(value: string): number {
  return Buffer.byteLength(value.replaceAll(/\uFFFD[89a-f][0-9a-f]/g, '?'));
}
