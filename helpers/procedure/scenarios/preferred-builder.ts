import { BUILDERS, type BuilderName, type EngineHandle } from '../../engines/engine-model.ts';

/** The builder that most people use comes first. */
const PREFERRED: readonly BuilderName[] = ['docker-build', 'podman-build', 'buildah', ...BUILDERS];

/** Whose images are looked at where the builder does not matter; `undefined` where an engine builds nothing. */
export function preferredBuilder({ builders }: Pick<EngineHandle, 'builders'>): BuilderName | undefined {
  return PREFERRED.find((name) => builders.includes(name));
}
