import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { Header } from 'tar';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUNDLER = `${ROOT}helpers/cli/run.js`;
const BUNDLE = `${ROOT}.build/cli.js`;

export interface CliResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the root of the project. */
  readonly cwd?: string;
}

/** Builds the bundle from source, as `npm run check` does. Once for each file of specs. */
export async function buildCli(): Promise<void> {
  await execa('node', [BUNDLER, '--build-only']);
}

/** Runs the real bundle as a user would, from the root of the project. */
export async function cli(
  args: readonly string[],
  { input, env = {}, cwd = ROOT }: CliOptions = {},
): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await execa('node', [BUNDLE, ...args], {
    cwd,
    env,
    reject: false,
    stripFinalNewline: false,
    timeout: 30_000,
    ...(input && { input }),
  });
  return { code: exitCode, stdout, stderr };
}

export function recordedArchive(path: string): string {
  return `fixtures/archives/${path}`;
}

/** A tar of regular files, for archives that no tool would write. */
export function tarOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    new Header({
      path,
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: bytes.length,
      mtime: new Date(0),
      type: 'File',
    }).encode(header);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
