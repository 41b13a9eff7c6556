import { describe, expect, test } from 'vitest';
import { findEngine } from '../../../helpers/gate/engine-name.ts';

const ENGINES = [
  { name: 'docker-20.10-bullseye', version: '20.10.5' },
  { name: 'docker-20.10', version: '20.10.24' },
  { name: 'docker-26', version: '26.1.5' },
  { name: 'docker-28', version: '28.5.2' },
  { name: 'docker-28-containerd', version: '28.5.2' },
  { name: 'podman-5.4', version: '5.4.2' },
  { name: 'podman-5.8', version: '5.8.6' },
];

describe('the name of an engine', () => {
  test.each([
    ['docker-28', 'docker-28'],
    ['docker-28-containerd', 'docker-28-containerd'],
    ['docker-28.5', 'docker-28'],
    ['docker-28.5-containerd', 'docker-28-containerd'],
    ['docker-20', 'docker-20.10'],
    ['docker-26.1', 'docker-26'],
    ['podman-5', 'podman-5.8'],
  ])('%s means %s', (wanted, name) => {
    expect(findEngine(wanted, ENGINES)).toMatchObject({ name });
  });

  test.each(['docker-27', 'docker', 'nerdctl-2', 'podman-5-containerd'])(
    '%s is nobody, and all are named',
    (wanted) => {
      expect(findEngine(wanted, ENGINES)).toMatch(
        /No engine is called .*there are docker-20\.10-bullseye, .*podman-5\.8/,
      );
    },
  );
});
