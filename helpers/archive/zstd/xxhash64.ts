/** The 64 bits of a number, each half as a 32-bit integer: BigInt would be ten times slower. */
interface Halves {
  hi: number;
  lo: number;
}

const P1: Halves = { hi: 0x9e3779b1 | 0, lo: 0x85ebca87 | 0 };
const P2: Halves = { hi: 0xc2b2ae3d | 0, lo: 0x27d4eb4f | 0 };
const P3: Halves = { hi: 0x165667b1 | 0, lo: 0x9e3779f9 | 0 };
const P4: Halves = { hi: 0x85ebca77 | 0, lo: 0xc2b2ae63 | 0 };
const P5: Halves = { hi: 0x27d4eb2f | 0, lo: 0x165667c5 | 0 };
const STRIPE = 32;

export interface ContentChecksum {
  update(bytes: Uint8Array): void;
  /** The lower 32 bits of XXH64 with seed 0, unsigned: the Content_Checksum of a zstd frame (RFC 8878, 3.1.1). */
  value(): number;
}

/** XXH64 (xxHash specification 0.1.1, "XXH64 algorithm") over content that comes in pieces. */
export function createContentChecksum(): ContentChecksum {
  const lanes = [sum(P1, P2), { ...P2 }, { hi: 0, lo: 0 }, sum({ hi: 0, lo: 0 }, negated(P1))] as const;
  const rest = new Uint8Array(STRIPE);
  const restView = new DataView(rest.buffer);
  let kept = 0;
  let length = 0;

  function stripe(bytes: DataView, at: number): void {
    for (let lane = 0, from = at; lane < 4; lane++, from += 8)
      round(lanes[lane] ?? P1, bytes.getInt32(from + 4, true), bytes.getInt32(from, true));
  }

  return {
    update(bytes) {
      length += bytes.length;
      let at = 0;
      if (kept > 0) {
        at = Math.min(STRIPE - kept, bytes.length);
        rest.set(bytes.subarray(0, at), kept);
        kept += at;
        if (kept < STRIPE) return;
        stripe(restView, 0);
        kept = 0;
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (; at + STRIPE <= bytes.length; at += STRIPE) stripe(view, at);
      rest.set(bytes.subarray(at));
      kept = bytes.length - at;
    },
    value() {
      const hash: Halves = length < STRIPE ? { ...P5 } : converge(lanes);
      add(hash, Math.floor(length / 2 ** 32), length | 0);
      let at = 0;
      for (; at + 8 <= kept; at += 8) {
        const lane: Halves = { hi: 0, lo: 0 };
        round(lane, restView.getInt32(at + 4, true), restView.getInt32(at, true));
        mix(hash, lane, 27, P1, P4);
      }
      if (at + 4 <= kept) {
        const part: Halves = { hi: 0, lo: restView.getInt32(at, true) };
        multiply(part, P1);
        mix(hash, part, 23, P2, P3);
        at += 4;
      }
      for (; at < kept; at++) {
        const part: Halves = { hi: 0, lo: rest[at] ?? 0 };
        multiply(part, P5);
        mix(hash, part, 11, P1);
      }
      shiftIn(hash, 33);
      multiply(hash, P2);
      shiftIn(hash, 29);
      multiply(hash, P3);
      shiftIn(hash, 32);
      return hash.lo >>> 0;
    },
  };
}

function converge(lanes: readonly Halves[]): Halves {
  const hash: Halves = { hi: 0, lo: 0 };
  for (const [position, lane] of lanes.entries()) {
    const turned = { ...lane };
    rotate(turned, [1, 7, 12, 18][position] ?? 0);
    add(hash, turned.hi, turned.lo);
  }
  for (const lane of lanes) {
    const merged: Halves = { hi: 0, lo: 0 };
    round(merged, lane.hi, lane.lo);
    hash.hi ^= merged.hi;
    hash.lo ^= merged.lo;
    multiply(hash, P1);
    add(hash, P4.hi, P4.lo);
  }
  return hash;
}

/** lane = rotate(lane + input × P2, 31) × P1 */
function round(lane: Halves, hi: number, lo: number): void {
  INPUT.hi = hi;
  INPUT.lo = lo;
  multiply(INPUT, P2);
  add(lane, INPUT.hi, INPUT.lo);
  rotate(lane, 31);
  multiply(lane, P1);
}

const INPUT: Halves = { hi: 0, lo: 0 };

function mix(hash: Halves, part: Halves, turn: number, factor: Halves, summand?: Halves): void {
  hash.hi ^= part.hi;
  hash.lo ^= part.lo;
  rotate(hash, turn);
  multiply(hash, factor);
  if (summand) add(hash, summand.hi, summand.lo);
}

function add(target: Halves, hi: number, lo: number): void {
  const low = (target.lo >>> 0) + (lo >>> 0);
  target.lo = low | 0;
  target.hi = (target.hi + hi + (low > 0xffffffff ? 1 : 0)) | 0;
}

function sum(left: Halves, right: Halves): Halves {
  const result = { ...left };
  add(result, right.hi, right.lo);
  return result;
}

function negated({ hi, lo }: Halves): Halves {
  return sum({ hi: ~hi, lo: ~lo }, { hi: 0, lo: 1 });
}

/** `bits` from 1 to 31. */
function rotate(target: Halves, bits: number): void {
  const { hi, lo } = target;
  target.hi = (hi << bits) | (lo >>> (32 - bits));
  target.lo = (lo << bits) | (hi >>> (32 - bits));
}

/** target ^= target >>> bits */
function shiftIn(target: Halves, bits: number): void {
  const { hi, lo } = target;
  target.lo = lo ^ (bits >= 32 ? hi >>> (bits - 32) : (lo >>> bits) | (hi << (32 - bits)));
  target.hi = bits >= 32 ? hi : hi ^ (hi >>> bits);
}

function multiply(target: Halves, factor: Halves): void {
  const { hi, lo } = target;
  const a0 = lo & 0xffff;
  const a1 = lo >>> 16;
  const b0 = factor.lo & 0xffff;
  const b1 = factor.lo >>> 16;
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const crossed = a0 * b1 + (middle & 0xffff);
  target.lo = (crossed << 16) | (low & 0xffff);
  target.hi =
    (a1 * b1 + (middle >>> 16) + (crossed >>> 16) + Math.imul(hi, factor.lo) + Math.imul(lo, factor.hi)) | 0;
}
