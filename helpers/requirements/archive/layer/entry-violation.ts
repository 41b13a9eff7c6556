import type { TarEntry } from '../../../archive/tar/entry.ts';
import type { Json } from '../../../common/json.ts';

/** One violation at one entry; the requirement adds where the layer stands. */
export interface EntryViolation {
  readonly entry: string;
  readonly offset?: number;
  readonly expected: Json;
  readonly actual: Json;
  readonly from: string;
}

export type ReportEntry = (rule: string, entry: TarEntry, expected: Json, actual: Json, from: string) => void;
