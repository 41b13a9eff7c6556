import type { Deviation } from '../../../../helpers/requirements/deviations/apply.ts';
import type { Finding, Outcome } from '../../../../helpers/requirements/outcome.ts';

/** A deviation to vary in a test. */
export const SAMPLE: Deviation = {
  id: 'layer-blobs-writable',
  title: 'Layer blobs are writable for everybody',
  corpus: 'R12',
  producer: { name: 'docker', versions: '>=29.6.0', store: 'graphdriver' },
  requirement: 'archive.member-modes',
  observed: {
    behaviour: 'Layer blobs have mode 0666.',
    where: { member: 'blobs/sha256/[0-9a-f]{64}' },
    actual: '0666',
  },
  reason: 'The daemon runs with umask 0.',
  link: 'https://github.com/moby/moby/pull/52892',
  found: '2026-08-01',
  reviewBy: '2027-02-01',
  shownBy: ['*'],
};

export const ON_DOCKER_29 = { versions: { docker: '29.7.2' }, store: 'graphdriver' } as const;

export function findingAt(member: string, actual: string): Finding {
  return {
    where: { member },
    expected: { value: '0644', from: 'the convention' },
    actual: { value: actual, from: 'tar header' },
    message: `${member} is ${actual}.`,
  };
}

export function outcomeOf(status: Outcome['status'], findings: readonly Finding[] = []): Outcome {
  return { id: SAMPLE.requirement, status, findings };
}
