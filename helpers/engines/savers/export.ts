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
  readonly times?: BuildTimes;
  /** Default: that of the engine. */
  readonly platforms?: readonly string[];
}

/** What times a build writes. https://github.com/moby/buildkit/blob/v0.32.2/docs/build-repro.md */
export interface BuildTimes {
  /** Seconds since 1970, given as SOURCE_DATE_EPOCH: the build is executed anew. */
  readonly epoch: number;
  /** Whether times of files that are later are set to it too (rewrite-timestamp). */
  readonly rewritten: boolean;
}

const TYPES: Readonly<Record<Exporter, string>> = { 'buildx-docker': 'docker', 'buildx-oci': 'oci' };

/** `docker buildx build --output type=…`. Never throws: an engine that refuses has an exit code and its words. */
export function exportBuild(
  handle: EngineHandle,
  { exporter, folder, tag, file, times, platforms }: ExportRequest,
): Promise<CommandResult> {
  const output = [`type=${TYPES[exporter]}`, `dest=${file}`, `name=${tag}`];
  return runTool(handle, 'docker', [
    ...['buildx', 'build', '--quiet'],
    ...(times === undefined ? [] : ['--no-cache', '--build-arg', `SOURCE_DATE_EPOCH=${times.epoch}`]),
    ...(platforms === undefined ? [] : ['--platform', platforms.join(',')]),
    '--output',
    [...output, ...(times?.rewritten ? ['rewrite-timestamp=true'] : [])].join(','),
    folder,
  ]);
}
