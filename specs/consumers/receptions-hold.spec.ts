import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArchiveBytes } from '../../helpers/archive/read-archive.ts';
import { openConsumer } from '../../helpers/consumers/consumer.ts';
import { parseTable, RECEPTIONS_FILE } from '../../helpers/consumers/receptions.ts';
import { CONSUMER_FOLDER, loadConsumer } from '../../helpers/consumers/recipe.ts';
import { compareColumn } from '../../helpers/proof/receptions/compare.ts';
import { describeSubject, measureConsumer } from '../../helpers/proof/receptions/measure.ts';
import { listSubjects, type ReceptionSubject } from '../../helpers/proof/receptions/subjects.ts';
// Skips every test, with the reason, where no consumer can be started.
import '../faults/engines/needs.ts';

/** One that reads manifest.json, one that unpacks layers, and the engine that a run starts by default. */
const CONSUMERS = ['skopeo-1.18-docker-archive', 'umoci-0.4.7', 'docker-26'] as const;
/** Of the other kinds every so many-th is handed over; the whole table is `npm run consumers -- --check`. */
const STEP = 16;

const table = parseTable(await readFile(join(CONSUMER_FOLDER, RECEPTIONS_FILE), 'utf8'));
const sample = await sampleOf(await listSubjects());

/** Every correct archive and some of each kind, out of those that are as they were when the table was measured. */
async function sampleOf(subjects: readonly ReceptionSubject[]): Promise<readonly ReceptionSubject[]> {
  const digests = new Map(table.archives.map(({ id, digest }) => [id, digest]));
  const rows = await Promise.all(subjects.map(describeSubject));
  const measured = subjects.filter((_, position) => {
    const row = rows[position];
    return row !== undefined && row.digest === digests.get(row.id);
  });
  return measured.filter(({ kind }, position) => kind === 'golden' || position % STEP === 0);
}

test('the sample holds archives that are taken and archives that are refused', () => {
  expect(sample.length).toBeGreaterThan(20);
  for (const name of CONSUMERS) {
    const position = table.consumers.findIndex((consumer) => consumer.name === name);
    const ids = new Set(sample.map(({ id }) => id));
    const receptions = table.archives
      .filter(({ id }) => ids.has(id))
      .map((archive) => archive.receptions[position]?.status);
    expect(receptions).toContain('taken');
    expect(receptions).toContain('refused');
  }
});

test.for(CONSUMERS)('%s still does with each archive what the table says', async (name) => {
  const column = await measureConsumer(await loadConsumer(name), sample, { day: '2026-01-01' });
  expect(column.receptions.size).toBe(sample.length);
  const rows = await Promise.all(sample.map(describeSubject));
  expect(compareColumn(table, rows, column)).toEqual([]);
});

test('a damaged layer is never taken out of the archive before', async () => {
  const subjects = new Map((await listSubjects()).map((subject) => [subject.id, subject]));
  const sound = subjects.get('golden/hybrid');
  const damaged = subjects.get('mutant/layout.blob-digest/a-byte-of-a-layer-was-changed-after-the-save');
  if (!sound || !damaged) throw new Error('The archives of this test are no longer there.');
  const consumer = await openConsumer(await loadConsumer('docker-26'));
  try {
    const statuses: string[] = [];
    for (const subject of [sound, damaged, sound]) {
      const bytes = await subject.bytes();
      const reception = await consumer.receive({ bytes, archive: await readArchiveBytes(bytes) });
      statuses.push(reception.status);
    }
    expect(statuses).toEqual(['taken', 'refused', 'taken']);
  } finally {
    await consumer.stop();
  }
});
