import { MUTANTS } from './archive-mutants.ts';

/** One line of the kill table: a mutant, and which requirements noticed it. */
export interface Kill {
  readonly requirement: string;
  readonly mutant: string;
  readonly killers: readonly string[];
}

/** The kill table as text: mutants by requirements, with the other requirements that noticed a mutant. */
export function formatKillTable(kills: readonly Kill[]): string {
  const width = Math.max(...Object.keys(MUTANTS).map((id) => id.length));
  const lines = Object.keys(MUTANTS).flatMap((id) =>
    kills
      .filter(({ requirement }) => requirement === id)
      .map(({ mutant, killers }, index) => {
        const mark = killers.includes(id) ? 'killed' : 'LIVES ';
        const company = killers.filter((killer) => killer !== id);
        const others = company.length > 0 ? ` (also ${company.join(', ')})` : '';
        return `${(index === 0 ? id : '').padEnd(width)}  ${mark}  ${mutant}${others}`;
      }),
  );
  const killed = kills.filter(({ requirement, killers }) => killers.includes(requirement)).length;
  const requirements = Object.keys(MUTANTS).length;
  return [...lines, `${killed} of ${kills.length} mutants killed, ${requirements} requirements`].join('\n');
}
