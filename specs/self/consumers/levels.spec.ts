import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  effectsOf,
  effectsOfRequirement,
  type ReceptionEffect,
} from '../../../helpers/consumers/describe-receptions.ts';
import { parseTable, RECEPTIONS_FILE } from '../../../helpers/consumers/receptions.ts';
import { CONSUMER_FOLDER } from '../../../helpers/consumers/recipe.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';

const table = parseTable(readFileSync(join(CONSUMER_FOLDER, RECEPTIONS_FILE), 'utf8'));
const HARM: readonly ReceptionEffect[] = ['refuses', 'crashes', 'hangs', 'loses'];

/** Budgets of the reader: what lies beyond them is not judged, whatever a consumer does with it. */
const isBudget = (id: string) => id.startsWith('limit.') || id === 'index.acyclic';

/** A public case that shows the harm, where no mutant of the requirement was handed to a consumer that minds. */
const CASES: Readonly<Record<string, string>> = {
  'archive.loadable-form': 'case/skopeo-dir-packed',
  'archive.member-types': 'case/blob-is-hard-link-member',
};

const consumers = ARCHIVE_REQUIREMENTS.filter(({ id, level }) => level === 'consumer' && !isBudget(id));

test('there are requirements that only consumers back', () => {
  expect(consumers.length).toBeGreaterThan(30);
});

test.each(consumers.map(({ id }) => id))('%s is backed by a consumer that refuses or loses', (id) => {
  const row = CASES[id];
  const effects = [...effectsOfRequirement(table, id), ...(row === undefined ? [] : effectsOf(table, row))];
  expect(effects.filter(({ effect }) => HARM.includes(effect)).length).toBeGreaterThan(0);
});
