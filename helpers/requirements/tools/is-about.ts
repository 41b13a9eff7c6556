import { isInRange } from '../../common/version-range.ts';
import type { Chain, PassageFilter } from './passage.ts';

/** What is known of one passage before it begins. */
interface PassagePlan {
  readonly version: string;
  readonly chain: Pick<Chain, 'name' | 'reads' | 'writes'>;
  readonly input: { readonly name: string; readonly kind: string };
}

/** Whether a statement of a recipe is about a passage. */
export function isAbout(filter: PassageFilter, { version, chain, input }: PassagePlan): boolean {
  const { chains, reads, writes, inputs, versions = '*' } = filter;
  return (
    (chains?.includes(chain.name) ?? true) &&
    (reads?.includes(chain.reads) ?? true) &&
    (writes?.includes(chain.writes) ?? true) &&
    (inputs === undefined || isNamed(inputs, input)) &&
    isInRange(version, versions)
  );
}

/** Inputs are listed by their kind or by their name; somebody's own may be any of them. */
export function isNamed(inputs: readonly string[], { name, kind }: PassagePlan['input']): boolean {
  return kind === 'own' || inputs.includes(kind) || inputs.includes(name);
}
