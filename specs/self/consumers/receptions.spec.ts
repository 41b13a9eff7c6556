import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import {
  describeEffects,
  effectsOf,
  effectsOfRequirement,
} from '../../../helpers/consumers/describe-receptions.ts';
import type { Reception } from '../../../helpers/consumers/reception.ts';
import {
  formatTable,
  type MeasuredConsumer,
  parseTable,
  RECEPTIONS_FILE,
  type ReceptionTable,
  updateTable,
} from '../../../helpers/consumers/receptions.ts';
import { CONSUMER_FOLDER, listConsumers } from '../../../helpers/consumers/recipe.ts';
import { compareColumn } from '../../../helpers/proof/receptions/compare.ts';
import { renderReceptions } from '../../../helpers/proof/receptions/page.ts';
import { listSubjects } from '../../../helpers/proof/receptions/subjects.ts';

const TAKEN: Reception = { status: 'taken' };
const REFUSED: Reception = { status: 'refused', words: 'max depth exceeded' };
const LOSSY: Reception = { status: 'lossy', lost: ['names'] };

function consumer(product: string, version: string, variant?: string): MeasuredConsumer {
  const name = `${product}-${version}${variant ?? ''}`;
  return {
    name,
    title: name,
    product,
    ...(variant === undefined ? {} : { variant }),
    version,
    packages: {},
    measured: '2026-11-25',
  };
}

const CONSUMERS = [
  consumer('containerd', '2.1.9'),
  consumer('Docker', '20.10.5'),
  consumer('Docker', '20.10.24'),
  consumer('Docker', '26.1.5'),
  consumer('Docker', '28.5.2'),
  consumer('Docker', '28.5.2', 'containerd store'),
  consumer('podman', '5.8.6'),
];

/** A table of one mutant and its control. */
function tableOf(
  receptions: readonly (Reception | undefined)[],
  control: readonly Reception[] = [],
): ReceptionTable {
  const golden = CONSUMERS.map((_, position) => control[position] ?? TAKEN);
  return {
    consumers: CONSUMERS,
    archives: [
      { id: 'golden/a', title: 'a correct archive', digest: 'sha256:0', receptions: golden },
      { id: 'mutant/b', title: 'b', digest: 'sha256:1', control: 'golden/a', requirement: 'r', receptions },
    ],
  };
}

describe('a row as a sentence', () => {
  test.each<[string, readonly (Reception | undefined)[], readonly Reception[], string | undefined]>([
    [
      'names neighbouring versions as a range',
      [TAKEN, REFUSED, REFUSED, REFUSED, REFUSED, TAKEN, REFUSED],
      [],
      'Docker 20.10 to 28.5 and podman 5.8 refuse it; containerd 2.1 and Docker 28.5 (containerd store) load it',
    ],
    [
      'tells patch versions apart where they differ',
      [TAKEN, REFUSED, TAKEN, TAKEN, TAKEN, TAKEN, TAKEN],
      [],
      'Docker 20.10.5 refuses it; containerd 2.1, Docker 20.10.24 to 28.5, Docker 28.5 (containerd store) and podman 5.8 load it',
    ],
    [
      'tells what an upgrade breaks',
      [TAKEN, TAKEN, TAKEN, REFUSED, REFUSED, TAKEN, TAKEN],
      [],
      'Docker 26.1 to 28.5 refuse it; containerd 2.1, Docker 20.10, Docker 28.5 (containerd store) and podman 5.8 load it',
    ],
    [
      'tells losses and crashes apart from refusals',
      [
        LOSSY,
        TAKEN,
        TAKEN,
        TAKEN,
        { status: 'crashed', words: 'gone' },
        TAKEN,
        { status: 'hung', words: 'no end' },
      ],
      [],
      'Docker 28.5 crashes; podman 5.8 does not come to an end; containerd 2.1 loads another image out of it; Docker 20.10 to 26.1 and Docker 28.5 (containerd store) load it',
    ],
    [
      'leaves out who does not take the control either',
      [REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, TAKEN, TAKEN],
      [REFUSED],
      'Docker 20.10 to 28.5 refuse it; Docker 28.5 (containerd store) and podman 5.8 load it',
    ],
    [
      'does not blame the defect for what the control loses too',
      [LOSSY, TAKEN, TAKEN, TAKEN, TAKEN, TAKEN, TAKEN],
      [LOSSY],
      'containerd 2.1, Docker 20.10 to 28.5, Docker 28.5 (containerd store) and podman 5.8 load it',
    ],
    ['says nothing where nothing was measured', [], [], undefined],
  ])('%s', (_, receptions, control, sentence) => {
    expect(describeEffects(effectsOf(tableOf(receptions, control), 'mutant/b'))).toBe(sentence);
  });

  test('a root file system that differs is a loss', () => {
    const table = tableOf([{ status: 'lossy', root: ['a is absent'] }]);
    expect(effectsOf(table, 'mutant/b')).toEqual([
      { consumer: CONSUMERS[0], effect: 'loses', lost: ['files'] },
    ]);
  });

  test('of a requirement takes the worst of its mutants', () => {
    const table = tableOf([TAKEN, REFUSED]);
    const second = { id: 'mutant/c', title: 'c', digest: 'sha256:2', control: 'golden/a', requirement: 'r' };
    const both = { ...table, archives: [...table.archives, { ...second, receptions: [LOSSY, TAKEN] }] };
    expect(effectsOfRequirement(both, 'r').map(({ effect }) => effect)).toEqual(['loses', 'refuses']);
    expect(effectsOfRequirement(both, 'other')).toEqual([]);
  });

  test('an archive that the table does not know has none', () => {
    expect(effectsOf(tableOf([]), 'mutant/x')).toEqual([]);
  });
});

describe('the file', () => {
  const table = tableOf([TAKEN, REFUSED, undefined, LOSSY, TAKEN, TAKEN, TAKEN]);

  test('gives back what was written', () => {
    const text = formatTable(table);
    expect(formatTable(parseTable(text))).toBe(text);
    expect(parseTable(text).archives[1]?.receptions).toEqual(table.archives[1]?.receptions);
  });

  test('keeps a reception only for as long as the archive has the same bytes', () => {
    const [golden, mutant] = table.archives;
    const rows = [
      { ...golden, id: 'golden/a', title: 'a', digest: 'sha256:0' },
      { ...mutant, id: 'mutant/b', title: 'b', digest: 'sha256:9' },
    ];
    const column = { consumer: consumer('umoci', '0.6.0'), receptions: new Map([['mutant/b', REFUSED]]) };
    const updated = updateTable(table, rows, [column]);
    expect(updated.consumers.at(-1)?.product).toBe('umoci');
    expect(updated.archives.map(({ receptions }) => receptions.filter(Boolean).length)).toEqual([7, 1]);
  });

  test('a reception that no longer holds is told', () => {
    const own = CONSUMERS[1];
    if (!own) throw new Error('There is no second consumer.');
    const column = {
      consumer: own,
      receptions: new Map([
        ['mutant/b', TAKEN],
        ['golden/a', TAKEN],
      ]),
    };
    expect(compareColumn(table, table.archives, column)).toEqual([
      'Docker-20.10.5 mutant/b: was refused (max depth exceeded), is taken',
    ]);
    const changed = table.archives.map((archive) => ({ ...archive, digest: 'sha256:9' }));
    expect(compareColumn(table, changed, column)).toEqual([]);
  });
});

describe('the stored table', async () => {
  const text = await readFile(join(CONSUMER_FOLDER, RECEPTIONS_FILE), 'utf8');
  const stored = parseTable(text);

  test('has the form of its schema and is written as the command writes it', async () => {
    const schema = JSON.parse(await readFile(join(CONSUMER_FOLDER, 'schema/receptions.json'), 'utf8'));
    const validate = new Ajv({ strictTypes: false }).compile(schema);
    expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null]);
    expect(formatTable(stored)).toBe(text);
  });

  test('has a column for every recipe, and every archive in it', async () => {
    expect(stored.consumers.map(({ name }) => name).sort()).toEqual([...(await listConsumers())]);
    const holes = stored.archives.filter(({ receptions }) => receptions.includes(undefined));
    expect(holes.length).toBeLessThan(stored.archives.length * 0.2);
  });

  test('calls nothing a hang that only took long', () => {
    const hung = stored.archives.filter(({ receptions }) =>
      receptions.some((each) => each?.status === 'hung'),
    );
    expect(hung.map(({ id }) => id)).toEqual([]);
  });

  test('says of a refusal of podman what it said of the form that the archive has', () => {
    const unsaid = stored.archives.flatMap(({ id, receptions }) =>
      receptions.some((each) => each?.words?.startsWith('* dir: ')) ? [id] : [],
    );
    expect(unsaid).toEqual([]);
  });

  test('takes no daemon that was not there yet for a refusal', () => {
    const unreached = stored.archives.flatMap(({ id, receptions }) =>
      receptions.some((each) => each?.words?.includes('dial tcp localhost: connect')) ? [id] : [],
    );
    expect(unreached).toEqual([]);
  });

  test('shows that every consumer takes some correct archive, and refuses some other', () => {
    for (const [position, { name }] of stored.consumers.entries()) {
      const statuses = new Set(stored.archives.map(({ receptions }) => receptions[position]?.status));
      expect([name, statuses.has('taken'), statuses.has('refused')]).toEqual([name, true, true]);
    }
  });

  test('names only controls that it holds', () => {
    const ids = new Set(stored.archives.map(({ id }) => id));
    expect(stored.archives.filter(({ control }) => control !== undefined && !ids.has(control))).toEqual([]);
  });

  test('holds no path of the machine that measured it', () => {
    expect(text).not.toMatch(/"\/tmp|\/root\/|\/sc-\w|\/var\/lib\/store|docker-import-\d/);
  });

  test('has nearly every archive of the project, as it is now', async () => {
    // Archives that were added or changed since are measured by the next `npm run consumers`.
    const subjects = await listSubjects();
    const known = new Set(stored.archives.map(({ id }) => id));
    const missing = subjects.filter(({ id }) => !known.has(id));
    expect(missing.length).toBeLessThan(subjects.length * 0.2);
  });

  test('becomes a page without a word of markup from an archive', () => {
    const page = renderReceptions(stored);
    expect(page.match(/<tr /g)?.length).toBeGreaterThan(stored.archives.length);
    const hostile = tableOf([{ status: 'refused', words: '<script>alert(1)</script>\u001b[2J' }]);
    expect(renderReceptions(hostile)).not.toContain('<script');
    expect(renderReceptions(hostile)).not.toContain('\u001b');
  });
});

test('every archive has an id of its own, and its control is one of them', async () => {
  const subjects = await listSubjects();
  const ids = new Set(subjects.map(({ id }) => id));
  expect(ids.size).toBe(subjects.length);
  expect(subjects.length).toBeGreaterThan(700);
  expect(subjects.filter(({ control }) => control !== undefined && !ids.has(control))).toEqual([]);
});
