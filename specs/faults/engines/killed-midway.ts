import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { CommandLine } from './command-line.ts';
import { mountsWith, processesWith } from './traces.ts';

/** Ends a suite in the middle of its work, and expects that nothing of it is left. `folder` is its temporary folder. */
export async function expectNothingLeft(
  { child, exitCode }: CommandLine,
  folder: string,
  signal: NodeJS.Signals,
  code: number | null,
): Promise<void> {
  expect((await processesWith(folder)).join('\n')).toMatch(/dockerd/);
  child.kill(signal);
  expect(await exitCode).toBe(code);
  // After SIGKILL nobody waits for the supervisors.
  await expect.poll(() => processesWith(folder), { timeout: 20_000 }).toEqual([]);
  await expect.poll(() => readdir(folder), { timeout: 20_000 }).toEqual([]);
  expect(await mountsWith(folder)).toEqual([]);
}
