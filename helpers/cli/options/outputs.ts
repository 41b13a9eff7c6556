import { resolve } from 'node:path';
import { outputTarget } from '../../common/output-target.ts';
import { UsageError } from '../../common/usage.ts';
import { makeOutputFolder, writeOutputFiles } from '../../common/write-output.ts';

/** Renders one format of what was found. */
export type Renderers = Readonly<Record<string, () => Promise<string> | string>>;

interface NamedOutput {
  readonly format: string;
  readonly path: string;
}

/**
 * The files that `--junit FILE` and its like ask for. Refuses what cannot be written, before any work is done. They may lie in
 * the folder of the report, which is made then.
 */
export async function namedOutputs(
  values: Readonly<Record<string, unknown>>,
  formats: readonly string[],
  inputs: readonly string[],
  folder?: string,
): Promise<readonly NamedOutput[]> {
  const outputs = formats.flatMap((format) => {
    const path = values[format];
    return typeof path === 'string' ? [{ format, path }] : [];
  });
  if (outputs.length > 0 && folder !== undefined) await makeOutputFolder(folder);
  const seen = new Map<string, string>();
  for (const { format, path } of outputs) {
    const target = await outputTarget(path, inputs);
    const key = target.kind === 'file' ? resolve(target.path) : undefined;
    const other = key && seen.get(key);
    if (other !== undefined && other !== '')
      throw new UsageError(`--${other} and --${format} name one file, ${path}; name two.`);
    if (key !== undefined) seen.set(key, format);
  }
  return outputs;
}

/** Writes all of them, or none. */
export async function writeNamedOutputs(
  outputs: readonly NamedOutput[],
  renderers: Renderers,
  inputs: readonly string[],
): Promise<void> {
  const files = await Promise.all(
    outputs.map(async ({ format, path }) => ({ path, text: (await renderers[format]?.()) ?? '' })),
  );
  if (files.length > 0) await writeOutputFiles(files, inputs);
}
