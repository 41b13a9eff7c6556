/** What the headers of a program say about how it starts (System V ABI, ELF header, program header, dynamic section). */
export interface ElfHeaders {
  readonly isElf: boolean;
  /** `executable`, `shared object` (a static-PIE is one), `relocatable`, `core`, or `type <number>`. */
  readonly type: string;
  /** As Go spells it: `amd64`, `arm64`; `machine <number>` for an unknown one. */
  readonly architecture: string;
  /** Whether a segment is loaded: the kernel starts nothing else. */
  readonly isLoadable: boolean;
  /** Path in PT_INTERP; `null` without one. */
  readonly interpreter: string | null;
  /** Names in DT_NEEDED, in order. */
  readonly needed: readonly string[];
  /** Folders of DT_RUNPATH, or of DT_RPATH where there is no other. */
  readonly runpath: readonly string[];
  /** False when the dynamic section or its names lie outside of the bytes at hand: `needed` says nothing then. */
  readonly isWhole: boolean;
}

/** A part of a file that lies further behind than the bytes at hand. */
interface FilePart {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const NO_ELF: ElfHeaders = {
  isElf: false,
  type: '',
  architecture: '',
  isLoadable: false,
  interpreter: null,
  needed: [],
  runpath: [],
  isWhole: true,
};
const TYPES = ['none', 'relocatable', 'executable', 'shared object', 'core'];
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
/** Names kept of one program, and characters of each: no loader takes more. */
const MAX_NAMES = 512;
const MAX_NAME = 4096;

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

/**
 * Reads the headers of an ELF file of any word size and byte order, from its start and, where that is not all of it,
 * its dynamic section. Never throws: damaged parts read as absent.
 */
export function readElf(bytes: Uint8Array, dynamicPart?: FilePart): ElfHeaders {
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (bytes.length < 20 || !magic.every((byte, position) => bytes[position] === byte)) return NO_ELF;
  const file = openFile(bytes);
  const segments = readSegments(file);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = readDynamic(file, segments, dynamicPart);
  return {
    isElf: true,
    type: TYPES[file.half(16)] ?? `type ${file.half(16)}`,
    architecture: architectureOf(file),
    isLoadable: segments.some(({ type }) => type === PT_LOAD),
    interpreter: interpreter === undefined ? null : file.text(interpreter.offset, interpreter.size),
    ...dynamic,
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

/** A part is read with the word size and byte order of the whole. */
function openFile(bytes: Uint8Array, form = { wide: bytes[4] === 2, little: bytes[5] !== 2 }): ElfFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { wide, little } = form;
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

/** Where the dynamic section of a program stands in its file; `undefined` without one. */
export function elfDynamicRange(
  head: Uint8Array,
): { readonly offset: number; readonly size: number } | undefined {
  return readSegments(openFile(head)).find(({ type }) => type === PT_DYNAMIC);
}

function readDynamic(
  file: ElfFile,
  segments: readonly Segment[],
  part: FilePart | undefined,
): Pick<ElfHeaders, 'needed' | 'runpath' | 'isWhole'> {
  const section = segments.find(({ type }) => type === PT_DYNAMIC);
  if (section === undefined) return { needed: [], runpath: [], isWhole: true };
  const isBehind = part !== undefined && part.offset === section.offset;
  const tags = readTags(file, section, isBehind ? part : undefined);
  const find = (wanted: number) => tags.find(({ tag }) => tag === wanted)?.value;
  const address = find(DT_STRTAB);
  const table = address === undefined ? undefined : toOffset(address, segments);
  const nameAt = (name: number) =>
    table === undefined ? `string ${name}` : file.text(table + name, MAX_NAME);
  const names = tags.filter(({ tag }) => tag === DT_NEEDED).slice(0, MAX_NAMES);
  const path = find(DT_RUNPATH) ?? find(DT_RPATH);
  return {
    needed: names.map(({ value }) => nameAt(value)),
    runpath:
      path === undefined
        ? []
        : nameAt(path)
            .split(':')
            .filter((folder) => folder !== ''),
    isWhole: tags.length > 0 && names.every(({ value }) => (table ?? 0) + value < file.length),
  };
}

/** The pairs of the dynamic section, up to its end mark. */
function readTags(file: ElfFile, section: Segment, part: FilePart | undefined) {
  const source = part ? { ...openFile(part.bytes, file), start: 0 } : { ...file, start: section.offset };
  const step = file.wide ? 16 : 8;
  const end = Math.min(source.length, source.start + section.size);
  const tags: { readonly tag: number; readonly value: number }[] = [];
  for (let offset = source.start; offset + step <= end; offset += step) {
    const tag = source.address(offset);
    if (tag === 0) break;
    tags.push({ tag, value: source.address(offset + step / 2) });
  }
  return tags;
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
