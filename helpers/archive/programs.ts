import { type ElfHeaders, elfDynamicRange, readElf } from './elf.ts';

/** How the kernel would start a file, told by its first bytes; files of any other form are not kept. */
export type Program =
  | { readonly kind: 'elf'; readonly headers: ElfHeaders }
  | {
      readonly kind: 'script';
      /** What follows `#!`, up to the line feed, at most 255 characters (BINPRM_BUF_SIZE of Linux). */
      readonly line: string;
    };

/** Start of a program that is kept while it is read; the tables of names stand there. */
const HEAD_BYTES = 8 * 1024 * 1024;
/** Largest dynamic section that is kept from further behind. */
const DYNAMIC_BYTES = 64 * 1024;
const SCRIPT_BYTES = 257;

/** Takes the content of one file piece by piece. Memory stays within a few megabytes, whatever the size of the file. */
interface ProgramReader {
  begin(): void;
  push(chunk: Uint8Array): void;
  /** What the file was. */
  end(): Program | undefined;
}

export function createProgramReader(): ProgramReader {
  let head = Buffer.alloc(0);
  let length = 0;
  let position = 0;
  let kind: 'unknown' | 'elf' | 'script' | 'other' = 'unknown';
  let dynamic: { offset: number; bytes: Buffer; filled: number } | undefined;

  /** Keeps a copy: the caller fills the chunk again. */
  function keep(chunk: Uint8Array, limit: number): void {
    const part = chunk.subarray(0, Math.max(0, limit - length));
    if (length + part.length > head.length) {
      const larger = Buffer.alloc(Math.min(limit, Math.max(4096, (length + part.length) * 2)));
      head.copy(larger, 0, 0, length);
      head = larger;
    }
    head.set(part, length);
    length += part.length;
  }

  /** The dynamic section of a large program lies behind its head: its place is known before it comes. */
  function keepDynamic(chunk: Uint8Array): void {
    if (position + chunk.length <= HEAD_BYTES) return;
    if (dynamic === undefined) {
      const range = elfDynamicRange(head.subarray(0, length));
      const size = Math.min(range?.size ?? 0, DYNAMIC_BYTES);
      dynamic = { offset: range?.offset ?? 0, bytes: Buffer.alloc(size), filled: 0 };
    }
    const start = Math.max(position, dynamic.offset);
    const end = Math.min(position + chunk.length, dynamic.offset + dynamic.bytes.length);
    if (start >= end) return;
    dynamic.bytes.set(chunk.subarray(start - position, end - position), start - dynamic.offset);
    dynamic.filled = end - dynamic.offset;
  }

  return {
    begin() {
      [length, position, kind, dynamic] = [0, 0, 'unknown', undefined];
    },
    push(chunk) {
      // Most files are told by their first byte, and nothing of them is copied.
      if (kind === 'unknown')
        kind = kindOf(length === 0 ? chunk : Buffer.concat([head.subarray(0, length), chunk]));
      if (kind === 'other') return;
      keep(chunk, kind === 'script' ? SCRIPT_BYTES : HEAD_BYTES);
      if (kind === 'elf') keepDynamic(chunk);
      position += chunk.length;
    },
    end() {
      const bytes = head.subarray(0, length);
      if (kind === 'script') return { kind, line: scriptLine(bytes) };
      if (kind !== 'elf') return undefined;
      const behind = dynamic && { offset: dynamic.offset, bytes: dynamic.bytes.subarray(0, dynamic.filled) };
      return { kind, headers: readElf(bytes, behind) };
    },
  };
}

function kindOf(start: Uint8Array): 'unknown' | 'elf' | 'script' | 'other' {
  if (start[0] === 0x23) return start.length < 2 ? 'unknown' : start[1] === 0x21 ? 'script' : 'other';
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (!magic.every((byte, at) => at >= start.length || start[at] === byte)) return 'other';
  return start.length < magic.length ? 'unknown' : 'elf';
}

function scriptLine(bytes: Buffer): string {
  const text = bytes.subarray(2, SCRIPT_BYTES).toString('latin1');
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
