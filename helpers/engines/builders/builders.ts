import type { BuilderName } from '../engine-model.ts';
import type { Builder } from './builder.ts';

/** Every builder of the suite, loaded only when asked for: testcontainers takes half a second to import. */
const BUILDER_MODULES: Readonly<Record<BuilderName, () => Promise<Builder>>> = {
  'classic-api': async () => (await import('./api.ts')).buildWithClassicApi,
  'buildkit-api': async () => (await import('./api.ts')).buildWithBuildkitApi,
  'docker-build': async () => (await import('./command-line.ts')).buildWithDockerBuild,
  buildx: async () => (await import('./command-line.ts')).buildWithBuildx,
  testcontainers: async () => (await import('./testcontainers.ts')).buildWithTestcontainers,
  'podman-build': async () => (await import('./command-line.ts')).buildWithPodman,
  buildah: async () => (await import('./command-line.ts')).buildWithBuildah,
};

export function loadBuilder(name: BuilderName): Promise<Builder> {
  return BUILDER_MODULES[name]();
}
