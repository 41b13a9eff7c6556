import { createHash } from 'node:crypto';
import type { Budget } from '../budget.ts';
import { chunksOf, type Region, readRegion } from '../byte-source.ts';
import type { ExpansionEnd } from '../decompress.ts';
import { MAX_XZ_DICTIONARY } from '../limits.ts';
import type { SlowMeter } from '../slow-codecs.ts';
import { type CheckedBlock, createXzRewriter, hasSha256, type XzRewriter } from './without-check.ts';

const STORED_CHUNK = 64 * 1024;

/** Magic bytes of the .xz file format 1.2.1, section 2.1.1.1. */
const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

/** Only whole archives come in xz: a layer has gzip or zstd by the specification. */
export function isXz(start: Uint8Array): boolean {
  return MAGIC.every((byte, position) => start[position] === byte);
}

/**
 * Decompresses a region chunk by chunk. The decoder has one dictionary, and refuses larger ones than it has room for.
 * Throws `BudgetError` when the archive has expanded to more than it may, and what the meter throws.
 */
export async function expandXz(
  region: Region,
  budget: Budget,
  meter: SlowMeter,
  onExpanded: (chunk: Uint8Array) => void,
): Promise<ExpansionEnd> {
  const start = readRegion({ ...region, size: Math.min(8, region.size) });
  const rewriter = hasSha256(start) ? createXzRewriter(meter) : undefined;
  const checks = rewriter && createBlockChecks(rewriter.blocks);
  const reader = (await openDecoder(region, rewriter)).getReader();
  for (;;) {
    const next = await reader.read().catch((error: unknown) => endOf(error));
    const damaged = rewriter?.damaged();
    if (damaged !== undefined) return { damaged };
    if ('end' in next) return next.end;
    if (next.done) return checks?.end() === false ? { damaged: OTHER_CHECK } : {};
    try {
      budget.spend('expanded', next.value.length);
      meter.count(next.value.length);
      onExpanded(next.value);
    } catch (error) {
      await reader.cancel();
      throw error;
    }
    if (checks?.push(next.value) === false) return { damaged: OTHER_CHECK };
  }
}

const OTHER_CHECK = 'data of another SHA-256 than the stream states';

/** Compares the content of each block with its check, as it comes; false where one differs. */
function createBlockChecks(blocks: readonly CheckedBlock[]) {
  let position = 0;
  let done = 0;
  let hash = createHash('sha256');
  /** Blocks whose content is whole. */
  function isSound(): boolean {
    for (let block = blocks[done]; block !== undefined && block.end === position; block = blocks[++done]) {
      if (!hash.digest().equals(block.sha256)) return false;
      hash = createHash('sha256');
    }
    return true;
  }
  return {
    push(content: Uint8Array): boolean {
      for (let at = 0; at < content.length; ) {
        const end = blocks[done]?.end ?? Number.POSITIVE_INFINITY;
        const part = content.subarray(at, at + end - position);
        hash.update(part);
        position += part.length;
        at += part.length;
        if (!isSound()) return false;
      }
      return true;
    },
    end: () => isSound() && done === blocks.length,
  };
}

/** Loaded where it is needed. */
async function openDecoder(
  region: Region,
  rewriter: XzRewriter | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const { XzReadableStream } = (await import('xz-decompress')).default;
  return new XzReadableStream(streamOf(region, rewriter));
}

function streamOf(region: Region, rewriter: XzRewriter | undefined): ReadableStream<Uint8Array> {
  const chunks = chunksOf(region, STORED_CHUNK);
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        for (;;) {
          const { value, done } = chunks.next();
          if (done || rewriter?.damaged() !== undefined) return controller.close();
          // The buffer is filled anew for the next chunk.
          const bytes = rewriter ? rewriter.push(value) : new Uint8Array(value);
          if (bytes.length > 0) return controller.enqueue(bytes);
        }
      },
    },
    { highWaterMark: 0 },
  );
}

/** Results of xz-embedded, as `xz-decompress` 0.2.3 puts them into its message. */
const ENDS: Readonly<Record<string, ExpansionEnd>> = {
  4: { limited: `a dictionary of more than ${MAX_XZ_DICTIONARY} bytes` },
  5: { damaged: 'what follows is no xz stream' },
  6: { unsupported: 'a filter beside LZMA2, or a dictionary of 4 GiB' },
  7: { damaged: 'data or a checksum that cannot be' },
  8: { damaged: 'unexpected end of file' },
};

function endOf(error: unknown): { readonly end: ExpansionEnd } {
  const [, code = ''] = /error code (\d+)$/.exec(error instanceof Error ? error.message : '') ?? [];
  const end = ENDS[code];
  if (!end) throw error;
  return { end };
}
