/** What the headers of a program say about how it starts (System V ABI, ELF header, program header, dynamic section). */
export interface ElfHeaders {
  readonly isElf: boolean;
  /** `executable`, `shared object` (a static-PIE is one), `relocatable`, `core`, or `type <number>`. */
  readonly type: string;
  /** As Go spells it: `amd64`, `arm64`; `machine <number>` for an unknown one. */
  readonly architecture: string;
  /** Path in PT_INTERP; `null` without one. */
  readonly interpreter: string | null;
  /** Names in DT_NEEDED, in order. */
  readonly needed: readonly string[];
}

const NO_ELF: ElfHeaders = { isElf: false, type: '', architecture: '', interpreter: null, needed: [] };
const TYPES = ['none', 'relocatable', 'executable', 'shared object', 'core'];
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;

/** Names of e_machine by GOARCH; word size and byte order tell the rest. */
const MACHINES: Readonly<Record<number, string>> = {
  3: '386',
  8: 'mips',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv',
  258: 'loong64',
};

/** Reads the headers of an ELF file of any word size and byte order. Never throws: damaged parts read as absent. */
export function readElf(bytes: Uint8Array): ElfHeaders {
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (bytes.length < 20 || !magic.every((byte, position) => bytes[position] === byte)) return NO_ELF;
  const file = openFile(bytes);
  const segments = readSegments(file);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  return {
    isElf: true,
    type: TYPES[file.half(16)] ?? `type ${file.half(16)}`,
    architecture: architectureOf(file),
    interpreter: interpreter === undefined ? null : file.text(interpreter.offset, interpreter.size),
    needed: readNeeded(file, segments),
  };
}

interface ElfFile {
  readonly wide: boolean;
  readonly little: boolean;
  readonly length: number;
  half(offset: number): number;
  word(offset: number): number;
  /** An address or offset: 4 or 8 bytes. */
  address(offset: number): number;
  /** Up to the first NUL. */
  text(offset: number, limit?: number): string;
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

function openFile(bytes: Uint8Array): ElfFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [wide, little] = [bytes[4] === 2, bytes[5] !== 2];
  const fits = (offset: number, size: number) => offset >= 0 && offset + size <= bytes.length;
  return {
    wide,
    little,
    length: bytes.length,
    half: (offset) => (fits(offset, 2) ? view.getUint16(offset, little) : 0),
    word: (offset) => (fits(offset, 4) ? view.getUint32(offset, little) : 0),
    address(offset) {
      if (!fits(offset, wide ? 8 : 4)) return 0;
      return wide ? Number(view.getBigUint64(offset, little)) : view.getUint32(offset, little);
    },
    text(offset, limit = 4096) {
      const part = bytes.subarray(offset, Math.min(bytes.length, offset + limit));
      const end = part.indexOf(0);
      return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
    },
  };
}

function readSegments(file: ElfFile): readonly Segment[] {
  const start = file.address(file.wide ? 32 : 28);
  const size = file.half(file.wide ? 54 : 42);
  const count = Math.min(file.half(file.wide ? 56 : 44), Math.floor(file.length / Math.max(1, size)));
  const at = file.wide ? { offset: 8, address: 16, size: 32 } : { offset: 4, address: 8, size: 16 };
  return Array.from({ length: count }, (_, position) => {
    const base = start + position * size;
    return {
      type: file.word(base),
      offset: file.address(base + at.offset),
      address: file.address(base + at.address),
      size: file.address(base + at.size),
    };
  });
}

function readNeeded(file: ElfFile, segments: readonly Segment[]): readonly string[] {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return [];
  const step = file.wide ? 16 : 8;
  const end = Math.min(file.length, dynamic.offset + dynamic.size);
  const names: number[] = [];
  let table: number | undefined;
  for (let offset = dynamic.offset; offset + step <= end; offset += step) {
    const tag = file.address(offset);
    const value = file.address(offset + step / 2);
    if (tag === 0) break;
    if (tag === DT_NEEDED) names.push(value);
    if (tag === DT_STRTAB) table = toOffset(value, segments);
  }
  return names.map((name) => (table === undefined ? `string ${name}` : file.text(table + name)));
}

/** The place in the file of an address in memory. */
function toOffset(address: number, segments: readonly Segment[]): number | undefined {
  const segment = segments.find(
    ({ type, address: start, size }) => type === PT_LOAD && address >= start && address < start + size,
  );
  return segment && segment.offset + (address - segment.address);
}

function architectureOf(file: ElfFile): string {
  const machine = file.half(18);
  const name = MACHINES[machine] ?? `machine ${machine}`;
  if (name === 'riscv') return file.wide ? 'riscv64' : 'riscv';
  if (name === 'ppc64') return file.little ? 'ppc64le' : 'ppc64';
  if (name === 'mips') return `mips${file.wide ? '64' : ''}${file.little ? 'le' : ''}`;
  return name;
}
