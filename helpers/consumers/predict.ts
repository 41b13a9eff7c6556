import { effectsOf, type MeasuredEffect, type ReceptionEffect } from './describe-receptions.ts';
import type { MeasuredConsumer, ReceptionTable } from './receptions.ts';

/** What a consumer was measured to do with archives that break a requirement of this archive. */
export interface Reason {
  /** Id of the requirement. */
  readonly requirement: string;
  readonly effect: Exclude<ReceptionEffect, 'takes'>;
  /** True where it does so with every archive that breaks the requirement, false where with some. */
  readonly always: boolean;
  readonly words?: string;
}

export interface Prediction {
  readonly consumer: MeasuredConsumer;
  /** Empty where nothing is known against the archive. */
  readonly reasons: readonly Reason[];
}

/** What consumers will do with an archive that breaks these requirements, from the table alone. */
export function predictReceptions(
  table: ReceptionTable,
  broken: readonly string[],
  names: readonly string[],
): readonly Prediction[] {
  return table.consumers
    .filter(({ name }) => names.includes(name))
    .map((consumer) => ({
      consumer,
      reasons: broken.flatMap((requirement) => reasonOf(table, consumer, requirement) ?? []),
    }));
}

function reasonOf(
  table: ReceptionTable,
  consumer: MeasuredConsumer,
  requirement: string,
): Reason | undefined {
  const measured = table.archives
    .filter((archive) => archive.requirement === requirement)
    .flatMap(({ id }) => effectsOf(table, id).filter((each) => each.consumer.name === consumer.name));
  const harm = measured.filter(isHarm);
  const [first] = harm;
  if (!first) return undefined;
  const words = first.words ?? first.lost?.join(', ');
  const always = harm.length === measured.length;
  return { requirement, effect: first.effect, always, ...(words !== undefined && { words }) };
}

type Harm = MeasuredEffect & { readonly effect: Reason['effect'] };

function isHarm(measured: MeasuredEffect): measured is Harm {
  return measured.effect !== 'takes';
}
