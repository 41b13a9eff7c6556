import { createGunzip } from 'node:zlib';
import { type Region, chunksOf } from './byte-source.ts';
import { FREE_EXPANSION } from './limits.ts';
import type { Compression, ReadLimits } from './model.ts';

const STORED_CHUNK = 256 * 1024;
const EXPANDED_CHUNK = 256 * 1024;

/** Compression by magic bytes: RFC 1952 for gzip, RFC 8878 for zstd (skippable frames too), `unknown` for bzip2 and xz. */
export function sniffCompression(start: Uint8Array): Compression {
  const [a, b, c, d] = start;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  if (a === 0x42 && b === 0x5a && c === 0x68) return 'unknown';
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58) return 'unknown';
  return 'none';
}

export interface Expansion {
  /** Every stored byte in order, also those after the compressed stream. */
  stored(chunk: Uint8Array): void;
  /** Uncompressed bytes in order; valid during the call. */
  expanded(chunk: Uint8Array): void;
}

/** How decompression ended. Exactly one of the damage fields is set when it did not end well. */
export interface ExpansionEnd {
  readonly expandedBytes: number;
  readonly damaged?: string;
  readonly limited?: string;
  /** Bytes after the end of the compressed stream. */
  readonly trailing?: string;
}

class LimitReached extends Error {}

/** Counts what comes out and says when a budget is spent. */
function createMeter(storedSoFar: () => number, limits: ReadLimits): (length: number) => number {
  let total = 0;
  return (length) => {
    total += length;
    if (total > limits.expandedBytes) throw new LimitReached(`more than ${limits.expandedBytes} bytes`);
    if (total > FREE_EXPANSION && total > storedSoFar() * limits.expansionRatio)
      throw new LimitReached(`more than ${limits.expansionRatio} times the compressed size, after ${total} bytes`);
    return total;
  };
}

/** Decompresses a gzip region (any number of members) piece by piece; memory stays at some chunks. */
export async function expandGzip(region: Region, limits: ReadLimits, sink: Expansion): Promise<ExpansionEnd> {
  let stored = 0;
  let expandedBytes = 0;
  const meter = createMeter(() => stored, limits);
  const gunzip = createGunzip({ chunkSize: EXPANDED_CHUNK });
  let failure: Error | undefined;
  let ended = false;
  let wake = () => {};
  gunzip.on('error', (error) => {
    failure ??= error;
    wake();
  });
  gunzip.on('data', (chunk: Uint8Array) => {
    if (failure) return;
    try {
      expandedBytes = meter(chunk.length);
      sink.expanded(chunk);
    } catch (error) {
      failure = error as Error;
      gunzip.destroy();
      wake();
    }
  });
  gunzip.on('end', () => {
    ended = true;
    wake();
  });
  for (const chunk of chunksOf(region, STORED_CHUNK)) {
    sink.stored(chunk);
    stored += chunk.length;
    if (failure || ended) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
      gunzip.write(chunk, () => resolve());
    });
  }
  if (!failure && !ended) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      gunzip.end();
    });
  }
  const consumed = gunzip.bytesWritten;
  gunzip.destroy();
  if (failure) return endOf(failure, expandedBytes);
  if (consumed < region.size) return { expandedBytes, trailing: `${region.size - consumed} bytes` };
  return { expandedBytes };
}

function endOf(failure: Error, expandedBytes: number): ExpansionEnd {
  if (failure instanceof LimitReached) return { expandedBytes, limited: failure.message };
  // zlib looks for another member after the end of one: what is no header there is no gzip at all.
  if (failure.message === 'incorrect header check') return { expandedBytes, trailing: 'bytes that are no gzip member' };
  if ('code' in failure && typeof failure.code === 'string' && failure.code.startsWith('Z_'))
    return { expandedBytes, damaged: failure.message };
  throw failure;
}
