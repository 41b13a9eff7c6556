import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Archive } from '../../../../helpers/archive/model.ts';
import { readArchive, readArchiveBytes } from '../../../../helpers/archive/read-archive.ts';
import { checkExpectation, contentsWanted } from '../../../../helpers/requirements/expectation/check.ts';
import { draftExpectation, draftFrom } from '../../../../helpers/requirements/expectation/draft.ts';
import type { Expectation } from '../../../../helpers/requirements/expectation/expectation-model.ts';
import { parseExpectation } from '../../../../helpers/requirements/expectation/read-expectation.ts';
import { ImageChoiceError, selectImages } from '../../../../helpers/requirements/expectation/select.ts';

// Reading archives starts threads; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = fileURLToPath(new URL('../../../../fixtures', import.meta.url));
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

  test.each(archives)('%s holds what is expected of it', async (path) => {
    expect(await failures(path, hello)).toEqual([]);
  });

  test.each(recorded(/^buildah-oci-archive-hello\.tar$/))(
    '%s has one layer: buildah keeps none between steps',
    async (path) => {
      expect(await failures(path, hello)).toEqual(['expectation.layer-count', 'expectation.layer-files']);
    },
  );
});

test.each(
  recorded(/tree[^/]*\.tar$|^multi\.tar$|^(?:docker-|oci-archive-)?hello\.tar$|^(?:link|meta|config)\.tar$/),
)('the draft of %s is valid and holds', async (path) => {
  const draft = await draftFrom(join(ROOT, 'archives', path));
  expect(await failures(path, parseExpectation(JSON.stringify(draft), 'draft.json'))).toEqual([]);
});

describe('what no part of an image may hold', () => {
  const ARCHIVE = 'docker-28.5.2-overlay2-buildkit/hello.tar';

  test.each([
    ['^# ', 'a text'],
    ['^README\\.md$', 'a path'],
    ['^COPY hello ', 'a history line'],
  ])('%s: %s is found', async (pattern) => {
    expect(await failures(ARCHIVE, { forbidden: [pattern] })).toEqual(['expectation.forbidden']);
  });

  test('programs are no texts', async () => {
    expect(await failures(ARCHIVE, { forbidden: [{ pattern: '\\x7fELF', in: ['texts'] }] })).toEqual([]);
  });
});

test('a damaged image is judged without a bug of ours, and what is drafted from it is valid', async () => {
  const bytes = readFileSync(join(ROOT, 'archives/docker-28.5.2-overlay2-buildkit/hello.tar'));
  const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const damaged = Buffer.from(bytes);
      for (const [offset, value] of changes) damaged[offset] = value;
      const archive = await readArchiveBytes(damaged, { contents: contentsWanted(hello) });
      expect(verdictsOrRefusal(archive)).not.toContain('error');
      for (const image of selectImages(archive))
        parseExpectation(JSON.stringify(draftExpectation(archive, image)), 'draft.json');
    }),
    { numRuns: 25 },
  );
});

/** Damage may tear one image into two: then the user is asked to choose, in one sentence. */
function verdictsOrRefusal(archive: Archive): readonly string[] {
  try {
    return checkExpectation(archive, hello).map(({ status }) => status);
  } catch (error) {
    if (error instanceof ImageChoiceError) return [error.message];
    throw error;
  }
}
