/** What a made program asks for. */
export interface ProgramOptions {
  /** e_machine; default 62, x86-64. */
  readonly machine?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly runpath?: string;
}

const BASE = 0x400000;
const HEADER = 64;
const SEGMENT = 56;
/** `mov edi, 0; mov eax, 60; syscall`: ends with exit code 0. */
const EXIT = Buffer.from('bf00000000b83c0000000f05', 'hex');

/**
 * The smallest program that Linux starts: an ELF file of some hundred bytes, which ends at once with exit code 0.
 * With an interpreter or libraries it asks for them as a linked one does.
 */
export function makeProgram({
  machine = 62,
  interpreter,
  needed = [],
  runpath,
}: ProgramOptions = {}): Buffer {
  const isDynamic = needed.length > 0 || runpath !== undefined;
  const segments = 1 + (interpreter === undefined ? 0 : 1) + (isDynamic ? 1 : 0);
  const start = HEADER + segments * SEGMENT;
  const names = Buffer.from(
    `\0${[...needed, ...(runpath === undefined ? [] : [runpath])].map((name) => `${name}\0`).join('')}`,
  );
  const interpreterText = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`);
  const interpreterAt = start + EXIT.length;
  const namesAt = interpreterAt + interpreterText.length;
  const dynamicAt = namesAt + names.length;
  const dynamic = isDynamic ? dynamicSection(BASE + namesAt, names.length, needed, runpath) : Buffer.alloc(0);
  const size = dynamicAt + dynamic.length;
  const parts = [
    programHeader(1, 0, size),
    ...(interpreter === undefined ? [] : [programHeader(3, interpreterAt, interpreterText.length)]),
    ...(isDynamic ? [programHeader(2, dynamicAt, dynamic.length)] : []),
  ];
  return Buffer.concat([
    elfHeader(machine, segments, BASE + start),
    ...parts,
    EXIT,
    interpreterText,
    names,
    dynamic,
  ]);
}

function elfHeader(machine: number, segments: number, entry: number): Buffer {
  const header = Buffer.alloc(HEADER);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(header);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(entry), 24);
  header.writeBigUInt64LE(BigInt(HEADER), 32);
  header.writeUInt16LE(HEADER, 52);
  header.writeUInt16LE(SEGMENT, 54);
  header.writeUInt16LE(segments, 56);
  return header;
}

/** All of the file is mapped, so an address is an offset and `BASE`. */
function programHeader(type: number, offset: number, size: number): Buffer {
  const header = Buffer.alloc(SEGMENT);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(5, 4);
  header.writeBigUInt64LE(BigInt(offset), 8);
  header.writeBigUInt64LE(BigInt(BASE + offset), 16);
  header.writeBigUInt64LE(BigInt(BASE + offset), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  header.writeBigUInt64LE(BigInt(size), 40);
  header.writeBigUInt64LE(0x1000n, 48);
  return header;
}

function dynamicSection(
  table: number,
  size: number,
  needed: readonly string[],
  runpath: string | undefined,
): Buffer {
  let at = 1;
  const place = (name: string) => {
    const own = at;
    at += Buffer.byteLength(name) + 1;
    return own;
  };
  const tags: (readonly [number, number])[] = [
    ...needed.map((name) => [1, place(name)] as const),
    ...(runpath === undefined ? [] : [[29, place(runpath)] as const]),
    [5, table],
    [10, size],
    [0, 0],
  ];
  const section = Buffer.alloc(tags.length * 16);
  for (const [index, [tag, value]] of tags.entries()) {
    section.writeBigUInt64LE(BigInt(tag), index * 16);
    section.writeBigUInt64LE(BigInt(value), index * 16 + 8);
  }
  return section;
}
