import { describe, expect, test } from 'vitest';
import { createProgramReader, type Program } from '../../../../helpers/archive/programs.ts';
import { makeProgram } from '../../../../helpers/proof/mutants/program.ts';

const DYNAMIC = makeProgram({
  interpreter: '/ld.so',
  needed: ['liba.so', 'libb.so'],
  runpath: '$ORIGIN:/opt',
});

describe('what a file of a layer is', () => {
  test.for([1, 2, 3, 7, 4096])('is told from pieces of %i bytes', (size) => {
    expect(readIn(DYNAMIC, size)).toMatchObject({
      kind: 'elf',
      headers: {
        architecture: 'amd64',
        interpreter: '/ld.so',
        needed: ['liba.so', 'libb.so'],
        runpath: ['$ORIGIN', '/opt'],
        isWhole: true,
      },
    });
    expect(readIn(Buffer.from('#!/bin/sh -e\necho\n'), size)).toEqual({ kind: 'script', line: '/bin/sh -e' });
    expect(readIn(Buffer.from('#'), size)).toBeUndefined();
    expect(readIn(Buffer.from('# text'), size)).toBeUndefined();
    expect(readIn(Buffer.from('\x7fEL'), size)).toBeUndefined();
    expect(readIn(Buffer.from(''), size)).toBeUndefined();
  });

  test('of a large program, the names are found though its dynamic section stands at its end', () => {
    const section = DYNAMIC.readBigUInt64LE(64 + 2 * 56 + 8);
    const size = Number(DYNAMIC.readBigUInt64LE(64 + 2 * 56 + 32));
    const far = 9 * 1024 * 1024;
    const large = Buffer.concat([
      DYNAMIC,
      Buffer.alloc(far - DYNAMIC.length),
      DYNAMIC.subarray(Number(section)),
    ]);
    large.writeBigUInt64LE(BigInt(far), 64 + 2 * 56 + 8);
    expect(large.length).toBe(far + size);
    const read = readIn(large, 1024 * 1024);
    expect(read).toMatchObject({ headers: { needed: ['liba.so', 'libb.so'], isWhole: true } });
  });

  test('where the names are out of reach, nothing is said of libraries', () => {
    const cut = readIn(DYNAMIC.subarray(0, DYNAMIC.length - 100), 64);
    expect(cut).toMatchObject({ headers: { isWhole: false } });
  });
});

function readIn(bytes: Uint8Array, size: number): Program | undefined {
  const reader = createProgramReader();
  // A second file must not see anything of the first.
  let result: Program | undefined;
  for (let round = 0; round < 2; round++) {
    reader.begin();
    const chunk = new Uint8Array(size);
    for (let at = 0; at < bytes.length; at += size) {
      const part = bytes.subarray(at, at + size);
      chunk.set(part);
      reader.push(chunk.subarray(0, part.length));
    }
    result = reader.end();
  }
  return result;
}
