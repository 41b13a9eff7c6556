import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ARCHIVE_REQUIREMENTS } from '../../../../helpers/requirements/archive/archive-requirements.ts';
import { LEVELS } from '../../../../helpers/requirements/define.ts';
import { SPEC_DOCUMENTS, sourceUrl } from '../../../../helpers/requirements/documents.ts';

const ids = ARCHIVE_REQUIREMENTS.map(({ id }) => id);
const titles = ARCHIVE_REQUIREMENTS.map(({ title }) => title);
/** Every id that was ever published. Ids may be added, never removed or used for something else. */
const published: readonly string[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/requirement-ids.json', import.meta.url), 'utf8'),
);

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, position) => values.indexOf(value) !== position);
}

describe('the catalogue', () => {
  test('has no id and no title twice', () => {
    expect({ ids: repeated(ids), titles: repeated(titles) }).toEqual({ ids: [], titles: [] });
  });

  test('holds every id that was published, and publishes every id', () => {
    expect(published.filter((id) => !ids.some((known) => known === id))).toEqual([]);
    expect(ids.filter((id) => !published.includes(id))).toEqual([]);
  });

  test('covers every requirement on a saved archive from the reference', () => {
    const expected = [...series('A', 9), ...series('O', 18), ...series('C', 11), ...series('L', 12)];
    const aliases = new Set(ARCHIVE_REQUIREMENTS.flatMap(({ aliases: own = [] }) => own));
    expect(expected.filter((id) => !aliases.has(id))).toEqual(NOT_OF_ONE_ARCHIVE);
  });
});

/** Two saves, a round trip, and what a Dockerfile says cannot be seen in one archive alone. */
const NOT_OF_ONE_ARCHIVE = ['A6', 'A7'];

function series(letter: string, last: number): readonly string[] {
  return Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
}

describe.each(ARCHIVE_REQUIREMENTS)('$id', ({ id, title, level, source, consequence, subject }) => {
  test('is named subject.what', () => {
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(subject).toBe('archive');
  });

  test('has a title that is a short sentence', () => {
    expect(title.length).toBeLessThanOrEqual(90);
    expect(title).not.toMatch(/\b(?:should|test that|correctly|properly)\b|\.$/i);
  });

  test('cites a known document at a tag, in few words', () => {
    expect(Object.keys(SPEC_DOCUMENTS)).toContain(source.document);
    expect(source.quote.length).toBeGreaterThan(0);
    expect(source.quote.length).toBeLessThanOrEqual(220);
    expect(sourceUrl(source)).not.toMatch(/\/(?:main|master|HEAD)\//);
  });

  test('has a level that its source supports', () => {
    expect(LEVELS).toContain(level);
    if (level === 'should') expect(source.quote).toMatch(/SHOULD/);
    // A property that a specification calls REQUIRED is a MUST in the sense of RFC 2119.
    if (level === 'must') {
      expect(isNormative(source.document)).toBe(true);
      expect(source.quote).toMatch(/MUST|REQUIRED/);
    }
  });

  test('tells the consequence', () => {
    expect(consequence.length).toBeGreaterThan(20);
    expect(consequence).toMatch(/[.?]$/);
  });
});

function isNormative(document: string): boolean {
  return /^(?:image-layout|image-index|manifest|descriptor|config|layer|annotations|rfc8259)$/.test(document);
}
