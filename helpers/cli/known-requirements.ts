import type { Requirement } from '../requirements/define.ts';

/** What can be told about a requirement without judging anything. */
export type KnownRequirement = Pick<
  Requirement<never>,
  'id' | 'title' | 'level' | 'subject' | 'source' | 'aliases' | 'consequence'
>;

/** What `check` can judge: the requirements on archives, then the requirements of an expectation. */
export async function checkRequirements(): Promise<readonly KnownRequirement[]> {
  const [{ ARCHIVE_REQUIREMENTS }, { EXPECTATION_REQUIREMENTS }] = await Promise.all([
    import('../requirements/archive/archive-requirements.ts'),
    import('../requirements/expectation/requirements.ts'),
  ]);
  return [...ARCHIVE_REQUIREMENTS, ...EXPECTATION_REQUIREMENTS];
}

/** Every requirement of the suite: those of the documented flow and of a matrix too. */
export async function allRequirements(): Promise<readonly KnownRequirement[]> {
  const {
    PASSAGE_REQUIREMENTS,
    PROCEDURE_REQUIREMENTS,
    SCENARIO_REQUIREMENTS,
    TOGETHER_REQUIREMENTS,
    WIDE_REQUIREMENTS,
  } = await import('../runner/steps.ts');
  return [
    ...(await checkRequirements()),
    ...Object.values(PROCEDURE_REQUIREMENTS).flat(),
    ...SCENARIO_REQUIREMENTS,
    ...TOGETHER_REQUIREMENTS,
    ...WIDE_REQUIREMENTS,
    ...PASSAGE_REQUIREMENTS,
  ];
}

/** Those of that id, or else all that have it as an alias; in any case of letters. */
export function findRequirements(
  requirements: readonly KnownRequirement[],
  name: string,
): readonly KnownRequirement[] {
  const wanted = name.toLowerCase();
  const exact = requirements.filter(({ id }) => id === wanted);
  if (exact.length > 0) return exact;
  return requirements.filter(({ aliases = [] }) => aliases.some((alias) => alias.toLowerCase() === wanted));
}

/** One line for each: id, level, title. */
export function renderList(
  requirements: readonly { readonly id: string; readonly level: string; readonly title: string }[],
): string {
  const width = Math.max(0, ...requirements.map(({ id }) => id.length));
  return requirements
    .map(({ id, level, title }) => `${id.padEnd(width)}  ${level.padEnd(11)}  ${title}\n`)
    .join('');
}
