import { type Region, readRegion } from './byte-source.ts';
import { createChecksum } from './tar/checksum.ts';
import { BLOCK, fieldText } from './tar/header.ts';
import { readNumber } from './tar/number.ts';

/** eStargz, docs/estargz.md of stargz-snapshotter: the table of contents is the last entry, and 51 bytes end the blob. */
const INDEX = 'stargz.index.json';
const FOOTER = 51;
const END = 2 * BLOCK;

/** An empty gzip member whose extra field `SG` holds the offset of the gzip member of the table of contents. */
const FOOTER_FORM = /^1f8b0804.{12}1a0053471600(?<offset>(?:3[0-9]|6[1-6]){16})53544152475a010000ffff0{16}$/;

/**
 * Whether what follows the end of a tar is the index of an eStargz layer, as BuildKit appends it: its header is `block`,
 * nothing but the index is there, and the footer of the stored bytes leads to a gzip member.
 */
export function isStargzIndex(block: Uint8Array, trailingBytes: number, stored: Region): boolean {
  if (fieldText(block, 0, 100) !== INDEX || block[156] !== 0x30) return false;
  if (createChecksum()(block) !== readNumber(block, 148, 8)) return false;
  const size = Math.ceil(readNumber(block, 124, 12) / BLOCK) * BLOCK;
  const isWhole = trailingBytes === BLOCK + size || trailingBytes === BLOCK + size + END;
  return isWhole && hasFooter(stored);
}

function hasFooter(stored: Region): boolean {
  if (stored.size < FOOTER) return false;
  const at = stored.size - FOOTER;
  const footer = Buffer.from(readRegion({ ...stored, offset: stored.offset + at, size: FOOTER }));
  const digits = FOOTER_FORM.exec(footer.toString('hex'))?.groups?.offset;
  if (digits === undefined) return false;
  const offset = Number.parseInt(Buffer.from(digits, 'hex').toString('latin1'), 16);
  if (offset >= at) return false;
  const start = readRegion({ ...stored, offset: stored.offset + offset, size: 2 });
  return start[0] === 0x1f && start[1] === 0x8b;
}
