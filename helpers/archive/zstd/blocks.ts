import { Decompress } from 'fzstd';

/** Block_Maximum_Size of RFC 8878, 3.1.1.2.4. */
export const MAX_BLOCK = 128 * 1024;
/** Room behind the window, so that it is moved once for many blocks and not for each. */
const SLACK = 16 * 1024 * 1024;

/** Decodes the blocks of one frame after the other. What it hands over is valid during the call. */
interface BlockDecoder {
  begin(window: number): void;
  raw(content: Uint8Array): void;
  repeated(byte: number, length: number): void;
  compressed(body: Uint8Array): void;
}

/**
 * What `fzstd` 0.1.1 keeps of a frame between two blocks. The version is pinned. The recorded archive in zstd is decoded
 * with it in the self-tests, and a frame with a window of 20 MiB.
 */
interface FrameState {
  /** Where the next block starts in what is pushed. */
  b: number;
  y: number;
  l: number;
  d: number;
  /** History, and where it ends: matches are copied from before that place. */
  w: Uint8Array;
  e: number;
  /** The last three offsets. */
  o: Int32Array;
  u: number;
  c: number;
  /** Most bytes of a block. */
  m: number;
}

/**
 * `fzstd` moves its whole window for each block, which may be 128 MiB for three bytes. Here the history is one growing
 * buffer, and the window is moved when the buffer is full; blocks that are not compressed never reach `fzstd`.
 */
export function createBlockDecoder(onData: (data: Uint8Array) => void): BlockDecoder {
  let history = new Uint8Array(MAX_BLOCK);
  let used = 0;
  let window = 0;
  let state = frameState(0);
  /** `fzstd` shifts its window after each block: it gets one of a block to shift. */
  const shifted = new Uint8Array(MAX_BLOCK);
  const header = new Uint8Array(3 + MAX_BLOCK);
  const decoder = new Decompress((data) => {
    state.w = shifted;
    take(data);
  });
  const inner = decoder as unknown as { s: FrameState; c: readonly Uint8Array[] };

  function take(data: Uint8Array): void {
    if (data.length === 0) return;
    reserve(data.length);
    history.set(data, used);
    used += data.length;
    onData(data);
  }

  function reserve(length: number): void {
    if (used + length <= history.length) return;
    const most = window + Math.min(SLACK, Math.max(window, MAX_BLOCK)) + MAX_BLOCK;
    const keep = Math.min(used, window);
    if (history.length < most) {
      const grown = new Uint8Array(Math.min(most, Math.max(history.length * 2, keep + length)));
      grown.set(history.subarray(used - keep, used));
      history = grown;
    } else history.copyWithin(0, used - keep, used);
    used = keep;
  }

  return {
    begin(size) {
      window = size;
      used = 0;
      state = frameState(size);
    },
    raw: take,
    repeated(byte, length) {
      take(shifted.subarray(0, length).fill(byte));
    },
    compressed(body) {
      state.w = history;
      state.e = used;
      state.b = 0;
      inner.s = state;
      inner.c = [];
      const size = body.length;
      // Never the last block: the frame's end is seen outside.
      header[0] = ((size << 3) & 0xff) | 4;
      header[1] = (size >> 5) & 0xff;
      header[2] = (size >> 13) & 0xff;
      header.set(body, 3);
      decoder.push(header.slice(0, size + 3));
    },
  };
}

function frameState(window: number): FrameState {
  return {
    b: 0,
    y: 0,
    l: 0,
    d: 0,
    w: new Uint8Array(0),
    e: 0,
    o: Int32Array.of(1, 4, 8),
    u: 0,
    c: 0,
    m: Math.min(MAX_BLOCK, window),
  };
}
