import { imagesOf } from '../../helpers/archive/images.ts';
import type { Archive } from '../../helpers/archive/model.ts';
import { fieldOf } from '../../helpers/archive/oci/guards.ts';
import type { Json } from '../../helpers/common/json.ts';
import type { Part, Passage, ToolForm } from '../../helpers/requirements/tools/passage.ts';
import {
  commandsEndedWell,
  comparisonOf,
  defineToolRequirements,
  differencesOf,
  passageViolation,
  recipeOf,
  wasRead,
} from '../../helpers/requirements/tools/tool-support.ts';

// An image goes through a chain: skopeo copy, umoci unpack and repack, docker load and save. First of all the chain must
// do what it is there for: end well, say nothing alarming, and leave an output of the form that it is known for.
// What must survive stands in survival.spec.ts.
export const passing = defineToolRequirements([
  {
    id: 'tool.ends-well',
    title: 'The commands of a chain end with exit code 0',
    level: 'expectation',
    source: {
      document: 'tools',
      section: 'what-every-chain-states',
      quote: 'A chain ends with exit code 0 for every input that it takes.',
    },
    consequence:
      'A pipeline with this step stops, or goes on without the image. Look at the words of the tool, and at another version of it.',
    when: ({ ending, mayRefuse }) => {
      if (ending.status !== 'failed') return true;
      const known = mayRefuse.find(({ words }) => ending.words.includes(words));
      return known === undefined || `refuses: ${known.reason} (${known.source})`;
    },
    *check(passage) {
      const { ending } = passage;
      if (ending.status !== 'done')
        yield passageViolation(
          ending.status === 'failed' ? ending.words : `${ending.status}: ${ending.words}`,
          ending.command,
          'exit code 0',
          recipeOf(passage),
        );
    },
  },
  {
    id: 'tool.says-nothing',
    title: 'A tool that ends well prints no warning on standard error',
    level: 'practice',
    source: {
      document: 'tools',
      section: 'what-every-chain-states',
      quote: 'What a tool usually prints on standard error is listed; anything else is a warning.',
    },
    consequence:
      'The tool ends well and complains: what it complains of is easily missed in a pipeline. Read its words.',
    when: commandsEndedWell,
    *check(passage) {
      const { ending, chain } = passage;
      if (ending.status !== 'done') return;
      for (const line of ending.said)
        yield passageViolation(line, `standard error of ${chain.name}`, 'nothing', recipeOf(passage));
    },
  },
  {
    id: 'tool.leaves-output',
    title: 'A tool that ends well leaves an output that is not empty',
    level: 'expectation',
    source: {
      document: 'tools',
      section: 'what-every-chain-states',
      quote: 'A chain that ends well leaves its output where the recipe says.',
    },
    consequence:
      'A script that trusts the exit code ships nothing, or an empty file. Test the output before it is used.',
    when: commandsEndedWell,
    *check(passage) {
      const { output, chain } = passage;
      const found = { absent: 'nothing', empty: 'a file of 0 bytes or an empty folder' } as const;
      if (output?.status === 'absent' || output?.status === 'empty')
        yield passageViolation(
          found[output.status],
          'the place of the output',
          chain.writes,
          recipeOf(passage),
        );
    },
  },
  {
    id: 'tool.readable',
    title: 'The output can be read, and holds an image',
    level: 'expectation',
    source: {
      document: 'tools',
      section: 'what-every-chain-states',
      quote: 'The output is read by the reader of this suite, and holds an image.',
    },
    consequence:
      'Nobody can load what the tool wrote. Keep the input until another tool has read the output.',
    when: ({ output }) =>
      output?.status === 'read' || output?.status === 'unreadable' || 'there is no output that could be read',
    *check({ output }) {
      if (output?.status === 'unreadable') yield passageViolation(output.reason, 'the output', 'an image');
      else if (output?.status === 'read' && imagesOf(output.archive).length === 0)
        yield passageViolation('no image', 'the output', 'an image');
    },
  },
  {
    id: 'tool.form',
    title: 'The output has the form that the tool was asked for',
    level: 'expectation',
    source: {
      document: 'tools',
      section: 'what-every-chain-states',
      quote: 'The output has the form that the chain states.',
    },
    consequence: 'The next step of a pipeline does not find the files that it looks for.',
    when: wasRead,
    *check(passage) {
      const { output, chain } = passage;
      if (output?.status !== 'read') return;
      const missing = MARKS[chain.writes].filter((name) => !hasFile(output.archive, name));
      if (missing.length > 0)
        yield passageViolation(`no ${missing.join(', no ')}`, 'the output', chain.writes, recipeOf(passage));
    },
  },
  {
    id: 'tool.does-its-work',
    title: 'The change that a chain is there for is in the output',
    level: 'expectation',
    source: {
      document: 'tools',
      section: 'what-may-change',
      quote: 'What a chain is there to change stands in its output with the value that was asked for.',
    },
    consequence: 'The tool ends well and did not do what it was told: the image is the old one.',
    when: (passage) => {
      if (passage.chain.mustChange === undefined) return 'the chain copies and changes nothing';
      const compared = comparisonOf(passage);
      return typeof compared !== 'string' || compared;
    },
    *check(passage) {
      for (const { part, what, after } of passage.chain.mustChange ?? []) {
        const found = changeOf(passage, part, what);
        const isDone = after === undefined ? found !== undefined : isSameJson(found ?? null, after);
        if (!isDone)
          yield passageViolation(
            found ?? 'as it was',
            `${what} of the output`,
            after ?? 'another value',
            recipeOf(passage),
          );
      }
    },
  },
]);

/** What a part became: `Labels tool` is also a field of `Labels`, where the input has no labels at all. */
function changeOf(passage: Passage, part: Part, what: string): Json | undefined {
  const differences = differencesOf(passage).filter(({ area }) => area === part);
  const found = differences.find((each) => each.what === what);
  if (found) return found.after;
  const [field = '', ...rest] = what.split(' ');
  return fieldOf(differences.find((each) => each.what === field)?.after, rest.join(' '));
}

/** Files by which each form is known. */
const MARKS: Readonly<Record<ToolForm, readonly string[]>> = {
  'docker-archive': ['manifest.json'],
  'oci-archive': ['oci-layout', 'index.json'],
  'oci-layout': ['oci-layout', 'index.json'],
  dir: ['version', 'manifest.json'],
};

function isSameJson(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function hasFile({ members }: Archive, name: string): boolean {
  return members.some(({ path }) => path === name);
}
