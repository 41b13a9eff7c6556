import { describe, inject, type TestContext, test } from 'vitest';
import { type DeclaredTest, listen } from './declare.ts';
import { createEvidenceSource, type EvidenceSource } from './evidence.ts';
import './context.ts';
import { askSocket } from './ask-socket.ts';
import { show } from './show.ts';

// A setup file: every test that a spec of the flow declares becomes one of vitest's.
listen(({ title, group, judge }: DeclaredTest) => {
  const register = () => test(title, async (context: TestContext) => show(context, await judge(source())));
  if (group === undefined) register();
  else describe(group, register);
});

let opened: EvidenceSource | undefined;

/** Asked over the socket of the process that owns the engine, once in each worker. */
function source(): EvidenceSource {
  opened ??= createEvidenceSource(inject('engine'), (request) => askSocket(inject('flowSocket'), request));
  return opened;
}
