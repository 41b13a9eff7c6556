import { readFile } from 'node:fs/promises';
import { readArchive, UnreadableError } from '../archive/read-archive.ts';
import { escapeControl } from '../common/escape.ts';
import { printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import { openConsumer } from '../consumers/consumer.ts';
import type { Reception } from '../consumers/reception.ts';
import type { ConsumerRecipe } from '../consumers/recipe.ts';

/** One archive of the caller's own, shown and not stored. */
export async function handOver(file: string, recipes: readonly ConsumerRecipe[]): Promise<number> {
  const archive = await readArchive(file, { contents: { paths: 'all', maxFileBytes: 0 } }).catch((error) => {
    throw error instanceof UnreadableError ? new UsageError(escapeControl(error.message)) : error;
  });
  if (archive.form !== 'tar')
    throw new UsageError(`${escapeControl(file)} is a folder; --archive takes a file, as consumers do.`);
  const bytes = await readFile(file);
  let isTakenByAll = true;
  for (const recipe of recipes) {
    const consumer = await openConsumer(recipe);
    try {
      const reception = await consumer.receive({ bytes, archive });
      isTakenByAll &&= reception.status === 'taken';
      printText(`${recipe.name.padEnd(28)} ${escapeControl(lineOf(reception))}\n`);
    } finally {
      await consumer.stop();
    }
  }
  return isTakenByAll ? 0 : 1;
}

function lineOf({ status, words, lost = [], root = [] }: Reception): string {
  const details = [...(words === undefined ? [] : [words]), ...lost.map((loss) => `lost: ${loss}`), ...root];
  return details.length === 0 ? status : `${status}: ${details.join('; ')}`;
}
