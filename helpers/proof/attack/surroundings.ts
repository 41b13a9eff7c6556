import type { Attack } from './attack-model.ts';

/** What stands around a run and is not as it should be: one sentence and exit code 2, before anything is started. */

/** Values of DOCKER_HOST, and a part of the sentence that each must get. */
const ADDRESSES: Readonly<Record<string, readonly [address: string, says: string]>> = {
  'bad-port': ['tcp://127.0.0.1:99999', 'is no address; write tcp://HOST:PORT'],
  'no-host': ['tcp://', 'is no address; write tcp://HOST:PORT'],
  path: ['tcp://127.0.0.1/engine', 'is no address; write tcp://HOST:PORT'],
  'open-bracket': ['tcp://[::1', 'is no address; write tcp://HOST:PORT'],
  ipv6: ['tcp://[::1]:1', 'The engine at tcp://[::1]:1 does not answer'],
  scheme: ['gopher://127.0.0.1', 'is not supported; use unix:// or tcp://'],
  'no-socket': ['unix:///nonexistent.sock', 'does not answer (ENOENT)'],
};

const addresses: readonly Attack[] = Object.entries(ADDRESSES).map(([name, [address, says]]) => ({
  id: `docker-host-${name}`,
  kind: 'surroundings',
  title: `DOCKER_HOST ${address}`,
  wanted: { exitCodes: [2], says },
  short: name === 'bad-port',
  prepare: () => ({
    argv: ['engine', 'start', 'host'],
    env: { DOCKER_HOST: address, SCRATCH_ENGINE: '' },
  }),
}));

const limits: readonly Attack[] = ['x', '0', '-5', '1e99'].map((value) => ({
  id: `step-limit-${value}`,
  kind: 'surroundings',
  title: `--step-limit=${value}`,
  wanted: { exitCodes: [2], says: 'is no number of seconds between 0 and' },
  prepare: () => ({ argv: ['matrix', '--engine', 'docker-26', `--step-limit=${value}`] }),
}));

export const SURROUNDINGS_ATTACKS: readonly Attack[] = [...addresses, ...limits];
