import type { Reception } from './reception.ts';
import {
  compareReleases,
  type MeasuredArchive,
  type MeasuredConsumer,
  type ReceptionTable,
  seriesOf,
} from './receptions.ts';

/** What a defect does to a consumer, beside what the consumer does with the same archive without it. */
export const RECEPTION_EFFECTS = ['refuses', 'crashes', 'hangs', 'loses', 'takes'] as const;
export type ReceptionEffect = (typeof RECEPTION_EFFECTS)[number];

export interface MeasuredEffect {
  readonly consumer: MeasuredConsumer;
  readonly effect: ReceptionEffect;
  /** Of a refusal or crash. */
  readonly words?: string;
  /** What is lost that the control keeps. */
  readonly lost?: readonly string[];
}

/**
 * The effect of one archive on every consumer that takes its control; a consumer that refuses the control too (an OCI
 * layout given to Docker 26) says nothing about the defect. Empty for an archive that the table does not know.
 */
export function effectsOf(table: ReceptionTable, id: string): readonly MeasuredEffect[] {
  const archive = findArchive(table, id);
  if (!archive) return [];
  const control = archive.control === undefined ? undefined : findArchive(table, archive.control);
  return table.consumers.flatMap((consumer, position): readonly MeasuredEffect[] => {
    const reception = archive.receptions[position];
    const beside = control?.receptions[position];
    if (!reception || (control && (!beside || !isTaken(beside)))) return [];
    return [{ consumer, ...effectOf(reception, beside) }];
  });
}

/**
 * The same for all mutants of a requirement together: for each consumer the worst that one of them does. Mutants that
 * break other requirements too speak only where there are no others.
 */
export function effectsOfRequirement(table: ReceptionTable, requirement: string): readonly MeasuredEffect[] {
  const worst = new Map<string, MeasuredEffect>();
  const all = table.archives.filter((archive) => archive.requirement === requirement);
  const alone = all.filter(({ company = [] }) => company.length === 0);
  for (const archive of alone.length > 0 ? alone : all) {
    for (const effect of effectsOf(table, archive.id)) {
      const known = worst.get(effect.consumer.name);
      if (!known || RECEPTION_EFFECTS.indexOf(effect.effect) < RECEPTION_EFFECTS.indexOf(known.effect))
        worst.set(effect.consumer.name, effect);
    }
  }
  return table.consumers.flatMap(({ name }) => worst.get(name) ?? []);
}

function findArchive({ archives }: ReceptionTable, id: string): MeasuredArchive | undefined {
  return archives.find((archive) => archive.id === id);
}

function isTaken({ status }: Reception): boolean {
  return status === 'taken' || status === 'lossy';
}

function effectOf(reception: Reception, beside: Reception | undefined): Omit<MeasuredEffect, 'consumer'> {
  const { status, words } = reception;
  const said = words === undefined ? {} : { words };
  if (status === 'refused') return { effect: 'refuses', ...said };
  if (status === 'crashed') return { effect: 'crashes', ...said };
  if (status === 'hung') return { effect: 'hangs', ...said };
  const known = new Set(beside ? lossesOf(beside) : []);
  const lost = lossesOf(reception).filter((loss) => !known.has(loss));
  return lost.length === 0 ? { effect: 'takes' } : { effect: 'loses', lost };
}

/** A root file system that differs is one loss, whatever differs. */
function lossesOf({ lost = [], root = [] }: Reception): readonly string[] {
  return root.length === 0 ? lost : [...lost, 'files'];
}

/** `Docker 20.10 to 28.5 and podman 5.8 refuse it; containerd 2.1 loads it`; undefined where nothing was measured. */
export function describeEffects(effects: readonly MeasuredEffect[]): string | undefined {
  const clauses = RECEPTION_EFFECTS.flatMap((effect) => {
    const groups = rangesOf(effects, effect);
    return groups.length === 0 ? [] : [`${joinAnd(groups)} ${verbOf(effect, groups, effects)}`];
  });
  return clauses.length === 0 ? undefined : clauses.join('; ');
}

const VERBS: Readonly<Record<ReceptionEffect, readonly [singular: string, plural: string]>> = {
  refuses: ['refuses it', 'refuse it'],
  crashes: ['crashes', 'crash'],
  hangs: ['does not come to an end', 'do not come to an end'],
  loses: ['loads another image out of it', 'load another image out of it'],
  takes: ['loads it', 'load it'],
};

function verbOf(
  effect: ReceptionEffect,
  groups: readonly string[],
  effects: readonly MeasuredEffect[],
): string {
  const isPlural = groups.length > 1 || effects.filter((each) => each.effect === effect).length > 1;
  return VERBS[effect][isPlural ? 1 : 0];
}

/** One text for each run of neighbouring versions of a series that do the same. */
function rangesOf(effects: readonly MeasuredEffect[], wanted: ReceptionEffect): readonly string[] {
  const series = new Map<string, MeasuredEffect[]>();
  for (const each of effects) {
    const name = seriesOf(each.consumer);
    series.set(name, [...(series.get(name) ?? []), each]);
  }
  return [...series.values()].flatMap((members) => {
    const sorted = [...members].sort((a, b) => compareReleases(a.consumer.version, b.consumer.version));
    const runs: MeasuredConsumer[][] = [];
    for (const [position, { effect, consumer }] of sorted.entries()) {
      if (effect !== wanted) continue;
      if (position > 0 && sorted[position - 1]?.effect === wanted) runs.at(-1)?.push(consumer);
      else runs.push([consumer]);
    }
    return runs.map((run) =>
      rangeText(
        run,
        sorted.map(({ consumer }) => consumer),
      ),
    );
  });
}

function rangeText(run: readonly MeasuredConsumer[], all: readonly MeasuredConsumer[]): string {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last) return '';
  const [from, to] = [shortVersion(first, all, run), shortVersion(last, all, run)];
  const versions = from === to ? from : `${from} to ${to}`;
  return `${first.product} ${versions}${first.variant === undefined ? '' : ` (${first.variant})`}`;
}

/** Major and minor, unless another member of the series that does something else has the same. */
function shortVersion(
  { version }: MeasuredConsumer,
  all: readonly MeasuredConsumer[],
  run: readonly MeasuredConsumer[],
): string {
  const short = minorOf(version);
  const others = all.filter((other) => !run.includes(other));
  return others.some((other) => minorOf(other.version) === short) ? version : short;
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function joinAnd(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
