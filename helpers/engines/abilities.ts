import { isInRange } from '../common/version-range.ts';
import {
  BUILDERS,
  type BuilderName,
  type EngineHandle,
  type Feature,
  SAVERS,
  type SaverName,
} from './engine-model.ts';
import type { InspectedEngine } from './inspect-engine.ts';

/** What a found engine can do, from what it says about itself; a recipe states the same as data. */
export function abilitiesOf({
  family,
  stack,
}: InspectedEngine): Pick<EngineHandle, 'features' | 'builders' | 'savers' | 'lacking'> {
  const docker = family === 'docker';
  const cli = stack.client !== undefined;
  const buildx = docker && stack.buildx !== undefined;
  const exporters = buildx && stack.store === 'containerd';
  const noDaemon =
    'Only for engines that the suite starts itself: the tool must share the storage of the engine.';
  const why: Readonly<Record<BuilderName | SaverName, string | undefined>> = {
    'classic-api': undefined,
    'buildkit-api': docker ? whyNoBuildkitApi(stack) : 'The API of podman has no BuildKit.',
    'docker-build': cli ? undefined : 'There is no docker command on this host.',
    buildx: buildx ? undefined : 'There is no docker command with buildx on this host.',
    testcontainers: undefined,
    'podman-build': noDaemon,
    buildah: noDaemon,
    'docker-save': cli ? undefined : 'There is no docker command on this host.',
    'api-save': undefined,
    'buildx-docker': exporters
      ? undefined
      : 'The buildx driver docker writes type=docker only with the containerd image store.',
    'buildx-oci': exporters
      ? undefined
      : 'The buildx driver docker writes type=oci only with the containerd image store.',
    'podman-docker-archive': noDaemon,
    'podman-oci-archive': noDaemon,
  };
  const features: readonly (readonly [Feature, boolean])[] = [
    ['docker-api', true],
    ['classic-builder', true],
    ['buildkit-api', why['buildkit-api'] === undefined],
    ['docker-cli', cli],
    ['buildx', buildx],
    ['buildx-exporters', exporters],
    ['multi-platform', exporters],
    ['rewrite-timestamp', exporters],
    ['other-owners', true],
    // https://github.com/moby/moby/pull/48295
    ['save-platform', exporters && isInRange(stack.version, '>=28') && isInRange(stack.client ?? '', '>=28')],
  ];
  return {
    features: features.filter(([, has]) => has).map(([name]) => name),
    builders: BUILDERS.filter((name) => why[name] === undefined),
    savers: SAVERS.filter((name) => why[name] === undefined),
    lacking: Object.fromEntries(
      Object.entries(why).flatMap(([name, reason]) => (reason === undefined ? [] : [[name, reason]])),
    ),
  };
}

/** https://github.com/moby/moby/issues/47717; Docker 28.5 takes it, 26.1 does not. */
function whyNoBuildkitApi({ version, store }: InspectedEngine['stack']): string | undefined {
  return store === 'containerd' && isInRange(version, '<28')
    ? 'With the containerd store BuildKit takes no context from the body of a request before Docker 28 (moby/moby#47717).'
    : undefined;
}
