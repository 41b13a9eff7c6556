import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('a suite that is killed leaves no pseudo-terminal behind, even one that the command left raw', async () => {
  const mark = randomBytes(8).toString('hex');
  const program = `
    const { runUnderTerminal } = await import(${JSON.stringify(new URL('../../../helpers/engines/run-image.ts', import.meta.url).href)});
    await runUnderTerminal(['sh', '-c', 'stty raw; echo ready >&2; sleep 1; : ${mark}']);`;
  const suite = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program]);
  await expect
    .poll(() => commandsWith(mark).filter((command) => command.startsWith('script')).length, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0);
  suite.kill('SIGKILL');
  await expect.poll(() => commandsWith(mark), { timeout: 10_000 }).toEqual([]);
});

function commandsWith(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map(commandOf)
    .filter((command) => command.includes(mark));
}

function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It has just ended.
  }
}
