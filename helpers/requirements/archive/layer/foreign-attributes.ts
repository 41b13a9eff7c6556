/** `SCHILY.xattr.` of star and Go, `LIBARCHIVE.xattr.` of bsdtar. */
const XATTR = /^(?:SCHILY|LIBARCHIVE)\.xattr\.(.*)$/s;
/** The classes of xattr(7); a file system of Linux takes no other. */
const NAMESPACES = ['user.', 'trusted.', 'security.', 'system.'];

/** The name of an attribute that no Linux file system takes, or of an AppleDouble file that carries them. */
export function foreignAttribute(path: string, pax: Readonly<Record<string, string>>): string | undefined {
  const name = path.replace(/\/$/, '').split('/').at(-1) ?? '';
  if (name.startsWith('._') || name === '.DS_Store') return name;
  return Object.keys(pax).find((key) => isForeign(XATTR.exec(key)?.[1]));
}

function isForeign(name: string | undefined): boolean {
  return name !== undefined && !NAMESPACES.some((namespace) => name.startsWith(namespace));
}
