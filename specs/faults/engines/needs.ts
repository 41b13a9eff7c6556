import { spawnSync } from 'node:child_process';
import { platform } from 'node:os';
import { beforeEach } from 'vitest';
import { findDebianSource } from '../../../helpers/engines/start/debian-sources.ts';

/** What this machine lacks for engines of the suite's own, in one sentence. */
async function missing(): Promise<string | undefined> {
  if (platform() !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'needs the capability CAP_SYS_ADMIN';
  if ((await findDebianSource()) === undefined) return 'needs Debian’s package archive in the sources of apt';
  return undefined;
}

export const reason = await missing();

/** Import this file for its effect: every test of the importing file is skipped, with the reason, where it cannot run. */
beforeEach(({ skip }) => {
  skip(reason !== undefined, reason);
});
