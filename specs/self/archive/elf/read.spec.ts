import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../../../helpers/archive/elf.ts';

/** A minimal ELF file: header, program headers, and a dynamic section whose addresses are file offsets. */
function sampleElf({
  wide = true,
  machine = 62,
  type = 3,
  interpreter = '',
  needed = [] as readonly string[],
}) {
  const bytes = Buffer.alloc(1024);
  const address = (value: number, offset: number) =>
    wide ? bytes.writeBigUInt64LE(BigInt(value), offset) : bytes.writeUInt32LE(value, offset);
  bytes.write('\x7fELF', 0, 'latin1');
  bytes[4] = wide ? 2 : 1;
  bytes[5] = 1;
  bytes.writeUInt16LE(type, 16);
  bytes.writeUInt16LE(machine, 18);
  address(64, wide ? 32 : 28);
  const size = wide ? 56 : 32;
  bytes.writeUInt16LE(size, wide ? 54 : 42);
  const segments = [
    { kind: 1, offset: 0, length: 1024 },
    ...(interpreter === '' ? [] : [{ kind: 3, offset: 512, length: interpreter.length + 1 }]),
    ...(needed.length === 0 ? [] : [{ kind: 2, offset: 640, length: 256 }]),
  ];
  bytes.writeUInt16LE(segments.length, wide ? 56 : 44);
  const at = wide ? { offset: 8, address: 16, size: 32 } : { offset: 4, address: 8, size: 16 };
  for (const [position, { kind, offset, length }] of segments.entries()) {
    const base = 64 + position * size;
    bytes.writeUInt32LE(kind, base);
    address(offset, base + at.offset);
    address(offset, base + at.address);
    address(length, base + at.size);
  }
  bytes.write(`${interpreter}\0`, 512);
  const names = `\0${needed.join('\0')}\0`;
  bytes.write(names, 900);
  const step = wide ? 8 : 4;
  let offset = 640;
  const dynamic = (tag: number, value: number) => {
    address(tag, offset);
    address(value, offset + step);
    offset += 2 * step;
  };
  for (const name of needed) dynamic(1, names.indexOf(`${name}\0`));
  dynamic(5, 900);
  return bytes;
}

describe('readElf', () => {
  test.for([true, false])('finds interpreter and libraries (64 bits: %s)', (wide) => {
    const bytes = sampleElf({ wide, interpreter: '/lib/ld.so', needed: ['libc.so.6', 'libm.so.6'] });
    expect(readElf(bytes)).toEqual({
      isElf: true,
      type: 'shared object',
      architecture: 'amd64',
      isLoadable: true,
      interpreter: '/lib/ld.so',
      needed: ['libc.so.6', 'libm.so.6'],
      runpath: [],
      isWhole: true,
    });
  });

  test('a static program has neither', () => {
    expect(readElf(sampleElf({ type: 2, machine: 183 }))).toEqual({
      isElf: true,
      type: 'executable',
      architecture: 'arm64',
      isLoadable: true,
      interpreter: null,
      needed: [],
      runpath: [],
      isWhole: true,
    });
  });

  test.for([
    [243, true, 'riscv64'],
    [21, true, 'ppc64le'],
    [3, false, '386'],
    [40, false, 'arm'],
    [9999, true, 'machine 9999'],
  ] as const)('machine %i is called as Go calls it', ([machine, wide, architecture]) => {
    expect(readElf(sampleElf({ machine, wide })).architecture).toBe(architecture);
  });

  test('other bytes are no ELF file', () => {
    expect(readElf(Buffer.from('#!/bin/sh\necho hello\n')).isElf).toBe(false);
    expect(readElf(new Uint8Array(0)).isElf).toBe(false);
  });

  test('a file that is cut off anywhere is read without an exception', () => {
    const bytes = sampleElf({ interpreter: '/lib/ld.so', needed: ['libc.so.6'] });
    for (let length = 0; length < bytes.length; length += 1) readElf(bytes.subarray(0, length));
    expect(readElf(bytes.subarray(0, 600)).needed).toEqual([]);
  });
});

const hasCompiler = (() => {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasCompiler)('readElf on what a compiler writes (skipped without gcc)', () => {
  test.for([
    [['-static'], 'executable', null, []],
    [['-static-pie', '-fPIE'], 'shared object', null, []],
    [[], 'shared object', /ld-|ld\./, ['libc.so.6']],
  ] as const)('gcc %j', ([flags, type, interpreter, needed]) => {
    const folder = mkdtempSync(join(tmpdir(), 'scratch-elf-'));
    try {
      writeFileSync(join(folder, 'main.c'), '#include <stdio.h>\nint main(void) { return puts("x") < 0; }\n');
      execFileSync('gcc', ['-o', 'program', ...flags, 'main.c'], { cwd: folder, stdio: 'pipe' });
      const headers = readElf(readFileSync(join(folder, 'program')));
      expect(headers.isElf).toBe(true);
      expect(headers.type).toBe(type);
      if (interpreter === null) expect(headers.interpreter).toBeNull();
      else expect(headers.interpreter).toMatch(interpreter);
      expect(headers.needed).toEqual(needed);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
