import { describe, expect, test } from 'vitest';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { judgeAnswer } from '../../../helpers/consumers/judge.ts';
import type { Answer, RootFile, TakenImage } from '../../../helpers/consumers/reception.ts';
import { statedImages } from '../../../helpers/consumers/stated.ts';
import { buildMutant } from '../../../helpers/proof/mutants/define.ts';
import type { Draft } from '../../../helpers/proof/mutants/draft.ts';
import { secondImage } from '../../../helpers/proof/mutants/golden.ts';

const READ = { contents: { paths: 'all', maxFileBytes: 0 } } as const;

async function stated(apply: (draft: Draft) => void = () => {}) {
  return statedImages(await readArchiveBytes(buildMutant({ form: 'hybrid', apply }), READ));
}

/** What a consumer that takes the golden image whole has. */
async function whole(): Promise<TakenImage> {
  const [image] = await stated();
  const config = image?.config ?? '';
  return {
    ids: [config],
    configs: [config],
    diffIds: image?.diffIds ?? [],
    names: ['docker.io/example/golden:1'],
    platform: 'linux/amd64',
  };
}

async function rootOf(): Promise<Map<string, RootFile>> {
  const [image] = await stated();
  return new Map(image?.root() ?? []);
}

function taken(...images: readonly TakenImage[]): Answer {
  return { status: 'taken', images };
}

describe('a consumer that takes the image', () => {
  test('as it is loses nothing, whatever prefix it gives to names', async () => {
    expect(judgeAnswer(taken(await whole()), await stated())).toEqual({ status: 'taken' });
  });

  test.each([
    ['no image', () => [], ['image']],
    [
      'another config',
      (own: TakenImage) => [{ ...own, ids: ['sha256:0'], configs: ['sha256:0'] }],
      ['image'],
    ],
    ['no names', (own: TakenImage) => [{ ...own, names: [] }], ['names']],
    ['one layer less', (own: TakenImage) => [{ ...own, diffIds: own.diffIds?.slice(1) ?? [] }], ['diff-ids']],
    ['another platform', (own: TakenImage) => [{ ...own, platform: 'linux/arm64' }], ['platform']],
  ])('with %s is lossy', async (_, change, lost) => {
    const images = change(await whole());
    expect(judgeAnswer(taken(...images), await stated())).toEqual({ status: 'lossy', lost });
  });

  test('of one view only is told with the other view', async () => {
    const both = await stated((draft) => {
      draft.images.push(secondImage());
      draft.edit.manifestJson = (list) => void list.pop();
    });
    expect(judgeAnswer(taken(await whole()), both).lost).toEqual(['image of index.json']);
  });
});

describe('the root file system', () => {
  const answer = async (files: Map<string, RootFile>): Promise<Answer> => ({
    status: 'taken',
    images: [await whole()],
    root: { image: 0, files },
  });

  test('that equals the flattened layers is no loss', async () => {
    const reception = judgeAnswer(await answer(await rootOf()), await stated());
    expect(reception).toEqual({ status: 'taken', root: [] });
  });

  test.each<[string, (files: Map<string, RootFile>, hello: RootFile) => void, string]>([
    ['lacks a file', (files) => files.delete('a/b/final.txt'), 'a/b/final.txt is absent'],
    ['has a file more', (files, hello) => files.set('x', hello), 'x is there'],
    [
      'has another mode',
      (files, hello) => files.set('a/b/hello', { ...hello, mode: 0o700 }),
      'a/b/hello: mode 0700 instead of 0755',
    ],
    [
      'has another owner',
      (files, hello) => files.set('a/b/hello', { ...hello, uid: 5 }),
      'a/b/hello: owner 5:0 instead of 0:0',
    ],
    [
      'has other content',
      (files, hello) => files.set('a/b/hello', { ...hello, digest: 'sha256:0' }),
      'a/b/hello: other content',
    ],
    [
      'has another time',
      (files, hello) => files.set('a/b/hello', { ...hello, mtime: 0 }),
      'a/b/hello: time 0 instead of 981173106',
    ],
  ])('that %s is told', async (_, change, difference) => {
    const files = await rootOf();
    const hello = files.get('a/b/hello');
    if (!hello) throw new Error('The golden archive has no a/b/hello.');
    change(files, hello);
    expect(judgeAnswer(await answer(files), await stated())).toEqual({ status: 'lossy', root: [difference] });
  });
});

test('an image of which no container can be made is lossy, with the words', async () => {
  const answer: Answer = { status: 'taken', images: [await whole()], words: 'no container: bad config' };
  expect(judgeAnswer(answer, await stated())).toEqual({
    status: 'lossy',
    words: 'no container: bad config',
    lost: ['container'],
  });
});

test('a refusal stays as it is', async () => {
  const refusal = { status: 'refused', words: 'unexpected EOF' } as const;
  expect(judgeAnswer(refusal, await stated())).toEqual(refusal);
});
