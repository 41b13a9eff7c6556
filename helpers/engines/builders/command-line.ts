import { runTool } from '../command.ts';
import type { ToolName } from '../engine-model.ts';
import { type Builder, requireSuccess } from './builder.ts';
import { countCachedSteps } from './cached-steps.ts';

/** A builder of the engine's own command line. The context folder stands under the same path for the tool. */
function commandLineBuilder(name: string, tool: ToolName, words: readonly string[]): Builder {
  return async ({ handle, context, tag, useCache, epoch, platforms }) => {
    const dated = epoch === undefined ? [] : ['--build-arg', `SOURCE_DATE_EPOCH=${epoch}`];
    const platform = platforms === undefined ? [] : ['--platform', platforms.join(',')];
    const args = [
      ...words,
      ...(useCache ? [] : ['--no-cache']),
      ...dated,
      ...platform,
      '-t',
      tag,
      context.folder,
    ];
    const environment = {
      BUILDKIT_PROGRESS: 'plain',
      ...(epoch !== undefined && { SOURCE_DATE_EPOCH: String(epoch) }),
    };
    const result = await runTool(handle, tool, args, { environment });
    requireSuccess(name, result);
    return { command: result.command, cachedSteps: countCachedSteps(`${result.stdout}\n${result.stderr}`) };
  };
}

export const buildWithDockerBuild = commandLineBuilder('docker build', 'docker', ['build']);
export const buildWithBuildx = commandLineBuilder('docker buildx build', 'docker', [
  'buildx',
  'build',
  '--load',
]);
export const buildWithPodman = commandLineBuilder('podman build', 'podman', ['build']);
export const buildWithBuildah = commandLineBuilder('buildah build', 'buildah', ['build', '--layers']);
