import { expect, test } from 'vitest';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { LAYER, member } from './build.ts';
import { END } from './tar/build.ts';

const [BOTTOM, TOP, OTHER] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];

/** An archive from before Docker 1.10, out of IDs with the ID of the layer below. */
async function imagesOf(parents: Readonly<Record<string, string | undefined>>, repositories: object) {
  const members = Object.entries(parents).flatMap(([id, parent]) => [
    member(`./${id}/VERSION`, '1.0'),
    member(`./${id}/json`, JSON.stringify({ id, ...(parent !== undefined && { parent }) })),
    member(`./${id}/layer.tar`, LAYER),
  ]);
  const archive = await readArchiveBytes(
    Buffer.concat([...members, member('./repositories', JSON.stringify(repositories)), END]),
  );
  return archive.dockerImages.map(({ view, names, layers }) => ({
    view,
    names,
    layers: layers.map(({ reference, layer }) => `${reference.slice(0, 1)} ${layer?.entries.length}`),
  }));
}

test('an image is the chain of parents below what repositories names, bottom first', async () => {
  const repositories = { 'example/one': { '1': TOP, latest: TOP }, other: { base: BOTTOM } };
  expect(await imagesOf({ [TOP]: BOTTOM, [BOTTOM]: undefined }, repositories)).toEqual([
    { view: 'repositories', names: ['example/one:1', 'example/one:latest'], layers: ['a 1', 'b 1'] },
    { view: 'repositories', names: ['other:base'], layers: ['a 1'] },
  ]);
});

test('a layer that nothing lies on is the top of an image without a name', async () => {
  expect(await imagesOf({ [BOTTOM]: undefined, [OTHER]: BOTTOM }, {})).toEqual([
    { view: 'repositories', names: [], layers: ['a 1', 'c 1'] },
  ]);
});

test('a chain ends where a layer comes again, or is not there', async () => {
  expect(await imagesOf({ [TOP]: BOTTOM, [BOTTOM]: TOP }, { x: { y: TOP } })).toEqual([
    { view: 'repositories', names: ['x:y'], layers: ['a 1', 'b 1'] },
  ]);
  expect(await imagesOf({ [TOP]: OTHER }, { x: { y: TOP, z: OTHER } })).toEqual([
    { view: 'repositories', names: ['x:y'], layers: ['b 1'] },
  ]);
});
