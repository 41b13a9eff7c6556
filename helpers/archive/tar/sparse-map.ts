import { BLOCK } from './header.ts';
import { parsePax } from './pax.ts';

/** The map of a pax sparse file: where its stored bytes belong. Wherever it is, it is read in one pass and kept nowhere. */
export interface SparseMap {
  /** Stored bytes of the entry, from the first. */
  push(chunk: Uint8Array): void;
  /** Whether bytes to come can still belong to the map. */
  isOpen(): boolean;
  /** Why no reader can lay the file out, once all of it has been seen. */
  damage(): string | undefined;
}

type Records = ReadonlyMap<string, string>;

const PREFIX = 'GNU.sparse.';
const NEWLINE = 0x0a;
/** More than any number of 64 bits has. */
const MAX_DIGITS = 24;

/** Whether the records make a file a sparse one, for GNU tar or for Go. */
export function isSparse(records: Records): boolean {
  return ['major', 'size', 'map', 'offset'].some((key) => records.has(PREFIX + key));
}

/** `stored`: the bytes that follow the header. `undefined` for a version that readers pass over. */
export function openSparseMap(body: Uint8Array, records: Records, stored: number): SparseMap | undefined {
  const version = `${records.get(`${PREFIX}major`) ?? ''}.${records.get(`${PREFIX}minor`) ?? ''}`;
  if (version === '1.0') return mapInContent(createLayout(logicalSize(records, stored)), stored);
  const numbers = recordedNumbers(body, records);
  if (version !== '0.0' && version !== '0.1' && (version !== '.' || numbers === undefined)) return undefined;
  return mapInRecords(createLayout(logicalSize(records, stored)), records, numbers ?? [], stored);
}

/** Versions 0.0 (a record for each number) and 0.1 (one record). */
function mapInRecords(
  layout: Layout,
  records: Records,
  numbers: readonly string[],
  stored: number,
): SparseMap {
  const pairs = records.get(`${PREFIX}numblocks`) ?? '';
  let damage: string | undefined;
  if (2 * integer(pairs) !== numbers.length)
    damage = `numblocks ${JSON.stringify(pairs.slice(0, MAX_DIGITS))} with ${numbers.length} numbers`;
  for (const number of numbers) damage ??= layout.take(number);
  return { push() {}, isOpen: () => false, damage: () => damage ?? layout.end(stored) };
}

/** Version 1.0: lines before the content, filled up to whole blocks: how many pairs, then offset and length of each. */
function mapInContent(layout: Layout, stored: number): SparseMap {
  let line = '';
  let seen = 0;
  let due: number | undefined;
  let damage: string | undefined;

  function takeLine(): void {
    if (due !== undefined) {
      damage = layout.take(line);
      due--;
    } else {
      due = 2 * integer(line);
      if (!(due >= 0)) damage = `a map of ${JSON.stringify(line)} pairs`;
    }
    line = '';
  }

  const isOpen = () => damage === undefined && due !== 0;
  return {
    isOpen,
    push(chunk) {
      for (let at = 0; at < chunk.length && isOpen(); at++) {
        seen++;
        if (chunk[at] === NEWLINE) takeLine();
        else line += String.fromCharCode(chunk[at] ?? 0);
        if (line.length > MAX_DIGITS) damage = `a map with ${JSON.stringify(line)}`;
      }
    },
    damage() {
      const blocks = Math.ceil(seen / BLOCK) * BLOCK;
      if (damage !== undefined) return damage;
      if (due !== 0 || blocks > stored) return 'a map that ends within a block';
      return layout.end(stored - blocks);
    },
  };
}

interface Layout {
  /** The next number of the map: offsets and lengths in turn. */
  take(number: string): string | undefined;
  /** What does not fit the bytes that are stored as content. */
  end(content: number): string | undefined;
}

function createLayout(size: number): Layout {
  let end = 0;
  let content = 0;
  let offset: number | undefined;
  return {
    take(text) {
      const number = integer(text);
      if (!(number >= 0)) return `${JSON.stringify(text.slice(0, MAX_DIGITS))} in its map`;
      if (offset === undefined) {
        if (number < end) return `a piece at ${number} after one that ends at ${end}`;
        offset = number;
        return undefined;
      }
      end = offset + number;
      content += number;
      offset = undefined;
      return end > size ? `a piece up to ${end} of ${size} bytes` : undefined;
    },
    end(stored) {
      if (!(size >= 0)) return 'a size that is no number';
      return content === stored ? undefined : `a map of ${content} bytes for ${stored} that are stored`;
    },
  };
}

function logicalSize(records: Records, stored: number): number {
  const text = records.get(`${PREFIX}size`) || records.get(`${PREFIX}realsize`);
  return text ? integer(text) : stored;
}

/** The numbers of the records, of equal keys all; `undefined` where there is no map. */
function recordedNumbers(body: Uint8Array, records: Records): readonly string[] | undefined {
  const numbers: string[] = [];
  if (records.has(`${PREFIX}offset`))
    parsePax(body, (key, value) => {
      if (key !== `${PREFIX}offset` && key !== `${PREFIX}numbytes`) return;
      // Offset and length take turns; what is out of turn is no number of the map.
      const isInTurn = key.endsWith('offset') === (numbers.length % 2 === 0);
      numbers.push(isInTurn ? value : `${key} out of turn`);
    });
  if (numbers.length > 0) return numbers;
  const map = records.get(`${PREFIX}map`);
  return map ? map.split(',') : undefined;
}

function integer(text: string): number {
  return /^[+-]?\d{1,19}$/.test(text) ? Number(text) : Number.NaN;
}
