import { defineRequirements } from '../../define.ts';
import type { ExpectationSubject } from '../expectation-model.ts';
import { PROMISE } from '../support.ts';
import { compareContents, compareExistence } from './compare-files.ts';
import { compareMetadataTest } from './compare-metadata.ts';
import type { StructureTests } from './structure-model.ts';

function readme(section: string, quote: string) {
  return { document: 'container-structure-test', section, quote } as const;
}

/** What is judged must be stated, and there must be an image to judge. */
function states(part: keyof StructureTests) {
  return ({ image, expectation: { structure } }: ExpectationSubject): true | string => {
    if (structure?.[part] === undefined) return `the expectation is no structure test with ${part}`;
    return image ? true : 'the archive holds no image to compare';
  };
}

/** The tests of a file of container-structure-test that a saved archive can answer. */
export const STRUCTURE_REQUIREMENTS = defineRequirements<
  ExpectationSubject,
  `expectation.structure-${string}`
>([
  {
    ...PROMISE,
    id: 'expectation.structure-files',
    title: 'Each file of a structure test is there, or not, with the stated mode and owner',
    source: readme('file-existence-tests', 'make sure a specific file (or directory) exist'),
    consequence:
      'A file is missing, should have been left out, or cannot be used by the user of the container.',
    when: states('fileExistenceTests'),
    *check({ image, expectation: { structure } }) {
      if (image) yield* compareExistence(image, structure?.fileExistenceTests ?? []);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.structure-content',
    title: 'Each file of a structure test has the expected content and no excluded one',
    source: readme('file-content-tests', 'open a file on the file system and check its contents'),
    consequence: 'The image carries other content than the test asks for.',
    when: states('fileContentTests'),
    *check({ image, expectation: { structure }, matcher }) {
      if (image) yield* compareContents(image, structure?.fileContentTests ?? [], matcher);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.structure-metadata',
    title: 'The config of the image is as the metadata test of a structure test states it',
    source: readme('metadata-test', 'The Metadata test ensures the container is configured correctly.'),
    consequence:
      'A container starts another program, with another environment, user, port or folder than intended.',
    when: states('metadataTest'),
    *check({ image, expectation: { structure }, matcher }) {
      if (image) yield* compareMetadataTest(image, structure?.metadataTest ?? {}, matcher);
    },
  },
]);
