import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askEngineTwice } from '../../../helpers/engines/api.ts';
import { EngineError, NoAnswerError } from '../../../helpers/engines/error.ts';
import { type Routes, resolveEngine } from '../../../helpers/engines/resolve.ts';
import { askTool } from '../../../helpers/engines/run-tool.ts';
import { answerWaits } from '../../../helpers/engines/time-limits.ts';
import { silentProgress } from '../../../helpers/report/progress.ts';
import { assembleMatrix } from '../../../helpers/runner/assemble-matrix.ts';
import { startEngines } from '../../../helpers/runner/matrix/start-engines.ts';
import { scratchFolder } from './scratch-folder.ts';

const WAITS = [300, 20_000] as const;

/** A tool that notes each call beside itself and then does what the text says. */
async function toolOf(folder: string, text: string): Promise<readonly string[]> {
  const file = join(folder, 'docker');
  await writeFile(file, `#!/bin/sh\necho called >>${file}.calls\n${text}\n`);
  await chmod(file, 0o755);
  return [file];
}

const callsOf = async (folder: string) =>
  (await readFile(join(folder, 'docker.calls'), 'utf8')).trim().split('\n').length;

describe('A tool', () => {
  test('that is slow once is asked again and heard', async () => {
    await using folder = await scratchFolder({});
    const slowOnce = '[ "$(wc -l <"$0.calls")" -gt 1 ] || sleep 60\necho v0.13.1';
    const tool = await toolOf(folder.path, slowOnce);
    expect(await askTool(tool, ['buildx', 'version'], {}, WAITS)).toEqual({
      exitCode: 0,
      stdout: 'v0.13.1\n',
    });
    expect(await callsOf(folder.path)).toBe(2);
  });

  test.for([
    ['never answers', 'sleep 60'],
    ['leaves a child that holds its output', 'sleep 60 & wait'],
    ['is ended by a signal', 'kill -9 $$'],
  ] as const)('that %s is not taken for absent', async ([, text]) => {
    await using folder = await scratchFolder({});
    const tool = await toolOf(folder.path, text);
    const asked = askTool(tool, ['buildx', 'version'], {}, [300, 300]);
    await expect(asked).rejects.toThrow(NoAnswerError);
    await expect(asked).rejects.toThrow(
      /buildx version gave no answer .* it is not known whether it is there\./,
    );
    expect(await callsOf(folder.path)).toBe(2);
  });

  test('that refuses has answered, and is asked once', async () => {
    await using folder = await scratchFolder({});
    const tool = await toolOf(folder.path, 'exit 1');
    expect(await askTool(tool, ['buildx', 'version'], {}, WAITS)).toEqual({ exitCode: 1, stdout: '' });
    expect(await callsOf(folder.path)).toBe(1);
  });

  test('that writes without end has answered nothing', async () => {
    expect(await askTool(['yes'], [], {}, WAITS)).toEqual({ exitCode: 125, stdout: '' });
  });

  test.for([
    [undefined],
    [['/nonexistent/docker']],
    [['env', '-u', 'DOCKER_CONTEXT', '/nonexistent/docker']],
  ])('that is not there is absent: %j', async ([tool]) => {
    expect(await askTool(tool, ['version'], {}, WAITS)).toBeUndefined();
  });
});

describe('An engine', () => {
  test('that accepts connections and stays silent is asked twice, and is not taken for absent', async () => {
    await using folder = await scratchFolder({});
    const socket = join(folder.path, 'docker.sock');
    let connections = 0;
    const server = createServer((connection) => {
      connections += 1;
      connection.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const asked = askEngineTwice(`unix://${socket}`, '/version', { timeoutMs: 100 });
      await expect(asked).rejects.toThrow(NoAnswerError);
      expect(connections).toBe(2);
    } finally {
      server.close();
    }
  });

  test('is never asked again with less time', () => {
    expect(answerWaits()).toEqual([10_000, 60_000]);
    expect(answerWaits(120_000)).toEqual([10_000, 120_000]);
    expect(answerWaits(100)).toEqual([100, 100]);
  });

  test('that nobody listens for is absent at once', async () => {
    const error = await askEngineTwice('unix:///nonexistent/docker.sock', '/version').catch((cause) => cause);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).not.toBeInstanceOf(NoAnswerError);
  });

  test('that is silent at the default socket is not replaced by one of the suite’s own', async () => {
    await using folder = await scratchFolder({ 'docker.sock': '' });
    const started: string[] = [];
    const routes: Partial<Routes> = {
      defaultSocket: join(folder.path, 'docker.sock'),
      connect: async () => {
        throw new NoAnswerError('The engine does not answer (no answer within 60 s).');
      },
      start: async (name) => {
        started.push(name);
        throw new EngineError('must not be asked');
      },
    };
    const search = resolveEngine({ environment: { HOME: '/nonexistent' }, routes });
    await expect(search).rejects.toThrow('no answer within 60 s');
    expect(started).toEqual([]);
  });
});

describe('An optional engine of a matrix', () => {
  const planWith = async (error: EngineError) => {
    const { unavailable } = await startEngines(['docker-26'], silentProgress(), async () => {
      throw error;
    });
    const plan = {
      ...{ engines: [], unavailable, planned: ['docker-26'], required: [] },
      ...{ command: 'npm run matrix', startedAt: '2026-11-23T00:00:00.000Z', startMs: {} },
    };
    return assembleMatrix(plan, new Map());
  };

  test('is listed when it cannot be had, and not judged when it gave no answer', async () => {
    const absent = await planWith(new EngineError('The package archive cannot be reached.'));
    expect(absent.unreadable).toBeUndefined();
    const silent = await planWith(new NoAnswerError('It did not answer within 30 s.'));
    expect(silent.verdict).toBe('could-not-judge');
    expect(silent.unreadable).toEqual([
      {
        subject: 'docker-26',
        reason: 'The engine docker-26 was not judged: It did not answer within 30 s.',
      },
    ]);
  });
});
