import { normalisePath } from './normalise-path.ts';
import { createProgramReader, type Program } from './programs.ts';
import { type Header, pathText } from './tar/header.ts';

/** What an engine or a loader reads before a program starts. */
const START_TEXTS = /^etc\/(?:passwd|group|ld\.so\.conf|ld\.so\.conf\.d\/[^/]+\.conf|ld-musl-[^/]+\.path)$/;
const MAX_TEXT_BYTES = 256 * 1024;
const MAX_TEXTS = 1000;
/** Programs kept of one layer, and characters of all their names: what lies beyond is not judged. */
const MAX_PROGRAMS = 50_000;
const MAX_NAME_CHARACTERS = 16 * 1024 * 1024;
/** Memory of one program beside its names. */
const PROGRAM = 500;

/**
 * Looks at the content of every file of a layer as it passes, and keeps what tells how the image starts; `keep` is told
 * how much memory that takes.
 */
export function createStartReader(keep: (bytes: number) => void) {
  const programs = new Map<number, Program>();
  const texts = new Map<number, string>();
  const reader = createProgramReader();
  let position = 0;
  let characters = 0;
  let text: Buffer[] | undefined;
  let isReading = false;
  return {
    found: { programs, texts },
    begin(header: Header, at: number): void {
      position = at;
      isReading = programs.size < MAX_PROGRAMS && characters < MAX_NAME_CHARACTERS;
      reader.begin();
      const isSmall = header.size > 0 && header.size <= MAX_TEXT_BYTES && texts.size < MAX_TEXTS;
      text =
        isSmall && maybeInEtc(header) && START_TEXTS.test(normalisePath(pathText(header))) ? [] : undefined;
    },
    push(chunk: Uint8Array): void {
      if (isReading) reader.push(chunk);
      text?.push(Buffer.from(chunk));
    },
    end(): void {
      const program = isReading ? reader.end() : undefined;
      if (program) programs.set(position, program);
      if (program) {
        characters += charactersOf(program);
        keep(PROGRAM + 2 * charactersOf(program));
      }
      if (text) {
        const content = Buffer.concat(text).toString('utf8');
        keep(2 * content.length);
        texts.set(position, content);
      }
      text = undefined;
      isReading = false;
    },
  };
}

/** Cheaper than the decoded path, which a layer of a million files would pay for a million times. */
function maybeInEtc({ path, block }: Header): boolean {
  const bytes = path ?? block;
  const start = bytes[0] === 0x2e && bytes[1] === 0x2f ? 2 : bytes[0] === 0x2f ? 1 : 0;
  return bytes[start] === 0x65 && bytes[start + 1] === 0x74 && bytes[start + 2] === 0x63;
}

function charactersOf(program: Program): number {
  if (program.kind === 'script') return program.line.length;
  const { interpreter, needed, runpath } = program.headers;
  return [interpreter ?? '', ...needed, ...runpath].reduce((sum, name) => sum + name.length, 100);
}
