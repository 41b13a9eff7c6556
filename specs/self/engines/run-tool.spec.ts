import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../helpers/engines/error.ts';
import { runTool } from '../../../helpers/engines/run-tool.ts';

const LIMITS_MS = [300, 30_000] as const;

describe('a tool that is asked for its version', () => {
  test('is asked again when it takes longer than the first limit', async () => {
    const slow = ['sh', '-c', 'sleep 1; echo buildx 0.13.1'];
    expect(await runTool(slow, [], {}, LIMITS_MS)).toBe('buildx 0.13.1\n');
  });

  test('that never answers is not taken for absent', async () => {
    const answer = runTool(['sleep', '600'], [], {}, [100, 200]);
    await expect(answer).rejects.toThrow(EngineError);
    await expect(answer).rejects.toThrow('"sleep 600" gave no answer within 0.1 s, then within 0.2 s.');
  });

  test.each([
    ['is not given', undefined],
    ['is not installed', ['/nonexistent/tool']],
    ['fails', ['false']],
    ['writes without end', ['yes']],
  ])('that %s is absent', async (_, tool) => {
    expect(await runTool(tool, [], {}, LIMITS_MS)).toBeUndefined();
  });
});
