import type { CompileEvidence } from './evidence.ts';
import { breach, defineStep, promise } from './promise.ts';

const source = promise('build-c', 'gcc -o hello -static main.c');
const isElf = ({ binary }: CompileEvidence) => binary.isElf || 'the program is no ELF file';

/** What `gcc -o hello -static main.c` promises about the program that stands alone in the image. */
export const COMPILE_REQUIREMENTS = defineStep<CompileEvidence>('compile')([
  {
    id: 'compile.executable',
    title: 'The compiled program is an ELF executable',
    source,
    consequence: 'The kernel refuses to start it: "exec format error". Look at CC and at what it writes.',
    *check({ binary }) {
      if (binary.isElf && ['executable', 'shared object'].includes(binary.type)) return;
      const actual = binary.isElf ? `ELF ${binary.type}` : 'no ELF file';
      yield breach('compile', 'an ELF executable (a static-PIE counts)', actual, 'header of hello');
    },
  },
  {
    id: 'compile.architecture',
    title: "The compiled program is for the engine's architecture",
    source,
    consequence: 'The container cannot start on this engine. Set CC to a compiler for its architecture.',
    when: isElf,
    *check({ binary, platform }) {
      const expected = platform.split('/')[1] ?? '';
      if (binary.architecture === expected) return;
      yield breach('compile', expected, binary.architecture, 'e_machine of hello', 'platform of the engine');
    },
  },
  {
    id: 'compile.no-interpreter',
    title: 'The compiled program asks for no interpreter',
    source,
    consequence:
      'An image from scratch has no dynamic loader: the start fails with "no such file or directory". Link with -static.',
    when: isElf,
    *check({ binary }) {
      if (binary.interpreter === null) return;
      yield breach('compile', 'no PT_INTERP', binary.interpreter, 'PT_INTERP of hello');
    },
  },
  {
    id: 'compile.no-needed-library',
    title: 'The compiled program needs no shared library',
    source,
    consequence: 'An image from scratch has no libraries: the program cannot start. Link with -static.',
    when: isElf,
    *check({ binary }) {
      for (const library of binary.needed) {
        yield breach('compile', 'no DT_NEEDED', library, 'DT_NEEDED of hello');
      }
    },
  },
]);
