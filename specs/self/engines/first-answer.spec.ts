import { expect, test } from 'vitest';
import { untilAnswering } from '../../../helpers/engines/start/first-answer.ts';
import { scratchFolder } from './scratch-folder.ts';

test('An engine that is gone with its folder before anybody looked tells why', async () => {
  const { path: run, ...folder } = await scratchFolder();
  await folder[Symbol.asyncDispose]();
  const ended = Promise.resolve({ lines: ['dockerd: no space left on device'] });
  await expect(
    untilAnswering({ name: 'docker-26', run, socket: `${run}/engine.sock`, ended }),
  ).rejects.toThrow(/^The engine docker-26 ended while it started: .*no space left on device/);
});

test('An engine whose folder is gone, and that does not end, is not waited for longer than it may take', async () => {
  const { path: run, ...folder } = await scratchFolder();
  await folder[Symbol.asyncDispose]();
  const ended = new Promise<never>(() => {});
  await expect(
    untilAnswering({ name: 'docker-26', run, socket: `${run}/engine.sock`, ended, timeoutMs: 50 }),
  ).rejects.toThrow('The engine docker-26 did not answer within 0.05 s; its last words: it wrote no log.');
});
