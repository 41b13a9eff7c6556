import type { Budget } from '../budget.ts';
import { chunksOf, type Region } from '../byte-source.ts';
import type { ExpansionEnd } from '../decompress.ts';
import { LEAST_BZIP2_BLOCK } from '../limits.ts';
import type { SlowMeter } from '../slow-codecs.ts';
import { createBzip2Splitter } from './blocks.ts';

const STORED_CHUNK = 64 * 1024;
const EXPANDED_CHUNK = 1024 * 1024;

/** Only whole archives come in bzip2: a layer has gzip or zstd by the specification. */
export function isBzip2(start: Uint8Array): boolean {
  const [b, z, h, level = 0] = start;
  return b === 0x42 && z === 0x5a && h === 0x68 && level >= 0x31 && level <= 0x39;
}

/**
 * Decompresses a region block by block. Throws `BudgetError` when the archive has expanded to more than it may; one
 * block expands to 47 MB at most. Throws what the meter throws, too.
 */
export async function expandBzip2(
  region: Region,
  budget: Budget,
  meter: SlowMeter,
  onExpanded: (chunk: Uint8Array) => void,
): Promise<ExpansionEnd> {
  const decoder = await openDecoder();
  let damaged: string | undefined;
  const splitter = createBzip2Splitter(({ stream, mostBytes }) => {
    const content = damaged === undefined ? decoder.decode(stream, mostBytes) : undefined;
    if (content === undefined) damaged ??= 'a block or a checksum that cannot be';
    else deliver(content);
  });
  function deliver(content: Uint8Array): void {
    meter.count(content.length, LEAST_BZIP2_BLOCK);
    for (let at = 0; at < content.length; at += EXPANDED_CHUNK) {
      const chunk = content.subarray(at, at + EXPANDED_CHUNK);
      budget.spend('expanded', chunk.length);
      onExpanded(chunk);
    }
  }
  for (const chunk of chunksOf(region, STORED_CHUNK)) {
    splitter.push(chunk);
    if (damaged !== undefined) return { damaged };
  }
  const end = splitter.end();
  if (end === undefined) return {};
  return 'damaged' in end ? end : { trailing: `${end.trailing} bytes` };
}

interface Decoder {
  /** `undefined` for a stream that is damaged. */
  decode(stream: Uint8Array, mostBytes: number): Uint8Array | undefined;
}

/** libbzip2, loaded where it is needed. Its loader puts handlers into the process that would end it: they are taken out. */
async function openDecoder(): Promise<Decoder> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set(process.rawListeners(event)));
  const { default: Bzip2 } = await import('@foxglove/wasm-bz2');
  const bzip2 = await Bzip2.init();
  for (const [position, event] of events.entries())
    for (const listener of process.rawListeners(event))
      if (before[position]?.has(listener) === false)
        process.removeListener(event, listener as (...args: unknown[]) => void);
  return {
    decode(stream, mostBytes) {
      try {
        return bzip2.decompress(stream, mostBytes);
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('BZ2 decompression failed')) return undefined;
        throw error;
      }
    },
  };
}
