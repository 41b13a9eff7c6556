import { measuredTable } from '../consumers/measured.ts';
import type { ReceptionTable } from '../consumers/receptions.ts';
import { LONE_SUBJECTS } from '../gate/lone-subject.ts';
import type { Advice } from '../gate/observations/define.ts';
import { PROCEDURE_OBSERVATIONS } from '../gate/observations/flow.ts';
import { OBSERVATIONS } from '../gate/observations/observations.ts';
import { ownCommand } from '../report/own-command.ts';
import { type Deviation, loadRegister } from '../requirements/deviations/apply.ts';

/** What an output names beside requirements, and what `explain` says of it. */
export interface Topic {
  readonly id: string;
  readonly kind: 'observation' | 'deviation' | 'consumer';
  readonly title: string;
  /** Former names, and names without the prefix of their kind. */
  readonly aliases: readonly string[];
  /** Name and sentence of each line. */
  readonly lines: readonly (readonly [name: string, text: string])[];
}

export async function allTopics(): Promise<readonly Topic[]> {
  const [register, table] = await Promise.all([loadRegister(), measuredTable()]);
  return [...observationTopics(), ...register.map(deviationTopic), ...consumerTopics(table)];
}

function observationTopics(): readonly Topic[] {
  return [
    ...OBSERVATIONS.map(({ id, title, advice }) => observationTopic(id, title, advice)),
    ...Object.entries(PROCEDURE_OBSERVATIONS).map(([id, advice]) =>
      observationTopic(id, advice.title, advice),
    ),
    ...Object.entries(LONE_SUBJECTS).map(([id, { title, consequence, advice }]) =>
      observationTopic(id, title, { means: consequence, do: advice }),
    ),
  ];
}

function observationTopic(id: string, title: string, { means, do: act, cases = [] }: Advice): Topic {
  const others = cases.flatMap((each) => [
    ['Or', each.means] as const,
    ...(each.do === act ? [] : [['Then', each.do] as const]),
  ]);
  return {
    id,
    kind: 'observation',
    title,
    aliases: id.startsWith('observation.') ? [id.replace('observation.', 'fact.')] : [],
    lines: [['Changed', means], ['Do', act], ...others],
  };
}

function deviationTopic({
  id,
  title,
  requirement,
  producer,
  observed,
  reason,
  link,
  reviewBy,
}: Deviation): Topic {
  const { name, versions, store, builders, savers } = producer;
  const narrowed = [store && `store ${store}`, ...(builders ?? []), ...(savers ?? [])].filter(Boolean);
  return {
    id,
    kind: 'deviation',
    title,
    aliases: [`deviation.${id}`],
    lines: [
      ['Breaks', `${requirement} (${ownCommand('explain', [requirement])})`],
      ['Where', [`${name} ${versions}`, ...narrowed].join(', ')],
      ['Seen as', observed.behaviour],
      ['Reason', reason],
      ['Link', link],
      ['Until', `${reviewBy}; after that day it is a failure again`],
    ],
  };
}

function consumerTopics({ consumers, archives }: ReceptionTable): readonly Topic[] {
  return consumers.map(({ name, title, version, measured }, column) => {
    const counts = new Map<string, number>();
    for (const { receptions } of archives) {
      const status = receptions[column]?.status;
      if (status !== undefined) counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return {
      id: `consumer.${name}`,
      kind: 'consumer' as const,
      title,
      aliases: [name],
      lines: [
        ['Version', version],
        [
          'Measured',
          `on ${measured}: ${[...counts].map(([status, number]) => `${number} ${status}`).join(', ')}`,
        ],
        ['Try', `check image.tar --for ${name} (by the table), --load ${name} (hands it over; Linux, root)`],
      ],
    };
  });
}
