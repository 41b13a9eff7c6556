import type { Reference, Scenario, ScenarioName } from './model.ts';

const byTag = { by: 'tag' } as const;
const again = { by: 'tag', after: 'next-second' } as const;

/** Docker 25.0.0 wrote a random order; four layers come out right in five saves of eight, eight almost never. */
const TIMES = 10;

/** Every scenario as data. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  'layer-order': scenario('layer-order', ['eight-layers'], Array(TIMES).fill(byTag)),
  'save-twice': scenario('save-twice', ['eight-layers'], [byTag, again]),
  'save-twice-repeated-layer': scenario('save-twice-repeated-layer', ['repeated-layer'], [byTag, again]),
  'save-selectors': scenario(
    'save-selectors',
    ['eight-layers'],
    (['tag', 'id', 'digest'] satisfies Reference[]).map((by) => ({ by })),
  ),
  'save-load-save': scenario('save-load-save', ['eight-layers'], [byTag, { by: 'tag', after: 'reload' }]),
  'no-layers': scenario('no-layers', ['no-layers'], [byTag]),
  'two-untagged-images': scenario('two-untagged-images', ['eight-layers', 'repeated-layer'], [{ by: 'id' }]),
  'same-size-same-time': scenario('same-size-same-time', ['same-size-same-time'], [byTag]),
};

function scenario(name: ScenarioName, contexts: readonly string[], saves: Scenario['saves']): Scenario {
  return { name, contexts, saves };
}
