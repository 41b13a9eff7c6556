import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { BUILDERS, SAVERS } from '../../../helpers/engines/engine-model.ts';
import { type EngineRecipe, listRecipes, loadRecipe, parseRecipe } from '../../../helpers/engines/recipe.ts';

const recipes = await Promise.all((await listRecipes()).map((name) => loadRecipe(name)));

/** The text of a whole recipe with some of its fields changed. */
function changed(fields: Readonly<Record<string, unknown>>): string {
  const { name: _, ...recipe } = recipes[0] as EngineRecipe;
  return JSON.stringify({ ...recipe, ...fields });
}

test('The schema of recipes is a schema', async () => {
  const file = join(projectFolder('fixtures/engines'), 'schema/recipe.json');
  const ajv = new Ajv({ discriminator: true });
  expect([await ajv.validateSchema(JSON.parse(await readFile(file, 'utf8'))), ajv.errors ?? []]).toEqual([
    true,
    [],
  ]);
});

test('Debian’s engines are there', () => {
  expect(recipes.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'docker-20',
      'docker-26',
      'docker-28',
      'docker-28-containerd',
      'podman-4',
      'podman-6',
    ]),
  );
});

test.for(recipes)('$name states of every builder and saver either that it has it or why not', (recipe) => {
  const has: readonly string[] = [...recipe.builders, ...recipe.savers];
  const lacks = Object.keys(recipe.lacking);
  expect([...has, ...lacks].sort()).toEqual([...BUILDERS, ...SAVERS].sort());
});

test.for(recipes)('$name names the profile of every saver that it has', ({ savers, profiles }) => {
  expect(Object.keys(profiles).sort()).toEqual([...savers].sort());
});

test.for(recipes)('$name gives its reasons as sentences', ({ lacking }) => {
  for (const reason of Object.values(lacking)) expect(reason).toMatch(/^[A-Z].+\.$/);
});

test.for([
  [
    'an unknown field',
    changed({ colour: 'blue' }),
    'is wrong at /: must NOT have additional properties ("colour")',
  ],
  ['a builder that does not exist', changed({ builders: ['kaniko'] }), 'is wrong at /builders/0'],
  ['a source of an unknown kind', changed({ source: { type: 'snap' } }), 'is wrong at /source'],
  [
    'an unknown field of its source',
    changed({ source: { type: 'image', reference: 'x', data: '/d', tag: 'y' } }),
    '("tag")',
  ],
  ['a missing field', changed({ family: undefined }), "must have required property 'family'"],
  ['text that is not JSON', '{', 'is not JSON'],
] as const)('A recipe with %s is refused in one sentence', async ([, text, sentence]) => {
  const error = await parseRecipe(text, 'mine').catch((reason: Error) => reason);
  expect(error).toMatchObject({ name: 'EngineError', exitCode: 2 });
  expect((error as Error).message).toContain(sentence);
  expect((error as Error).message).toMatch(/^The engine recipe mine .*\.$/);
});

test('An unknown name is answered with the known ones', async () => {
  await expect(loadRecipe('docker-1')).rejects.toThrow(
    /^No engine is called "docker-1"; there are .*docker-26/,
  );
});
