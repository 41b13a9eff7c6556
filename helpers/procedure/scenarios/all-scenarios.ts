import type { SaverName } from '../../engines/engine-model.ts';
import { EXPORTERS, FLOW_SAVERS, STORE_SAVERS } from '../../engines/savers/savers.ts';
import { CONTEXT_MTIME } from '../../engines/tar-context.ts';
import type { Reference, Scenario, ScenarioName } from '../../requirements/matrix/scenario-model.ts';

const byTag = { by: 'tag' } as const;
const again = { by: 'tag', after: 'next-second' } as const;

/** Docker 25.0.0 wrote a random order; four layers come out right in five saves of eight, eight almost never. */
const TIMES = 10;

/** Younger than `a.txt` of the contexts, as old as `b.txt`, older than `c.txt`. */
const EPOCH = CONTEXT_MTIME + 2;

/** An exporter notes the time in the index unless a build states one, which the reproducible scenarios do. */
const fromStore = { savers: STORE_SAVERS } as const;

/** Two builds from nothing, a second apart, of which no time may tell. */
const reproducible = { savers: EXPORTERS, needs: 'rewrite-timestamp', epoch: EPOCH } as const;

const TWO_PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;

/** Every scenario as data. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  'layer-order': scenario('layer-order', ['eight-layers'], Array(TIMES).fill(byTag)),
  'save-twice': { ...scenario('save-twice', ['eight-layers'], [byTag, again]), ...fromStore },
  'save-twice-repeated-layer': {
    ...scenario('save-twice-repeated-layer', ['repeated-layer'], [byTag, again]),
    ...fromStore,
  },
  'save-selectors': scenario(
    'save-selectors',
    ['eight-layers'],
    (['tag', 'id', 'digest'] satisfies Reference[]).map((by) => ({ by })),
  ),
  'save-load-save': scenario('save-load-save', ['eight-layers'], [byTag, { by: 'tag', after: 'reload' }]),
  'no-layers': scenario('no-layers', ['no-layers'], [byTag]),
  'two-untagged-images': scenario('two-untagged-images', ['eight-layers', 'repeated-layer'], [{ by: 'id' }]),
  'same-size-same-time': scenario('same-size-same-time', ['same-size-same-time'], [byTag]),
  export: { ...scenario('export', ['eight-layers'], [byTag]), savers: EXPORTERS, evenIfRefused: true },
  reproducible: { ...scenario('reproducible', ['reproducible'], [byTag, again]), ...reproducible },
  'reproducible-folders': {
    ...scenario('reproducible-folders', ['reproducible-folders'], [byTag, again]),
    ...reproducible,
  },
  'epoch-alone': {
    ...scenario('epoch-alone', ['reproducible'], [byTag]),
    ...reproducible,
    keepsTimes: true,
  },
  // podman takes a repository for its tag latest.
  repository: {
    ...scenario('repository', ['two-names'], [{ by: 'repository' }]),
    ...{ savers: ['docker-save', 'api-save'], needs: 'docker-cli', otherTags: ['second'] },
  },
  'every-tag': {
    ...scenario('every-tag', ['two-names'], [{ by: 'every-tag' }, byTag]),
    ...{ savers: STORE_SAVERS, otherTags: ['second'] },
  },
  'load-without-name': {
    ...scenario('load-without-name', ['no-name'], [{ by: 'id' }, { by: 'id', after: 'reload' }]),
    // One on each engine: what is loaded has no name by which a second one could begin anew.
    ...{ savers: ['docker-save', 'podman-docker-archive'] },
  },
  'two-platforms': {
    ...scenario('two-platforms', ['two-platforms'], [byTag]),
    ...{ savers: ['buildx-oci'], needs: 'multi-platform', platforms: TWO_PLATFORMS },
  },
  'one-platform': {
    ...scenario('one-platform', ['two-platforms'], [{ by: 'tag', platform: 'linux/arm64' }]),
    ...{ savers: ['docker-save'], needs: 'save-platform', platforms: TWO_PLATFORMS, loads: ['linux/s390x'] },
  },
};

function scenario(name: ScenarioName, contexts: readonly string[], saves: Scenario['saves']): Scenario {
  return { name, contexts, saves };
}

/** Savers that play a scenario, in the order of the reports. */
export function saversOfScenario(name: ScenarioName): readonly SaverName[] {
  return SCENARIOS[name].savers ?? FLOW_SAVERS;
}
