import { Decompress } from 'fzstd';
import { type ContentChecksum, createContentChecksum } from './xxhash64.ts';

/** Why a zstd stream cannot be read on, beside plain damage. */
export class ZstdWindowError extends Error {}

/** Larger windows are refused, as `zstd --decompress` does by default. */
const MAX_WINDOW = 128 * 1024 * 1024;
const MAGIC = 0xfd2fb528;

export interface ZstdReader {
  push(chunk: Uint8Array): void;
  /** How the input ended: after a whole frame, in the middle of one, or in bytes that are no frame. */
  end(): { readonly kind: 'whole' | 'cut' | 'trailing'; readonly trailingBytes: number };
}

export interface ZstdSink {
  data(bytes: Uint8Array): void;
  /** The window a frame asks for, before it is allocated. */
  window(bytes: number): void;
}

/**
 * Splits a zstd stream into its frames (RFC 8878, 3.1) and has `fzstd` decode them one at a time, because it neither
 * bounds windows, tells trailing bytes from damage, nor verifies the checksums of frames.
 */
export function createZstdReader(sink: ZstdSink): ZstdReader {
  /** Bytes of a header that is not complete yet. */
  const pending = new Uint8Array(18);
  let pendingLength = 0;
  let state: 'frame' | 'block' | 'body' | 'checksum' | 'skip' | 'trailing' = 'frame';
  let remaining = 0;
  let lastBlock = false;
  let checksum = false;
  let decoder: Decompress | undefined;
  let content: ContentChecksum | undefined;
  const stated = new Uint8Array(4);
  let frames = 0;
  let trailingBytes = 0;

  /** Collects header bytes until `length` are there. */
  function collect(chunk: Uint8Array, at: number, length: number): number {
    const count = Math.min(length - pendingLength, chunk.length - at);
    pending.set(chunk.subarray(at, at + count), pendingLength);
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
        // The decoder may keep what it is given until a block is complete.
        const part = chunk.subarray(at, at + count);
        if (state === 'checksum') stated.set(part, stated.length - remaining);
        if (state !== 'skip') decode(new Uint8Array(part));
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
    const window = windowOf(pending);
    if (window > MAX_WINDOW) throw new ZstdWindowError(`a window of ${window} bytes`);
    sink.window(window);
    checksum = ((pending[4] ?? 0) & 4) !== 0;
    content = checksum ? createContentChecksum() : undefined;
    decoder = new Decompress((data) => {
      if (data.length === 0) return;
      content?.update(data);
      sink.data(data);
    });
    flush();
    state = 'block';
  }

  function takeBlockHeader(): void {
    const header = (pending[0] ?? 0) | ((pending[1] ?? 0) << 8) | ((pending[2] ?? 0) << 16);
    lastBlock = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    // A run-length block holds one byte, whatever size it stands for.
    remaining = type === 1 ? 1 : header >> 3;
    flush();
    state = 'body';
    if (remaining === 0) endPart();
  }

  function flush(): void {
    decode(pending.slice(0, pendingLength));
    pendingLength = 0;
  }

  function decode(bytes: Uint8Array): void {
    decoder?.push(bytes);
  }

  function endPart(): void {
    if (state === 'body' && !lastBlock) {
      state = 'block';
    } else if (state === 'body' && checksum) {
      state = 'checksum';
      remaining = 4;
    } else {
      if (state !== 'skip') {
        decoder?.push(new Uint8Array(0), true);
        if (content && content.value() !== view(stated).getUint32(0, true))
          throw new Error('the content has another checksum than its frame states');
        content = undefined;
        decoder = undefined;
        frames++;
      }
      state = 'frame';
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
