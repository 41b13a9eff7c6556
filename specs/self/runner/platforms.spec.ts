import { expect, test } from 'vitest';
import type { Archive } from '../../../helpers/archive/model.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import type { Played } from '../../../helpers/requirements/matrix/played.ts';
import type { ScenarioName } from '../../../helpers/requirements/matrix/scenario-model.ts';
import { SCENARIO_REQUIREMENTS } from '../../../helpers/runner/steps.ts';

type Id = Extract<(typeof SCENARIO_REQUIREMENTS)[number]['id'], `platforms.${string}`>;

/** Architectures with their layers, and how a load of another platform ended. */
interface Case {
  readonly scenario: ScenarioName;
  readonly images: Readonly<Record<string, string>>;
  readonly loaded?: number;
}

function played({ scenario, images, loaded }: Case): Played {
  const command = { command: 'docker save', exitCode: 0, stdout: '', stderr: '' };
  const ociImages = Object.entries(images).map(([architecture, layer]) => ({
    ...{ kind: 'image', view: 'oci', names: [], layers: [], diffIds: [layer] },
    config: { member: 'config', value: { architecture } },
  }));
  const archive = { members: [], documents: {}, dockerImages: [], ociImages } as unknown as Archive;
  const loads = loaded !== undefined && [
    { platform: 'linux/s390x', command: { ...command, exitCode: loaded } },
  ];
  return {
    record: {
      scenario,
      builder: 'buildx',
      saver: 'buildx-oci',
      images: [],
      saves: [],
      ...(loads && { loads }),
    },
    saves: [{ by: 'tag', command, archive }],
    differences: [],
  };
}

const both = { amd64: 'sha256:1', arm64: 'sha256:2' };

/** For each requirement: what upholds it, and what breaks just it. */
const CASES: Readonly<Record<Id, { readonly good: Case; readonly bad: readonly Case[] }>> = {
  'platforms.each': {
    good: { scenario: 'two-platforms', images: both },
    bad: [
      { scenario: 'two-platforms', images: { amd64: 'sha256:1' } },
      { scenario: 'two-platforms', images: { amd64: 'sha256:1', arm64: 'sha256:1' } },
    ],
  },
  'platforms.one': {
    good: { scenario: 'one-platform', images: { arm64: 'sha256:2' } },
    bad: [
      { scenario: 'one-platform', images: both },
      { scenario: 'one-platform', images: { amd64: 'sha256:1' } },
    ],
  },
  'platforms.absent': {
    good: { scenario: 'one-platform', images: { arm64: 'sha256:2' }, loaded: 1 },
    bad: [{ scenario: 'one-platform', images: { arm64: 'sha256:2' }, loaded: 0 }],
  },
};

test.for(Object.entries(CASES))('%s', ([id, { good, bad }]) => {
  const outcomes = (one: Case) =>
    SCENARIO_REQUIREMENTS.map((requirement) => evaluate(requirement, played(one)));
  expect(outcomes(good).find((outcome) => outcome.id === id)).toMatchObject({ status: 'pass' });
  for (const one of bad) {
    const broken = outcomes(one).filter(({ status }) => status === 'fail' || status === 'warn');
    expect(broken.map((outcome) => outcome.id)).toEqual([id]);
  }
});
