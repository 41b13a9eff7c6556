import { expect, test } from 'vitest';
import { createFlow } from '../../../helpers/procedure/flow.ts';
import { DOCKER_ANSWERS, fakeEngine } from '../engines/fake-engine.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { sampleEngine } from './golden.ts';

test('a worker gathers no evidence of an engine that is not the one resolved for it', async () => {
  await using folder = await scratchFolder();
  await using other = await fakeEngine(DOCKER_ANSWERS);
  const engine = {
    ...sampleEngine(folder.path),
    dockerHost: other.dockerHost,
    identity: 'the one resolved',
    builders: ['docker-build'],
  } as const;
  const flow = createFlow(engine, { builders: ['docker-build'] });
  await expect(flow.build('docker-build')).rejects.toThrow(
    /Another engine answers at .*: it is one, the one resolved at the start was the one resolved\./,
  );
  // It was asked who it is, and for nothing else.
  expect(other.requests.filter((request) => !/^GET \/(info|_ping|version)\b/.test(request))).toEqual([]);
});
