import type { Json } from '../json.ts';
import type { ProblemKind, ReadLimits } from './model.ts';

export type JsonReport = (
  kind: ProblemKind,
  pointer: string | undefined,
  offset: number,
  expected: Json,
  actual: Json,
) => void;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Parses JSON bytes without trust. Whatever is odd but readable is reported and read on. */
export function parseJson(
  bytes: Uint8Array,
  _limits: ReadLimits,
  report: JsonReport,
): { text: string; value: Json | undefined } {
  const text = decoder.decode(bytes);
  try {
    return { text, value: JSON.parse(text) as Json };
  } catch (error) {
    report('json-syntax', undefined, 0, 'JSON', (error as Error).message);
    return { text, value: undefined };
  }
}
