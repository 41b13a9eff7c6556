import type { Image, LayerReference } from '../../archive/model.ts';
import type { Violation } from '../outcome.ts';
import { isTag } from './build.ts';
import type { PromisedFile, SaveEvidence } from './evidence.ts';
import { breach, defineStep, promise } from './promise.ts';
import { type FoundFile, filesOf, flatten, imageOf, readText } from './saved-files.ts';

const save = promise('inspect', 'docker save -o hello.tar hello');
const list = promise('inspect', "jq '.[0].Layers[]' -r manifest.json");
const loop = promise('inspect', 'for f in */layer.tar; do');
const cat = promise('inspect', 'check the content of final.txt');

/** What `docker save -o hello.tar hello` and the lines after it promise about the saved archive. */
export const SAVE_REQUIREMENTS = defineStep<SaveEvidence>('save')([
  {
    id: 'save.succeeds',
    title: 'The image is saved with exit code 0 and nothing on standard error',
    source: save,
    consequence: 'The archive may be cut off; scripts that save images stop here.',
    *check({ command: { command, exitCode, stderr } }) {
      if (exitCode !== 0) yield breach('save', 0, exitCode, `exit code of ${command}`);
      if (stderr !== '') yield breach('save', '', stderr, `standard error of ${command}`);
    },
  },
  {
    id: 'save.one-image',
    title: 'The archive holds the one image that was asked for',
    source: save,
    consequence: 'A load brings in other images, or none.',
    *check({ archive }) {
      const found = imagesOf(archive).length;
      if (found !== 1) yield breach('save', 1, found, 'images in the archive');
    },
  },
  {
    id: 'save.tag',
    title: 'The saved image has the name that it was saved by',
    source: save,
    consequence: 'After a load "docker run hello" does not find it.',
    when: ({ archive }) => imageOf(archive) !== undefined || 'the archive holds no image',
    *check({ archive, tag }) {
      const names = imageOf(archive)?.names ?? [];
      if (!names.some((name) => isTag(name, tag))) {
        yield breach('save', tag, [...names], 'names of the saved image', 'the argument of the save');
      }
    },
  },
  {
    id: 'save.layers-in-order',
    title: 'The archive lists the layers of the image in order, bottom first',
    source: list,
    consequence: 'Whoever unpacks the layers in this order gets another root: a lower file wins.',
    *check({ archive, diffIds }) {
      const listed = layersOf(archive).map(
        ({ layer, reference }) => layer?.diffId ?? `nothing at ${reference}`,
      );
      if (listed.length !== diffIds.length) {
        yield breach('save', diffIds.length, listed.length, 'layers listed in the archive', 'RootFS.Layers');
      }
      for (const [position, diffId] of listed.entries()) {
        const expected = diffIds[position];
        if (expected === undefined || expected === diffId) continue;
        yield at(
          position,
          breach('save', expected, diffId, 'diffID of the layer listed here', 'RootFS.Layers'),
        );
      }
    },
  },
  {
    id: 'save.one-file-per-layer',
    title: 'Each layer holds exactly the one regular file that its COPY names',
    source: loop,
    consequence: 'A COPY took in more or less than it names, or wrote it elsewhere.',
    *check({ archive, promised }) {
      for (const [position, { layer }] of layersOf(archive).entries()) {
        const expected = promised.layers[position];
        if (layer === undefined || expected === undefined) continue;
        const paths = filesOf(layer).map(({ path }) => path);
        if (paths.length === 1 && paths[0] === expected.path) continue;
        yield at(
          position,
          breach('save', [expected.path], paths, 'regular files of the layer', 'the COPY line'),
        );
      }
    },
  },
  {
    id: 'save.layer-texts',
    title: 'Each layer holds the text that its COPY took in',
    source: cat,
    consequence: 'Content was changed, or belongs to another layer: the two final.txt may be swapped.',
    *check({ archive, promised }) {
      for (const [position, { layer }] of layersOf(archive).entries()) {
        const expected = promised.layers[position];
        const file = layer && filesOf(layer).find(({ path }) => path === expected?.path);
        if (expected === undefined || file === undefined) continue;
        yield* [...differentText(file, expected)].map((violation) => at(position, violation));
      }
    },
  },
  {
    id: 'save.root-files',
    title: 'The flattened root holds exactly the files that the image promises',
    source: cat,
    consequence: 'The container sees a file too many or too few.',
    *check({ archive, promised }) {
      const paths = [...flatten(archive).keys()].sort();
      const expected = promised.root.map(({ path }) => path);
      if (JSON.stringify(paths) !== JSON.stringify(expected)) {
        yield breach('save', expected, paths, 'files left after all layers', 'the expectation');
      }
    },
  },
  {
    id: 'save.root-texts',
    title: 'In the flattened root the upper layer wins',
    source: cat,
    consequence: 'The container reads the text of a layer that another one covers.',
    *check({ archive, promised }) {
      const root = flatten(archive);
      for (const expected of promised.root) {
        const file = root.get(expected.path);
        if (file !== undefined) yield* differentText(file, expected);
      }
    },
  },
]);

function imagesOf(archive: SaveEvidence['archive']): readonly Image[] {
  const docker = archive.dockerImages;
  return docker.length > 0 ? docker : archive.ociImages.filter(({ kind }) => kind === 'image');
}

function layersOf(archive: SaveEvidence['archive']): readonly LayerReference[] {
  return imageOf(archive)?.layers ?? [];
}

function* differentText(file: FoundFile, expected: PromisedFile): Iterable<Violation> {
  if (expected.content === null) return;
  const text = readText(file);
  if (text === expected.content) return;
  const violation = breach('save', expected.content, text, `content of ${file.path}`, 'the expectation');
  yield { ...violation, where: { ...violation.where, entry: file.path } };
}

function at(layer: number, violation: Violation): Violation {
  return { ...violation, where: { ...violation.where, layer } };
}
