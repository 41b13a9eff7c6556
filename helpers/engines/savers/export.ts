import type { CommandResult } from '../answers.ts';
import { runTool } from '../command.ts';
import type { EngineHandle } from '../engine-model.ts';
import type { Exporter } from './savers.ts';

/** A build that leaves an archive, and nothing in the engine's store. */
export interface ExportRequest {
  readonly exporter: Exporter;
  /** Absolute path of the build context. */
  readonly folder: string;
  readonly tag: string;
  /** Absolute path of the archive. */
  readonly file: string;
  /**
   * Seconds since the epoch: the build is executed anew, and no time in the archive may be later.
   * https://github.com/moby/buildkit/blob/v0.32.2/docs/build-repro.md
   */
  readonly epoch?: number;
}

const TYPES: Readonly<Record<Exporter, string>> = { 'buildx-docker': 'docker', 'buildx-oci': 'oci' };

/** `docker buildx build --output type=…`. Never throws: an engine that refuses has an exit code and its words. */
export function exportBuild(
  handle: EngineHandle,
  { exporter, folder, tag, file, epoch }: ExportRequest,
): Promise<CommandResult> {
  const output = [`type=${TYPES[exporter]}`, `dest=${file}`, `name=${tag}`];
  const anew = ['--no-cache', '--build-arg', `SOURCE_DATE_EPOCH=${epoch}`];
  return runTool(handle, 'docker', [
    ...['buildx', 'build', '--quiet'],
    ...(epoch === undefined ? [] : anew),
    '--output',
    [...output, ...(epoch === undefined ? [] : ['rewrite-timestamp=true'])].join(','),
    folder,
  ]);
}
