import { once } from '../common/once.ts';
import type { BuilderName } from '../engines/engine-model.ts';
import { BuildRefusedError, FlowError } from '../engines/step-error.ts';
import type { BuildEvidence, ContextEvidence } from '../requirements/procedure/evidence.ts';
import { type Gathered, unlessLacking } from './gathered.ts';

type Build = (builder: BuilderName) => Promise<Gathered<BuildEvidence>>;

interface BuildsOfContext {
  readonly build: Build;
  readonly context: (builder: BuilderName) => Promise<Gathered<ContextEvidence>>;
}

/**
 * Tells a builder that refuses a given context from a context that nobody builds. Where another builder builds it, a
 * refusal is evidence, and what would follow from the build is not there. Where none does, nothing can be judged: a base
 * that is not at hand, a mistake in the Dockerfile. `whyLacking` says what the Dockerfile asks for and a builder lacks.
 */
export function weighRefusals(
  builders: readonly BuilderName[],
  build: Build,
  whyLacking: (builder: BuilderName) => Promise<string | undefined>,
): BuildsOfContext {
  const all = once(() =>
    Promise.all(builders.map(async (name) => ({ name, ...(await settle(build(name))) }))),
  );
  const builtBy = async () => (await all()).filter(({ built }) => built).map(({ name }) => name);
  /** The same sentence for every builder, so that one cause is reported once. */
  const nobodyBuilds = async () => {
    const [first] = (await all()).flatMap(({ refusal }) => refusal ?? []);
    return new FlowError('build', `no builder builds this context: ${first ?? ''}${hintOf(first ?? '')}`);
  };
  const refusalOf = async (builder: BuilderName): Promise<string | null> => {
    try {
      await build(builder);
      return null;
    } catch (error) {
      if (!(error instanceof BuildRefusedError)) throw error;
      if ((await builtBy()).length === 0) throw await nobodyBuilds();
      return error.said;
    }
  };
  return {
    async build(builder) {
      const refusal = await refusalOf(builder);
      if (refusal === null) return build(builder);
      return { unsupported: `It does not build the context: ${(await whyLacking(builder)) ?? refusal}` };
    },
    async context(builder) {
      const gathered = await build(builder).catch(() => undefined);
      const unsupported = gathered && 'unsupported' in gathered ? gathered.unsupported : undefined;
      return unlessLacking(unsupported, async () => {
        const refusal = await refusalOf(builder);
        const lacks = refusal === null ? null : ((await whyLacking(builder)) ?? null);
        return { builder, refusal, lacks, builtBy: await builtBy() };
      });
    },
  };
}

async function settle(build: ReturnType<Build>): Promise<{ built: boolean; refusal?: string }> {
  try {
    return { built: 'evidence' in (await build) };
  } catch (error) {
    return { built: false, ...(error instanceof BuildRefusedError && { refusal: error.said }) };
  }
}

/** How builders say that they look for a base elsewhere. */
const NO_BASE =
  /pull access|failed to resolve|manifest unknown|no such host|dial tcp|lookup .* on |name resolution|registry-1|short-name|initializing source/i;

function hintOf(said: string): string {
  if (!NO_BASE.test(said)) return '';
  return ' (the base is not at hand: load it into an engine of your own first, or build FROM scratch)';
}
