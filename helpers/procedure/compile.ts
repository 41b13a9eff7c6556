import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readElf } from '../archive/elf.ts';
import { projectFolder } from '../common/project-files.ts';
import type { CommandResult } from '../engines/answers.ts';
import { ensureFolder } from '../engines/build-context.ts';
import { runCommand } from '../engines/command.ts';
import { compileInContainer } from '../engines/compiler.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { FlowError, oneLine } from '../engines/step-error.ts';
import type { CompileEvidence } from '../requirements/procedure/evidence.ts';

/** `gcc -o hello -static main.c`; the variable CC replaces gcc and may hold arguments. */
export function compileCommand(compiler = process.env['CC'] || 'gcc'): readonly string[] {
  return [...compiler.split(/\s+/).filter((word) => word !== ''), '-o', 'hello', '-static', 'main.c'];
}

export interface Compiled {
  readonly command: CompileEvidence['command'];
  /** Absolute path of the program. */
  readonly program: string;
}

/** Compiles the documented program into a folder of its own. Throws `FlowError` when there is no program at the end. */
export async function compile(folder: string, words = compileCommand()): Promise<Compiled> {
  return compileWith(folder, async () => {
    const command = await runCommand(words, { cwd: folder });
    return { command, explain: () => explainCompiler(words, command.exitCode, command.stderr) };
  });
}

/** The same by the compiler that was chosen for this engine. */
export async function compileFor(handle: EngineHandle, folder: string): Promise<Compiled> {
  const { compiler } = handle;
  if (compiler === undefined) return compile(folder);
  if (compiler.problem !== undefined) throw new FlowError('compile', `${compiler.problem}.`);
  return compileWith(folder, async () => {
    const command = await compileInContainer(handle, compiler, compileCommand('gcc'), folder);
    return { command, explain: () => explainImage(compiler.reference, command) };
  });
}

interface Attempt {
  readonly command: CommandResult;
  /** One sentence on why there is no program. */
  explain(): string;
}

async function compileWith(folder: string, work: () => Promise<Attempt>): Promise<Compiled> {
  try {
    await ensureFolder(folder);
    await copyFile(join(projectFolder('c'), 'main.c'), join(folder, 'main.c'));
  } catch (error) {
    throw new FlowError('compile', `cannot prepare the folder of the program: ${(error as Error).message}`);
  }
  const { command, explain } = await work();
  if (command.exitCode !== 0) throw new FlowError('compile', explain());
  return { command, program: join(folder, 'hello') };
}

/** One sentence on why there is no program, and what to do. */
function explainCompiler([compiler = '']: readonly string[], exitCode: number, stderr: string): string {
  if (exitCode === 127) {
    return `there is no C compiler called ${compiler}; install gcc and libc6-dev, or set CC.`;
  }
  if (exitCode === 124) return `${compiler} did not end in time.`;
  if (/cannot find -lc\b|unable to find library -lc\b|cannot find -l:?libc/.test(stderr)) {
    return `${compiler} finds no static C library; install libc6-dev (Debian), glibc-static (Fedora) or musl-dev.`;
  }
  if (/No space left on device/.test(stderr))
    return `${compiler} cannot write the program: the disk is full.`;
  const line = stderr.split('\n').find((text) => /error/i.test(text)) ?? stderr;
  return `${compiler} failed with exit code ${exitCode}: ${oneLine(line)}`;
}

function explainImage(reference: string, { exitCode, stderr }: CommandResult): string {
  const place = `a container of the image ${reference}`;
  if (exitCode === 127) return `${place} has no gcc; name an image with one: SCRATCH_COMPILER=image:NAME.`;
  if (exitCode === 125) return `${place} cannot be used: ${oneLine(stderr)}`;
  return `in ${place} ${explainCompiler(['gcc'], exitCode, stderr)}`;
}

/** The evidence of the step: the command, and what the program's headers say. */
export async function gatherCompile(compiled: Compiled, platform: string): Promise<CompileEvidence> {
  return { command: compiled.command, platform, binary: readElf(await readFile(compiled.program)) };
}
