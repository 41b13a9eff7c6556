import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import {
  CONSUMER_FOLDER,
  listConsumers,
  loadConsumer,
  parseConsumer,
} from '../../../helpers/consumers/recipe.ts';
import { listRecipes, loadRecipe } from '../../../helpers/engines/recipe.ts';

const recipes = await Promise.all((await listConsumers()).map((name) => loadConsumer(name)));

test('the schemas are schemas', async () => {
  for (const name of ['consumer.json', 'receptions.json']) {
    const schema = JSON.parse(await readFile(join(CONSUMER_FOLDER, 'schema', name), 'utf8'));
    const ajv = new Ajv({ discriminator: true });
    expect([name, await ajv.validateSchema(schema), ajv.errors ?? []]).toEqual([name, true, []]);
  }
});

test('every mainstream loader is there', () => {
  const products = new Set(recipes.map(({ product }) => product));
  expect([...products].sort()).toEqual(
    ['Docker', 'buildah', 'containerd', 'crane', 'oras', 'podman', 'skopeo', 'umoci'].sort(),
  );
});

test('every engine that loads archives is a consumer too', async () => {
  const loading = await Promise.all((await listRecipes()).map((name) => loadRecipe(name)));
  const versions = new Set(recipes.map(({ product, version }) => `${product.toLowerCase()} ${version}`));
  const missing = loading
    .filter(({ source }) => source.type === 'rootfs')
    .filter(({ family, expectedVersion }) => !versions.has(`${family} ${expectedVersion}`))
    .map(({ name }) => name);
  expect(missing).toEqual([]);
});

test('no two consumers are the same version of the same thing', () => {
  const names = recipes.map(({ product, variant = '', version }) => `${product} ${variant} ${version}`);
  expect(new Set(names).size).toBe(names.length);
});

test.each([
  ['no JSON', '{', 'is not JSON'],
  [
    'an unknown field',
    '{"title":"a","product":"b","version":"1","engine":"x","method":{"type":"docker","stores":["/a"]},"speed":1}',
    '"speed"',
  ],
  ['no method', '{"title":"a","product":"b","version":"1","engine":"x"}', "'method'"],
  [
    'an unknown method',
    '{"title":"a","product":"b","version":"1","engine":"x","method":{"type":"scp"}}',
    '/method',
  ],
  [
    'neither an engine nor a source',
    '{"title":"a","product":"b","version":"1","method":{"type":"docker","stores":["/a"]}}',
    'engine',
  ],
])('a recipe with %s is refused with the reason', async (_, text, reason) => {
  await expect(parseConsumer(text, 'sample')).rejects.toThrow(reason);
  await expect(parseConsumer(text, 'sample')).rejects.toThrow(/^The consumer recipe sample /);
});

test('an unknown name lists the known ones', async () => {
  await expect(loadConsumer('docker-1')).rejects.toThrow(
    /No consumer is called "docker-1"; there are .*docker-26/,
  );
});
