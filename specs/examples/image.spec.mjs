import { expect, test } from 'scratch-conformance/vitest';

test('my image', async ({ build, save }) => {
  const archive = await save(await build('image'));
  expect(archive).toConform();
  expect(archive).toHoldLayers([{ 'greeting.txt': 'hello\n' }]);
});
