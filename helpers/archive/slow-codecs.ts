import { UnreadableError } from './errors.ts';
import type { ReadLimits } from './model.ts';

/** Decoders that take many times as long for a byte as those of gzip and zstd. Only whole archives come in them. */
export type SlowCodec = 'xz' | 'bzip2';

/** Counts what one archive unpacks to. */
export interface SlowMeter {
  /**
   * Throws `UnreadableError` beyond the budget: an honest image and a bomb look the same up to there, so neither is judged.
   * `least` is what a part costs even if nothing comes out of it.
   */
  count(bytes: number, least?: number): void;
}

const PROGRAMS: Readonly<Record<SlowCodec, string>> = {
  xz: 'xz --decompress --stdout',
  bzip2: 'bzip2 --decompress --stdout',
};

export function createSlowMeter(codec: SlowCodec, { xzBytes, bzip2Bytes }: ReadLimits): SlowMeter {
  const most = codec === 'xz' ? xzBytes : bzip2Bytes;
  let sum = 0;
  return {
    count(bytes, least = 0) {
      sum += Math.max(bytes, least);
      if (sum > most) throw new UnreadableError(refusal(codec, most));
    },
  };
}

function refusal(codec: SlowCodec, most: number): string {
  return (
    `The archive is compressed with ${codec}, which is slow to unpack, and the budget for it ends at ${most} bytes ` +
    `unpacked: it was not judged. Unpack it first (${PROGRAMS[codec]}), and judge the tar.`
  );
}
