import type { Json } from '../../common/json.ts';
import type { Advice } from './define.ts';
import { fieldsOf } from './values.ts';

/** Title and advice of what the documented procedure records beside its requirements; its specs read the values. */
export const PROCEDURE_OBSERVATIONS: Readonly<Record<string, Advice & { readonly title: string }>> = {
  'flow.builder': {
    title: 'Name of the builder that buildx uses',
    means: 'Scripts that name the builder talk to another one, or to none.',
    do: 'Name the builder with --builder where it matters.',
  },
  'flow.builder-driver': {
    title: 'Driver of the builder',
    means: 'Exporters, caches and several platforms depend on the driver.',
    do: 'Create a builder with the driver that your exports need.',
  },
  'flow.builder-buildkit': {
    title: 'BuildKit as buildx tells it',
    means: 'Another BuildKit writes other media types, attestations and history.',
    do: 'Read its release notes, and pin the version of a docker-container builder.',
  },
  'flow.builder-platforms': {
    title: 'Platforms of the builder',
    means: 'A build for a platform that is not listed fails.',
    do: 'Install emulation for it, or build it elsewhere.',
  },
  'flow.labels-added': {
    title: 'Labels that the builder adds to the image',
    means: 'Labels change the config digest and show up in inventories.',
    do: 'Select images by your own labels.',
  },
  'passage.ending': {
    title: 'How the commands of a tool end',
    means: 'A pipeline with this step stops, or no longer stops.',
    do: 'Read the words of the tool in the report, and give it what it takes.',
  },
  'passage.differences': {
    title: 'What a tool changes in an image on its way',
    means: 'Digests, names or settings of the output are others than with the baseline.',
    do: 'Look whether a consumer of yours depends on what changes.',
  },
  'flow.lines-as-written': {
    title: 'Which lines of the documented procedure still work as they are written',
    means: 'Other lines of the documented procedure were run and worked.',
    do: 'Nothing to do.',
    cases: [
      {
        fits: stopsLine,
        title: 'A line of the documented procedure no longer works as it is written',
        means: 'Scripts with such a line stop, or silently find nothing.',
        do: 'Take the paths from manifest.json, as the lines that replace them do.',
      },
    ],
  },
};

/** Whether a line that worked before was seen to work no longer. */
export function stopsLine(before: Json | undefined, after: Json | undefined): boolean {
  const lines = fieldsOf(after);
  return Object.entries(fieldsOf(before)).some(
    ([line, worked]) => worked === 'works' && lines[line] !== undefined && lines[line] !== 'works',
  );
}
