import type { Archive } from '../../helpers/archive/model.ts';
import { isTag } from '../../helpers/common/image-name.ts';
import type { Locator } from '../../helpers/common/locator.ts';
import type { Violation } from '../../helpers/requirements/outcome.ts';
import { mustExitWithZero } from '../../helpers/requirements/procedure/command-results.ts';
import type { ExpectedImage, ExpectedImageFile } from '../../helpers/requirements/procedure/evidence.ts';
import {
  type ArchivedFile,
  filesOf,
  imageOf,
  layersOf,
  readText,
  savedImages,
  savedRoot,
} from '../../helpers/requirements/procedure/saved-files.ts';
import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { mustEqual, violation } from '../../helpers/requirements/violation.ts';

// $ docker save -o hello.tar hello
// $ jq '.[0].Layers[]' -r manifest.json
//
// Four layers in order, each with one file; final.txt reads `a` in the third, `b` in the fourth, and `b` in the root.
const own = defineStep('save', [
  {
    id: 'save.succeeds',
    title: 'The image is saved with exit code 0 and nothing on standard error',
    source: documented('inspect', 'docker save -o hello.tar hello'),
    consequence: 'The archive may be cut off; scripts that save images stop here.',
    *check({ command }) {
      yield* mustExitWithZero(command);
      if (command.exitCode === 0)
        yield* mustEqual(command.stderr, `standard error of ${command.command}`, '');
    },
  },
  {
    id: 'save.one-image',
    title: 'The archive holds the one image that was asked for',
    source: documented('inspect', 'docker save -o hello.tar hello'),
    consequence: 'A load brings in other images, or none.',
    check: ({ archive }) => mustEqual(savedImages(archive).length, 'images in the archive', 1),
  },
  {
    id: 'save.tag',
    title: 'The archive names the image as it was passed to the save',
    source: documented('inspect', 'docker save -o hello.tar hello'),
    consequence: 'After a load "docker run hello" does not find it.',
    when: ({ archive }) => imageOf(archive) !== undefined || 'the archive holds no image',
    *check({ archive, tag }) {
      const names = imageOf(archive)?.names ?? [];
      if (!names.some((name) => isTag(name, tag)))
        yield violation([...names], 'names of the saved image', tag, 'the argument of the save');
    },
  },
  {
    id: 'save.layers-in-order',
    title: 'The archive lists exactly the layers of the image, bottom first',
    source: documented('inspect', "jq '.[0].Layers[]' -r manifest.json"),
    consequence: 'Unpacked in this order, a lower file replaces an upper one.',
    *check({ archive, diffIds }) {
      const listed = layersOf(archive).map(
        ({ layer, reference }) => layer?.diffId ?? `nothing at ${reference}`,
      );
      yield* mustEqual(listed.length, 'layers listed in the archive', diffIds.length, 'RootFS.Layers');
      const from = 'diffID of the layer listed here';
      for (const [layer, diffId] of listed.slice(0, diffIds.length).entries())
        yield* mustEqual(diffId, from, diffIds[layer] ?? null, 'RootFS.Layers', { layer });
    },
  },
  {
    id: 'save.one-file-per-layer',
    title: 'Each layer holds exactly the one regular file that its COPY names',
    onlyOf: 'documented-image',
    source: documented('inspect', 'for f in */layer.tar; do'),
    consequence: 'A COPY took in more or less than it names, or wrote it elsewhere.',
    *check({ archive, expectedImage }) {
      for (const { files, expected, where } of eachLayer(archive, expectedImage)) {
        const paths = files.map(({ path }) => path);
        yield* mustEqual(paths, 'regular files of the layer', [expected.path], 'the COPY line', where);
      }
    },
  },
  {
    id: 'save.layer-texts',
    title: 'Each layer holds the text that its COPY took in',
    onlyOf: 'documented-image',
    source: documented('inspect', 'check the content of final.txt'),
    consequence: 'The text was changed, or stands in another layer: the two final.txt may be swapped.',
    *check({ archive, expectedImage }) {
      for (const { files, expected, where } of eachLayer(archive, expectedImage)) {
        const file = files.find(({ path }) => path === expected.path);
        if (file !== undefined) yield* mustRead(file, expected, where);
      }
    },
  },
  {
    id: 'save.root-files',
    title: 'The flattened root holds exactly the files of the image',
    onlyOf: 'documented-image',
    source: documented('inspect', 'check the content of final.txt'),
    consequence: 'The container sees a file too many or too few.',
    *check({ archive, expectedImage }) {
      const paths = [...savedRoot(archive).keys()].sort();
      const expected = expectedImage.root.map(({ path }) => path);
      yield* mustEqual(paths, 'files left after all layers', expected, 'the expectation');
    },
  },
  {
    id: 'save.root-texts',
    title: 'Each file of the flattened root has the text of its uppermost layer',
    onlyOf: 'documented-image',
    source: documented('inspect', 'check the content of final.txt'),
    consequence: 'The container reads the text of a layer that another one covers.',
    *check({ archive, expectedImage }) {
      const root = savedRoot(archive);
      for (const expected of expectedImage.root) {
        const file = root.get(expected.path);
        if (file !== undefined) yield* mustRead(file, expected);
      }
    },
  },
]);

// Every saved archive is also judged by the rules for any archive, and by the expectation of its image.
export const save: typeof own = { ...own, archivesAlso: ['any-archive', 'expectation'] };

/** Each layer that the archive has, with the file that its COPY names. */
function eachLayer(archive: Archive, { layers }: ExpectedImage) {
  return layersOf(archive).flatMap(({ layer }, position) => {
    const expected = layers[position];
    if (layer === undefined || expected === undefined) return [];
    return [{ files: filesOf(layer), expected, where: { layer: position } }];
  });
}

/** `content` is null for the compiled program, whose bytes differ from compiler to compiler. */
function* mustRead(
  file: ArchivedFile,
  { content }: ExpectedImageFile,
  where: Locator = {},
): Iterable<Violation> {
  if (content === null) return;
  const from = `content of ${file.path}`;
  yield* mustEqual(readText(file), from, content, 'the expectation', { ...where, entry: file.path });
}
