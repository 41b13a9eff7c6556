import type { XXHash } from 'xxhash-wasm';
import { MAX_ZSTD_WINDOW } from '../limits.ts';
import { createBlockDecoder, MAX_BLOCK } from './blocks.ts';

/** Why a zstd stream cannot be read on, beside plain damage. */
export class ZstdWindowError extends Error {}
/** The content can only be read with a dictionary that no consumer has. */
export class ZstdDictionaryError extends Error {}

const MAGIC = 0xfd2fb528;
/** What a frame costs however little is in it. */
const FRAME_COST = 4096;

interface ZstdReader {
  push(chunk: Uint8Array): void;
  /** How the input ended: after a whole frame, in the middle of one, or in bytes that are no frame. */
  end(): { readonly kind: 'whole' | 'cut' | 'trailing'; readonly trailingBytes: number };
}

interface ZstdSink {
  data(bytes: Uint8Array): void;
  /** What a frame or block is about to cost, beside the data that comes out. */
  cost(bytes: number): void;
}

/**
 * Splits a zstd stream into its frames and blocks (RFC 8878, 3.1): `fzstd`, which decodes the blocks, neither bounds
 * windows, tells trailing bytes from damage, nor verifies the checksums of frames.
 */
export function createZstdReader(sink: ZstdSink, startChecksum: () => XXHash<bigint>): ZstdReader {
  /** Bytes of a header that is not complete yet. */
  const pending = new Uint8Array(18);
  let pendingLength = 0;
  let state: 'frame' | 'block' | 'body' | 'checksum' | 'skip' | 'trailing' = 'frame';
  let remaining = 0;
  let lastBlock = false;
  let blockType = 0;
  let blockSize = 0;
  let checksum = false;
  const body = new Uint8Array(MAX_BLOCK);
  let bodyLength = 0;
  let content: XXHash<bigint> | undefined;
  const decoder = createBlockDecoder((data) => {
    content?.update(data);
    sink.data(data);
  });
  const stated = new Uint8Array(4);
  let frames = 0;
  let trailingBytes = 0;

  /** Collects header bytes until `length` are there. */
  function collect(chunk: Uint8Array, at: number, length: number): number {
    const count = Math.min(length - pendingLength, chunk.length - at);
    for (let byte = 0; byte < count; byte++) pending[pendingLength + byte] = chunk[at + byte] ?? 0;
    pendingLength += count;
    return at + count;
  }

  function push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (state === 'trailing') {
        trailingBytes += chunk.length - at;
        return;
      }
      if (state === 'frame') {
        at = collect(chunk, at, neededForFrame());
        if (pendingLength === neededForFrame()) takeFrameHeader();
      } else if (state === 'block') {
        at = collect(chunk, at, 3);
        if (pendingLength === 3) takeBlockHeader();
      } else {
        const count = Math.min(remaining, chunk.length - at);
        const part = chunk.subarray(at, at + count);
        if (state === 'checksum') stated.set(part, stated.length - remaining);
        if (state === 'body') {
          body.set(part, bodyLength);
          bodyLength += count;
        }
        at += count;
        remaining -= count;
        if (remaining === 0) endPart();
      }
    }
  }

  /** Four bytes of magic first; then what the descriptor byte asks for. */
  function neededForFrame(): number {
    if (pendingLength < 4) return 4;
    if (isSkippable(pending)) return 8;
    if (magicOf(pending) !== MAGIC) return 4;
    return pendingLength < 5 ? 5 : 5 + headerLength(pending[4] ?? 0);
  }

  function takeFrameHeader(): void {
    if (isSkippable(pending)) {
      remaining = view(pending).getUint32(4, true);
      pendingLength = 0;
      frames++;
      state = remaining === 0 ? 'frame' : 'skip';
      return;
    }
    if (magicOf(pending) !== MAGIC) {
      if (frames === 0) throw new Error('invalid zstd data');
      trailingBytes += pendingLength;
      pendingLength = 0;
      state = 'trailing';
      return;
    }
    if (dictionaryOf(pending) !== 0)
      throw new ZstdDictionaryError(`a frame that needs the dictionary ${dictionaryOf(pending)}`);
    const window = windowOf(pending);
    if (window > MAX_ZSTD_WINDOW) throw new ZstdWindowError(`a window of ${window} bytes`);
    sink.cost(FRAME_COST);
    checksum = ((pending[4] ?? 0) & 4) !== 0;
    content = checksum ? startChecksum() : undefined;
    decoder.begin(window);
    pendingLength = 0;
    state = 'block';
  }

  function takeBlockHeader(): void {
    const header = (pending[0] ?? 0) | ((pending[1] ?? 0) << 8) | ((pending[2] ?? 0) << 16);
    pendingLength = 0;
    lastBlock = (header & 1) !== 0;
    blockType = (header >> 1) & 3;
    blockSize = header >> 3;
    if (blockType === 3) throw new Error('invalid block type');
    if (blockSize > MAX_BLOCK) throw new Error(`a block of ${blockSize} bytes`);
    // A run-length block holds one byte, whatever size it stands for.
    remaining = blockType === 1 ? 1 : blockSize;
    bodyLength = 0;
    state = 'body';
    if (remaining === 0) endPart();
  }

  function endPart(): void {
    if (state === 'body') takeBlock();
    if (state === 'body' && !lastBlock) {
      state = 'block';
    } else if (state === 'body' && checksum) {
      state = 'checksum';
      remaining = 4;
    } else {
      if (state !== 'skip') {
        // A frame states the lower half of XXH64 with seed 0 (RFC 8878, 3.1.1).
        if (content && BigInt.asUintN(32, content.digest()) !== BigInt(view(stated).getUint32(0, true)))
          throw new Error('the content has another checksum than its frame states');
        content = undefined;
        frames++;
      }
      state = 'frame';
    }
  }

  function takeBlock(): void {
    if (blockType === 0) decoder.raw(body.subarray(0, bodyLength));
    else if (blockType === 1) decoder.repeated(body[0] ?? 0, blockSize);
    else {
      sink.cost(MAX_BLOCK);
      decoder.compressed(body.subarray(0, bodyLength));
    }
  }

  return {
    push,
    end() {
      if (state === 'trailing') return { kind: 'trailing', trailingBytes };
      if (state !== 'frame') return { kind: 'cut', trailingBytes: 0 };
      if (pendingLength === 0) return { kind: frames > 0 ? 'whole' : 'cut', trailingBytes: 0 };
      // Fewer bytes than a magic number, or a frame cut in its header.
      return pendingLength < 4
        ? { kind: 'trailing', trailingBytes: pendingLength }
        : { kind: 'cut', trailingBytes: 0 };
    },
  };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function magicOf(bytes: Uint8Array): number {
  return view(bytes).getUint32(0, true);
}

function isSkippable(bytes: Uint8Array): boolean {
  return magicOf(bytes) >>> 4 === 0x184d2a5;
}

/** Bytes after the descriptor byte: window, dictionary id, content size. */
function headerLength(descriptor: number): number {
  const single = (descriptor >> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const size = sizeFlag === 0 ? single : 1 << sizeFlag;
  return 1 - single + dictionary + size;
}

/** The id of the dictionary that a frame asks for; 0 for none. */
function dictionaryOf(header: Uint8Array): number {
  const descriptor = header[4] ?? 0;
  const at = 5 + (((descriptor >> 5) & 1) === 1 ? 0 : 1);
  const length = [0, 1, 2, 4][descriptor & 3] ?? 0;
  let id = 0;
  for (let byte = length - 1; byte >= 0; byte--) id = id * 256 + (header[at + byte] ?? 0);
  return id;
}

function windowOf(header: Uint8Array): number {
  const descriptor = header[4] ?? 0;
  const single = ((descriptor >> 5) & 1) === 1;
  if (!single) {
    const base = 2 ** (10 + ((header[5] ?? 0) >> 3));
    return base + (base / 8) * ((header[5] ?? 0) & 7);
  }
  const at = 5 + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const data = view(header);
  const flag = descriptor >> 6;
  if (flag === 0) return header[at] ?? 0;
  if (flag === 1) return data.getUint16(at, true) + 256;
  if (flag === 2) return data.getUint32(at, true);
  return Number(data.getBigUint64(at, true));
}
