import { digestOf } from '../../archive/digest.ts';
import { readArchiveBytes } from '../../archive/read-archive.ts';
import { openConsumer } from '../../consumers/consumer.ts';
import type { Reception } from '../../consumers/reception.ts';
import type {
  MeasuredArchive,
  MeasuredConsumer,
  ReceptionColumn,
  ReceptionTable,
} from '../../consumers/receptions.ts';
import type { ConsumerRecipe } from '../../consumers/recipe.ts';
import type { ReceptionSubject } from './subjects.ts';

/** Contents are told by their digests. */
const READ_DIGESTS = { contents: { paths: 'all', maxFileBytes: 0 } } as const;

interface MeasureOptions {
  /** Day to note, `2026-11-25`. */
  readonly day: string;
  readonly onProgress?: (line: string) => void;
}

/**
 * Hands every subject to one consumer, each in a clean state. Tools that start anew for each archive run twice side by
 * side: most of their time is not computing.
 */
export async function measureConsumer(
  recipe: ConsumerRecipe,
  subjects: readonly ReceptionSubject[],
  { day, onProgress }: MeasureOptions,
): Promise<ReceptionColumn> {
  const started = performance.now();
  const receptions = new Map<string, Reception>();
  const pending = [...subjects];
  const lanes = recipe.method.type === 'containers-storage' ? 2 : 1;
  const packages = await Promise.all(
    Array.from({ length: Math.min(lanes, subjects.length) }, () =>
      measureLane(recipe, pending, receptions, onProgress),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  onProgress?.(`${recipe.name}: ${subjects.length} archives in ${seconds.toFixed(1)} s`);
  return { consumer: measuredConsumer(recipe, packages[0] ?? {}, day), receptions };
}

/** Takes subjects until none is left; gives the packages of the consumer. */
async function measureLane(
  recipe: ConsumerRecipe,
  pending: ReceptionSubject[],
  receptions: Map<string, Reception>,
  onProgress: MeasureOptions['onProgress'],
): Promise<Readonly<Record<string, string>>> {
  const consumer = await openConsumer(recipe, onProgress);
  try {
    for (let subject = pending.shift(); subject; subject = pending.shift()) {
      const bytes = await subject.bytes();
      const archive = await readArchiveBytes(bytes, READ_DIGESTS);
      receptions.set(subject.id, await consumer.receive({ bytes, archive, run: subject.run }));
    }
    return consumer.packages;
  } finally {
    await consumer.stop();
  }
}

function measuredConsumer(
  { name, title, product, variant, version }: ConsumerRecipe,
  packages: Readonly<Record<string, string>>,
  measured: string,
): MeasuredConsumer {
  return { name, title, product, ...(variant === undefined ? {} : { variant }), version, packages, measured };
}

/** A row of the table without its receptions. */
export type MeasuredRow = Omit<MeasuredArchive, 'receptions'>;

/** Subjects whose stored reception is missing, or was measured with other bytes. */
export function changedSubjects(
  { consumers, archives }: ReceptionTable,
  rows: readonly MeasuredRow[],
  subjects: readonly ReceptionSubject[],
  consumer: string,
): readonly ReceptionSubject[] {
  const position = consumers.findIndex(({ name }) => name === consumer);
  const stored = new Map(archives.map((archive) => [archive.id, archive]));
  const digests = new Map(rows.map(({ id, digest }) => [id, digest]));
  return subjects.filter(({ id }) => {
    const before = stored.get(id);
    return before?.digest !== digests.get(id) || before?.receptions[position] === undefined;
  });
}

export async function describeSubject(subject: ReceptionSubject): Promise<MeasuredRow> {
  const { id, title, control, requirement, company } = subject;
  return {
    id,
    title,
    digest: digestOf(await subject.bytes()),
    ...(control === undefined ? {} : { control }),
    ...(requirement === undefined ? {} : { requirement }),
    ...(company === undefined ? {} : { company }),
  };
}
