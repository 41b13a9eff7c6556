import type { CompileEvidence } from '../../helpers/requirements/procedure/evidence.ts';
import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { mustEqual, violation } from '../../helpers/requirements/violation.ts';

// $ gcc -o hello -static main.c
//
// The program stands alone in the image: no loader, no library. CC replaces gcc.
export const compile = defineStep(
  'compile',
  [
    {
      id: 'compile.executable',
      title: 'The compiled program is an ELF executable',
      source: documented('build-c', 'gcc -o hello -static main.c'),
      consequence: 'The kernel refuses to start it: "exec format error". Look at CC and at what it writes.',
      *check({ binary }) {
        if (binary.isElf && ['executable', 'shared object'].includes(binary.type)) return;
        const actual = binary.isElf ? `ELF ${binary.type}` : 'no ELF file';
        yield violation(actual, 'header of hello', 'an ELF executable (a static-PIE counts)');
      },
    },
    {
      id: 'compile.architecture',
      title: "The compiled program is for the engine's architecture",
      source: documented('build-c', 'gcc -o hello -static main.c'),
      consequence: 'The container cannot start on this engine. Set CC to a compiler for its architecture.',
      when: isElf,
      *check({ binary, platform }) {
        const expected = platform.split('/')[1] ?? '';
        yield* mustEqual(binary.architecture, 'e_machine of hello', expected, 'platform of the engine');
      },
    },
    {
      id: 'compile.no-interpreter',
      title: 'The compiled program asks for no interpreter',
      source: documented('build-c', 'gcc -o hello -static main.c'),
      consequence:
        'An image from scratch has no dynamic loader: the start fails with "no such file or directory". Link with -static.',
      when: isElf,
      *check({ binary }) {
        if (binary.interpreter === null) return;
        yield violation(binary.interpreter, 'PT_INTERP of hello', 'no PT_INTERP');
      },
    },
    {
      id: 'compile.no-needed-library',
      title: 'The compiled program needs no shared library',
      source: documented('build-c', 'gcc -o hello -static main.c'),
      consequence: 'An image from scratch has no libraries: the program cannot start. Link with -static.',
      when: isElf,
      *check({ binary }) {
        for (const library of binary.needed) yield violation(library, 'DT_NEEDED of hello', 'no DT_NEEDED');
      },
    },
  ],
  { onlyOf: 'documented-image' },
);

function isElf({ binary }: CompileEvidence): true | string {
  return binary.isElf || 'the program is no ELF file';
}
