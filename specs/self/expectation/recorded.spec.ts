import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readArchive } from '../../../helpers/archive/read.ts';
import { checkExpectation, contentsWanted } from '../../../helpers/expectation/check.ts';
import { draftFrom } from '../../../helpers/expectation/draft.ts';
import type { Expectation } from '../../../helpers/expectation/model.ts';
import { parseExpectation } from '../../../helpers/expectation/read.ts';

const ROOT = fileURLToPath(new URL('../../../fixtures', import.meta.url));
const hello = parseExpectation(
  readFileSync(join(ROOT, 'hello/expectation.json'), 'utf8'),
  'expectation.json',
);

/** The recorded archives of one context, one for each producer. */
function recorded(pattern: RegExp): readonly string[] {
  const folders = readdirSync(join(ROOT, 'archives'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return folders.flatMap(({ name }) =>
    readdirSync(join(ROOT, 'archives', name))
      .filter((file) => pattern.test(file))
      .map((file) => `${name}/${file}`),
  );
}

async function failures(path: string, expectation: Expectation): Promise<readonly string[]> {
  const archive = await readArchive(join(ROOT, 'archives', path), { contents: contentsWanted(expectation) });
  return checkExpectation(archive, expectation)
    .filter(({ status }) => status === 'fail' || status === 'error')
    .map(({ id }) => id);
}

describe('the documented image, recorded from real engines', () => {
  const archives = recorded(/^hello\.tar$|^(?:docker|oci)-archive-hello\.tar$/);

  test('is there', () => {
    expect(archives.length).toBeGreaterThan(5);
  });

  test.each(archives)('%s holds what it promises', async (path) => {
    expect(await failures(path, hello)).toEqual([]);
  });

  test.each(recorded(/^buildah-oci-archive-hello\.tar$/))(
    '%s has one layer: buildah keeps none between steps',
    async (path) => {
      expect(await failures(path, hello)).toEqual(['expectation.layer-count', 'expectation.layer-files']);
    },
  );
});

test.each(recorded(/tree[^/]*\.tar$|^multi\.tar$/))('the draft of %s is valid and holds', async (path) => {
  const draft = await draftFrom(join(ROOT, 'archives', path));
  expect(await failures(path, parseExpectation(JSON.stringify(draft), 'draft.json'))).toEqual([]);
});
