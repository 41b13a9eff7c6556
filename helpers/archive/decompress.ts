import { createGunzip } from 'node:zlib';
import { type Budget, BudgetError } from './budget.ts';
import { chunksOf, type Region } from './byte-source.ts';
import { findGzipEnd } from './gzip-end.ts';
import type { LayerCompression } from './model.ts';
import { createZstdReader, ZstdDictionaryError, ZstdWindowError } from './zstd/frames.ts';

const STORED_CHUNK = 256 * 1024;
const EXPANDED_CHUNK = 256 * 1024;

/** Compression by magic bytes: RFC 1952 for gzip, RFC 8878 for zstd (skippable frames too), `unknown` for bzip2 and xz (`xz.ts` reads whole archives in xz). */
export function sniffCompression(start: Uint8Array): LayerCompression {
  const [a, b, c, d] = start;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (beginsWithSkippableFrame(start)) return 'zstd';
  if (a === 0x42 && b === 0x5a && c === 0x68 && d !== undefined && d >= 0x31 && d <= 0x39) return 'unknown';
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58) return 'unknown';
  return 'none';
}

/** RFC 8878, section 3.1.2. Readers that look at the first bytes alone know nothing of such frames. */
export function beginsWithSkippableFrame([a, b, c, d]: Uint8Array): boolean {
  return a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18;
}

interface Expansion {
  /** Every stored byte in order, also those after the compressed stream. */
  stored(chunk: Uint8Array): void;
  /** Uncompressed bytes in order; valid during the call. */
  expanded(chunk: Uint8Array): void;
}

/** How decompression ended; at most one field is set, none when it ended well. */
export interface ExpansionEnd {
  readonly damaged?: string;
  readonly limited?: string;
  /** A form of the compression that consumers cannot read. */
  readonly unsupported?: string;
  /** What follows the end of the compressed stream. */
  readonly trailing?: string;
}

/**
 * Decompresses a region piece by piece; memory stays at some chunks, whatever the region expands to. Throws
 * `BudgetError` when the archive has expanded to more than it may.
 */
export function expand(
  compression: 'gzip' | 'zstd',
  region: Region,
  budget: Budget,
  sink: Expansion,
): Promise<ExpansionEnd> {
  return compression === 'gzip' ? expandGzip(region, budget, sink) : expandZstd(region, budget, sink);
}

async function expandGzip(region: Region, budget: Budget, sink: Expansion): Promise<ExpansionEnd> {
  let delivered = 0;
  const spend = (length: number) => budget.spend('expanded', length);
  const { failure, consumed } = await gunzip(
    region,
    (chunk) => sink.stored(chunk),
    (chunk) => {
      spend(chunk.length);
      delivered += chunk.length;
      sink.expanded(chunk);
    },
  );
  if (!failure) return consumed < region.size ? { trailing: `${region.size - consumed} bytes` } : {};
  if (!('code' in failure && typeof failure.code === 'string' && /^Z_/.test(failure.code))) throw failure;
  // After one member zlib looks for another: what has no header there is no gzip at all. (The first one has it.)
  // A few stray bytes are to it the start of a header that goes on after the end of the file.
  const maybeTrailing = ['incorrect header check', 'unexpected end of file'].includes(failure.message);
  const end = maybeTrailing ? await findGzipEnd(region, spend) : undefined;
  if (end === undefined) return { damaged: failure.message };
  await deliverRest({ ...region, size: end }, delivered, spend, sink);
  return { trailing: `${region.size - end} bytes` };
}

/** What zlib had decoded when it met the trailing bytes was lost: decodes again without them, and hands over the rest. */
async function deliverRest(
  region: Region,
  delivered: number,
  count: (length: number) => void,
  sink: Expansion,
): Promise<void> {
  let skip = delivered;
  const { failure } = await gunzip(
    region,
    () => {},
    (chunk) => {
      const rest = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - rest.length;
      count(rest.length);
      if (rest.length > 0) sink.expanded(rest);
    },
  );
  if (failure) throw failure;
}

/** Feeds a region to zlib chunk by chunk; hands over every stored chunk, also when zlib has ended early. */
async function gunzip(
  region: Region,
  onStored: (chunk: Uint8Array) => void,
  onExpanded: (chunk: Uint8Array) => void,
): Promise<{ failure: Error | undefined; consumed: number }> {
  const stream = createGunzip({ chunkSize: EXPANDED_CHUNK });
  let failure: Error | undefined;
  let ended = false;
  let wake = () => {};
  stream.on('error', (error) => {
    failure ??= error;
    wake();
  });
  stream.on('data', (chunk: Uint8Array) => {
    if (failure) return;
    try {
      onExpanded(chunk);
    } catch (error) {
      failure = error as Error;
      stream.destroy();
      wake();
    }
  });
  stream.on('end', () => {
    ended = true;
    wake();
  });
  for (const chunk of chunksOf(region, STORED_CHUNK)) {
    onStored(chunk);
    if (failure instanceof BudgetError) break;
    if (failure || ended) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
      // The callback comes when the whole chunk is consumed, so its buffer may be filled again.
      stream.write(chunk, () => resolve());
    });
  }
  if (!failure && !ended) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      stream.end();
    });
  }
  const consumed = stream.bytesWritten;
  stream.destroy();
  return { failure, consumed };
}

async function expandZstd(region: Region, budget: Budget, sink: Expansion): Promise<ExpansionEnd> {
  let failure: Error | undefined;
  const { create64 } = await (await import('xxhash-wasm')).default();
  const reader = createZstdReader(
    {
      data(bytes) {
        spend('expanded', bytes.length);
        deliver(sink, bytes);
      },
      cost: (bytes) => spend('scratch', bytes),
    },
    create64,
  );
  function spend(cost: 'expanded' | 'scratch', bytes: number): void {
    try {
      budget.spend(cost, bytes);
    } catch (error) {
      throw new SinkError('', { cause: error });
    }
  }
  for (const chunk of chunksOf(region, STORED_CHUNK)) {
    sink.stored(chunk);
    if (failure) continue;
    try {
      reader.push(chunk);
    } catch (error) {
      if (error instanceof SinkError) throw error.cause;
      failure = error as Error;
    }
  }
  if (failure instanceof ZstdWindowError) return { limited: failure.message };
  if (failure instanceof ZstdDictionaryError) return { unsupported: failure.message };
  // The decoder runs off its tables on damaged input: any other error of it means damage.
  if (failure) return { damaged: failure.message };
  const { kind, trailingBytes } = reader.end();
  if (kind === 'cut') return { damaged: 'unexpected end of file' };
  return kind === 'trailing' ? { trailing: `${trailingBytes} bytes` } : {};
}

/** An error of our own must not pass for damage. */
class SinkError extends Error {}

function deliver(sink: Expansion, bytes: Uint8Array): void {
  try {
    sink.expanded(bytes);
  } catch (error) {
    throw new SinkError('', { cause: error });
  }
}
