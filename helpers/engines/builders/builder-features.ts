import table from '../../../fixtures/across/builder-features.json' with { type: 'json' };
import { isInRange } from '../../common/version-range.ts';
import type { BuilderName, EngineHandle } from '../engine-model.ts';
import { type Instruction, readInstructions } from './dockerfile.ts';

/** Who carries out a Dockerfile, whichever way it is asked: the classic builder, BuildKit, or buildah. */
export interface BuilderProduct {
  /** `docker`: the BuildKit inside of Docker Engine, which goes by the version of the engine. */
  readonly name: 'classic' | 'docker' | 'buildkit' | 'buildah';
  /** As people call it: `the classic builder of Docker Engine 26.1.5`. */
  readonly title: string;
  /** Absent where the engine does not say. */
  readonly version?: string;
}

/** What a Dockerfile may ask for and not every builder has: an entry of fixtures/across/builder-features.json. */
interface BuilderFeature {
  readonly name: string;
  readonly instructions: readonly string[];
  /** The option that asks for it. */
  readonly flag?: string;
  /** What the rest of the instruction holds where it is asked for. */
  readonly pattern?: string;
  /** Versions that have it, by name of the product; a product that is not named lacks it. */
  readonly builders: Readonly<Partial<Record<BuilderProduct['name'], string>>>;
  readonly because: string;
  readonly link: string;
}

const FEATURES: readonly BuilderFeature[] = table.features;

/** The builders that speak of one and the same engine are one product. */
export function productOf(
  { family, stack }: Pick<EngineHandle, 'family' | 'stack'>,
  builder: BuilderName,
): BuilderProduct {
  const { engine, version, driver, buildkit, buildah } = stack;
  if (family !== 'docker') {
    const title = buildah === undefined ? `the buildah inside of ${engine} ${version}` : `buildah ${buildah}`;
    return { name: 'buildah', title, ...(buildah !== undefined && { version: buildah }) };
  }
  if (!isBuildKit(stack, builder))
    return { name: 'classic', title: `the classic builder of ${engine} ${version}`, version };
  const isInside = builder === 'buildkit-api' || driver === undefined || driver === 'docker';
  return isInside
    ? { name: 'docker', title: `the BuildKit of ${engine} ${version}`, version }
    : {
        name: 'buildkit',
        title: `BuildKit ${buildkit ?? 'of an unknown version'}`,
        ...(buildkit !== undefined && { version: buildkit }),
      };
}

/** `docker build` is buildx since version 23 of the command, where that is installed. https://docs.docker.com/engine/release-notes/23.0/ */
function isBuildKit({ client = '', buildx }: EngineHandle['stack'], builder: BuilderName): boolean {
  if (builder === 'docker-build') return buildx !== undefined && isInRange(client, '>=23');
  return builder === 'buildx' || builder === 'buildkit-api';
}

/**
 * What a Dockerfile asks for that a builder is known to lack, in one sentence; `undefined` where it lacks nothing. A
 * builder of unknown version is not known to lack what some version of it has.
 */
export function whyNotBuilt(dockerfile: string, product: BuilderProduct): string | undefined {
  for (const instruction of readInstructions(dockerfile))
    for (const feature of FEATURES)
      if (asksFor(instruction, feature) && !hasFeature(product, feature))
        return `${feature.name} in line ${instruction.line} of the Dockerfile: ${feature.because}, so ${product.title} does not have it (${feature.link}).`;
  return undefined;
}

function asksFor({ name, rest, flags, hasHeredoc }: Instruction, feature: BuilderFeature): boolean {
  if (!feature.instructions.includes(name)) return false;
  if (feature.flag !== undefined) return flags.includes(feature.flag);
  return feature.pattern === undefined ? hasHeredoc : new RegExp(feature.pattern).test(rest);
}

function hasFeature({ name, version }: BuilderProduct, { builders }: BuilderFeature): boolean {
  const versions = builders[name];
  if (versions === undefined) return false;
  return version === undefined || isInRange(version, versions);
}
