import type { Budget } from './budget.ts';
import { chunksOf, type Region } from './byte-source.ts';
import type { ExpansionEnd } from './decompress.ts';
import { MAX_XZ_DICTIONARY } from './limits.ts';

const STORED_CHUNK = 64 * 1024;

/** Magic bytes of the .xz file format 1.2.1, section 2.1.1.1. */
const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

/** Only whole archives come in xz: a layer has gzip or zstd by the specification. */
export function isXz(start: Uint8Array): boolean {
  return MAGIC.every((byte, position) => start[position] === byte);
}

/**
 * Decompresses a region chunk by chunk. The decoder has one dictionary, and refuses larger ones than it has room for.
 * Throws `BudgetError` when the archive has expanded to more than it may.
 */
export async function expandXz(
  region: Region,
  budget: Budget,
  onExpanded: (chunk: Uint8Array) => void,
): Promise<ExpansionEnd> {
  const reader = (await openDecoder(region)).getReader();
  for (;;) {
    const next = await reader.read().catch((error: unknown) => endOf(error));
    if ('end' in next) return next.end;
    if (next.done) return {};
    try {
      budget.spend('expanded', next.value.length);
      onExpanded(next.value);
    } catch (error) {
      await reader.cancel();
      throw error;
    }
  }
}

/** Loaded where it is needed. */
async function openDecoder(region: Region): Promise<ReadableStream<Uint8Array>> {
  const { XzReadableStream } = (await import('xz-decompress')).default;
  return new XzReadableStream(streamOf(region));
}

function streamOf(region: Region): ReadableStream<Uint8Array> {
  const chunks = chunksOf(region, STORED_CHUNK);
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { value, done } = chunks.next();
        if (done) controller.close();
        // The buffer is filled anew for the next chunk.
        else controller.enqueue(new Uint8Array(value));
      },
    },
    { highWaterMark: 0 },
  );
}

/** Results of xz-embedded, as `xz-decompress` 0.2.3 puts them into its message. */
const ENDS: Readonly<Record<string, ExpansionEnd>> = {
  4: { limited: `a dictionary of more than ${MAX_XZ_DICTIONARY} bytes` },
  5: { damaged: 'what follows is no xz stream' },
  6: { unsupported: 'a filter beside LZMA2, SHA-256 as its check, or a dictionary of 4 GiB' },
  7: { damaged: 'data or a checksum that cannot be' },
  8: { damaged: 'unexpected end of file' },
};

function endOf(error: unknown): { readonly end: ExpansionEnd } {
  const [, code = ''] = /error code (\d+)$/.exec(error instanceof Error ? error.message : '') ?? [];
  const end = ENDS[code];
  if (!end) throw error;
  return { end };
}
