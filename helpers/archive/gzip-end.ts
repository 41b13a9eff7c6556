import { createInflateRaw } from 'node:zlib';
import { chunksOf, type Region, readRegion } from './byte-source.ts';

const STORED_CHUNK = 64 * 1024;
/** Each member costs a decoder; more than this is not worth the answer. */
const MAX_MEMBERS = 2000;
/** What looking at one member costs, however little is in it. */
const MEMBER_COST = STORED_CHUNK;
const TRAILER = 8;

/**
 * Where the last whole gzip member ends, from the start of the region: zlib itself only says that what follows is no
 * member, and drops the output that came with it. `undefined` when the members cannot be told apart, or
 * there is not one.
 */
export async function findGzipEnd(
  region: Region,
  spend: (bytes: number) => void,
): Promise<number | undefined> {
  let end = 0;
  for (let members = 0; end < region.size; members++) {
    if (members > MAX_MEMBERS) return undefined;
    spend(MEMBER_COST);
    const rest = { ...region, offset: region.offset + end, size: region.size - end };
    const header = headerLength(readRegion({ ...rest, size: Math.min(rest.size, STORED_CHUNK) }));
    if (header === undefined) return end > 0 ? end : undefined;
    const body = { ...rest, offset: rest.offset + header, size: rest.size - header };
    const deflated = await deflatedLength(body, spend);
    if (deflated === undefined || deflated + TRAILER > body.size) return undefined;
    end += header + deflated + TRAILER;
  }
  return end;
}

/** RFC 1952, 2.3; `undefined` when no member starts here. */
function headerLength(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const nul = bytes.indexOf(0, at);
    if (nul < 0) return undefined;
    at = nul + 1;
  }
  if (flags & 2) at += 2;
  return at <= bytes.length ? at : undefined;
}

/** Bytes of the deflate stream at the start of a region. */
async function deflatedLength(region: Region, spend: (bytes: number) => void): Promise<number | undefined> {
  const inflate = createInflateRaw();
  let state: 'open' | 'ended' | 'failed' = 'open';
  let wake = () => {};
  const finish = (next: 'ended' | 'failed') => () => {
    state = next;
    wake();
  };
  let failure: unknown;
  inflate.on('data', (chunk: Uint8Array) => {
    try {
      if (failure === undefined) spend(chunk.length);
    } catch (error) {
      failure = error;
    }
  });
  inflate.on('end', finish('ended'));
  inflate.on('error', finish('failed'));
  for (const chunk of chunksOf(region, STORED_CHUNK)) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      inflate.write(chunk, () => resolve());
    });
    if (failure !== undefined) {
      inflate.destroy();
      throw failure;
    }
    if (isOver()) break;
  }
  if (!isOver()) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      inflate.end();
    });
  }
  const consumed = inflate.bytesWritten;
  inflate.destroy();
  return isOver() === 'ended' ? consumed : undefined;

  function isOver(): 'ended' | 'failed' | undefined {
    return state === 'open' ? undefined : state;
  }
}
