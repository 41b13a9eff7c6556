/** What an ELF file says about how it is started (System V ABI, chapters 4 and 5). */
export interface ElfFacts {
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  /** `e_machine`. */
  readonly machine: number;
  /** GOARCH name of the machine, as in `architecture` of an image config; `undefined` for one without. */
  readonly architecture: string | undefined;
  readonly type: 'relocatable' | 'executable' | 'shared' | 'core' | 'other';
  /** Path of the dynamic loader (`PT_INTERP`). */
  readonly interpreter?: string;
  /** Libraries that the loader must find (`DT_NEEDED`), in order. */
  readonly needed: readonly string[];
  /** Needs neither loader nor libraries. */
  readonly isStatic: boolean;
  /** Static and position independent. */
  readonly staticPie: boolean;
}

const TYPES: Readonly<Record<number, ElfFacts['type']>> = {
  1: 'relocatable',
  2: 'executable',
  3: 'shared',
  4: 'core',
};

/** GOARCH by `e_machine`, class and byte order. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  '3-32-little': '386',
  '62-64-little': 'amd64',
  '40-32-little': 'arm',
  '183-64-little': 'arm64',
  '22-64-big': 's390x',
  '21-64-big': 'ppc64',
  '21-64-little': 'ppc64le',
  '243-64-little': 'riscv64',
  '258-64-little': 'loong64',
  '8-32-big': 'mips',
  '8-32-little': 'mipsle',
  '8-64-big': 'mips64',
  '8-64-little': 'mips64le',
};

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_PIE = 0x08000000;
const MAX_HEADERS = 1024;
const MAX_DYNAMIC = 4096;
const MAX_TEXT = 4096;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Reads the facts; `undefined` when the bytes are no ELF file. Damaged tables count as absent. */
export function readElf(bytes: Uint8Array): ElfFacts | undefined {
  if (bytes.length < 52 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)
    return undefined;
  const wide = bytes[4] === 2;
  const little = bytes[5] === 1;
  if ((!wide && bytes[4] !== 1) || (!little && bytes[5] !== 2) || (wide && bytes.length < 64))
    return undefined;
  const read = createReader(bytes, wide, little);
  const machine = read.half(18);
  const segments = readSegments(read, wide);
  const interpreterAt = segments.find(({ type }) => type === PT_INTERP);
  const interpreter = interpreterAt && read.text(interpreterAt.offset, interpreterAt.size);
  const { needed, flags } = readDynamic(read, segments, wide);
  const type = TYPES[read.half(16)] ?? 'other';
  const isStatic =
    interpreter === undefined && needed.length === 0 && (type === 'executable' || type === 'shared');
  return {
    class: wide ? 64 : 32,
    byteOrder: little ? 'little' : 'big',
    machine,
    architecture: ARCHITECTURES[`${machine}-${wide ? 64 : 32}-${little ? 'little' : 'big'}`],
    type,
    ...(interpreter === undefined ? {} : { interpreter }),
    needed,
    isStatic,
    staticPie: isStatic && type === 'shared' && Math.floor(flags / DF_1_PIE) % 2 === 1,
  };
}

type Reader = ReturnType<typeof createReader>;

/** Reads past the end give 0 or `''`. Addresses beyond 2^53 lose bits, and so lead nowhere. */
function createReader(bytes: Uint8Array, wide: boolean, little: boolean) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fits = (at: number, length: number) =>
    Number.isSafeInteger(at) && at >= 0 && at + length <= bytes.length;
  const word = (at: number) => (fits(at, 4) ? view.getUint32(at, little) : 0);
  return {
    half: (at: number) => (fits(at, 2) ? view.getUint16(at, little) : 0),
    word,
    /** An address or offset in the width of the class. */
    long: (at: number) => (wide ? (fits(at, 8) ? Number(view.getBigUint64(at, little)) : 0) : word(at)),
    text(at: number, limit: number): string {
      if (!fits(at, 1)) return '';
      const part = bytes.subarray(at, at + Math.min(limit, MAX_TEXT));
      const end = part.indexOf(0);
      return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
    },
  };
}

function readSegments(read: Reader, wide: boolean): readonly Segment[] {
  const start = read.long(wide ? 32 : 28);
  const size = read.half(wide ? 54 : 42);
  const count = Math.min(read.half(wide ? 56 : 44), MAX_HEADERS);
  if (start === 0 || size < (wide ? 56 : 32)) return [];
  return Array.from({ length: count }, (_, position) => {
    const at = start + position * size;
    return {
      type: read.word(at),
      offset: read.long(at + (wide ? 8 : 4)),
      address: read.long(at + (wide ? 16 : 8)),
      size: read.long(at + (wide ? 32 : 16)),
    };
  });
}

function readDynamic(
  read: Reader,
  segments: readonly Segment[],
  wide: boolean,
): { needed: readonly string[]; flags: number } {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return { needed: [], flags: 0 };
  const width = wide ? 8 : 4;
  const offsets: number[] = [];
  let strings = 0;
  let flags = 0;
  const count = Math.min(Math.floor(dynamic.size / (2 * width)), MAX_DYNAMIC);
  for (let position = 0; position < count; position++) {
    const at = dynamic.offset + position * 2 * width;
    const tag = read.long(at);
    const value = read.long(at + width);
    if (tag === 0) break;
    if (tag === DT_NEEDED) offsets.push(value);
    else if (tag === DT_STRTAB) strings = value;
    else if (tag === DT_FLAGS_1) flags = value;
  }
  const table = fileOffset(segments, strings);
  return { needed: table === undefined ? [] : offsets.map((at) => read.text(table + at, MAX_TEXT)), flags };
}

/** Where an address of the loaded program stands in the file. */
function fileOffset(segments: readonly Segment[], address: number): number | undefined {
  const segment = segments.find(
    ({ type, address: start, size }) => type === PT_LOAD && address >= start && address < start + size,
  );
  return segment && address - segment.address + segment.offset;
}
