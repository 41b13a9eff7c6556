import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';

/** `tar -c . | docker import - REFERENCE`: an image made on the spot, for which no registry is asked. */
export async function importFolder(
  { tools }: EngineHandle,
  folder: string,
  reference: string,
): Promise<void> {
  const [program = '', ...args] = tools.docker ?? [];
  const tar = spawn('tar', ['--directory', folder, '--create', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const load = spawn(program, [...args, 'import', '-', reference], {
    stdio: [tar.stdout, 'ignore', 'inherit'],
  });
  expect(await once(load, 'close')).toEqual([0, null]);
}
