import type { Violation } from '../../helpers/requirements/outcome.ts';
import {
  judgedRuns,
  LOST_ONCE_CONSEQUENCE,
  lostOnce,
  mustExitWithZero,
} from '../../helpers/requirements/procedure/command-results.ts';
import type { ShellEvidence, ShellLineId } from '../../helpers/requirements/procedure/evidence.ts';
import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { mustEqual, violation } from '../../helpers/requirements/violation.ts';

// $ docker build -t hello .
// $ docker run -ti --rm hello
// $ docker save -o hello.tar hello
// $ tar -xf hello.tar
// $ jq '.[0].Layers[]' -r manifest.json
// $ for f in */layer.tar; do dir=`dirname $f`; mkdir -p "$dir/layer"; tar xf $f -C "$dir/layer"; done
// $ cat <layer>/layer/final.txt
//
// The lines are typed into a shell as they are written. Since Docker 25 an archive has no */layer.tar, so the loop and
// `cat` have nothing to work on; the lines that replace them are typed instead, and the report records both.
export const shell = defineStep(
  'shell',
  [
    {
      id: 'shell.build',
      title: 'docker build -t hello . works as it is written',
      source: documented('docker-build', 'docker build -t hello .'),
      consequence: 'The procedure ends at its first line about images.',
      check: (evidence) => exitsWithZero(evidence, 'build'),
    },
    {
      id: 'shell.run',
      title: 'docker run -ti --rm hello works as it is written, under a terminal',
      source: documented('run', 'docker run -ti --rm hello'),
      consequence: 'A reader who follows the procedure does not see what the program prints.',
      when: isBuilt,
      *check(evidence) {
        yield* exitsWithZero(evidence, 'run');
        yield* prints(evidence, 'run', (evidence.expectedImage.output ?? '').replaceAll('\n', '\r\n'));
      },
    },
    {
      id: 'shell.output-heard',
      title: 'What the program prints arrives each time that the line is typed',
      level: 'practice',
      source: documented('run', 'docker run -ti --rm hello'),
      consequence: LOST_ONCE_CONSEQUENCE,
      *check({ lines: { run } }) {
        if (run) yield* lostOnce(run);
      },
    },
    {
      id: 'shell.save',
      title: 'docker save -o hello.tar hello and tar -xf hello.tar work as they are written',
      source: documented('inspect', 'docker save -o hello.tar hello'),
      consequence: 'The image cannot be looked into with the tools of every system.',
      when: isBuilt,
      *check(evidence) {
        yield* exitsWithZero(evidence, 'save');
        if (isSaved(evidence)) yield* exitsWithZero(evidence, 'extract');
      },
    },
    {
      id: 'shell.jq-layers',
      title: 'The jq line prints one path for each layer, and each is in the archive',
      source: documented('inspect', "jq '.[0].Layers[]' -r manifest.json"),
      consequence: 'Scripts that follow manifest.json find no layers.',
      when: isUnpacked,
      *check(evidence) {
        yield* exitsWithZero(evidence, 'jq');
        const paths = linesOf(evidence, 'jq');
        const count = evidence.expectedImage.layers.length;
        if (paths.length !== count) yield violation(paths, 'lines that jq prints', count, 'COPY lines');
        for (const path of paths)
          if (!evidence.files.includes(path))
            yield violation('no such file', 'tar -xf hello.tar', path, 'jq');
      },
    },
    {
      id: 'shell.loop',
      title: 'The documented for loop extracts every layer.tar into a folder beside it',
      source: documented(
        'inspect',
        'for f in */layer.tar; do dir=`dirname $f`; mkdir -p "$dir/layer"; tar xf $f -C "$dir/layer"; done',
      ),
      consequence: 'A reader who follows the procedure does not see the layers.',
      when: isLegacy,
      check: (evidence) => unpacks(evidence, 'loop'),
    },
    {
      id: 'shell.loop-today',
      title: 'A loop over the paths that jq prints extracts one file of each layer',
      source: documented(
        'inspect',
        'for f in */layer.tar; do dir=`dirname $f`; mkdir -p "$dir/layer"; tar xf $f -C "$dir/layer"; done',
      ),
      consequence: 'The line that replaces the loop does not work either: the layers cannot be looked into.',
      when: isToday,
      check: (evidence) => unpacks(evidence, 'loop-today'),
    },
    {
      id: 'shell.cat',
      title: 'cat shows the two texts, the first in the third layer and the second in the fourth',
      source: documented('inspect', 'check the content of final.txt'),
      consequence: 'The layers are not in the order that the procedure shows.',
      when: isLegacy,
      *check(evidence) {
        yield* reads(evidence, 'cat-lower', 2);
        yield* reads(evidence, 'cat-upper', 3);
      },
    },
    {
      id: 'shell.cat-today',
      title: 'cat on the paths that jq prints shows the two texts in the documented order',
      source: documented('inspect', 'check the content of final.txt'),
      consequence: 'The layers are not in the order that the procedure shows.',
      when: isToday,
      *check(evidence) {
        yield* reads(evidence, 'cat-lower-today', 2);
        yield* reads(evidence, 'cat-upper-today', 3);
      },
    },
  ],
  { onlyOf: 'documented-image' },
);

function isSaved({ lines }: ShellEvidence): boolean {
  return lines.save?.exitCode === 0;
}

/** What follows from a line that failed is no failure of its own. */
function isBuilt({ lines }: ShellEvidence): true | string {
  return lines.build?.exitCode === 0 || 'not judged: docker build failed, so there is no image';
}

function isUnpacked(evidence: ShellEvidence): true | string {
  const { lines } = evidence;
  const built = isBuilt(evidence);
  if (built !== true) return built;
  if (lines.save?.exitCode !== 0) return 'not judged: docker save failed, so there is no archive';
  return lines.extract?.exitCode === 0 || 'not judged: tar could not unpack the archive';
}

function isLegacy(evidence: ShellEvidence): true | string {
  const { layout } = evidence;
  const unpacked = isUnpacked(evidence);
  if (unpacked !== true) return unpacked;
  return (
    layout === 'legacy' || 'the archive has no */layer.tar: Docker 25 and later keep layers in blobs/sha256'
  );
}

function isToday(evidence: ShellEvidence): true | string {
  const { layout } = evidence;
  const unpacked = isUnpacked(evidence);
  if (unpacked !== true) return unpacked;
  return layout === 'blobs' || 'the line works as it is written, so nothing has to replace it';
}

function* exitsWithZero({ lines }: ShellEvidence, id: ShellLineId): Iterable<Violation> {
  const line = lines[id];
  if (line === undefined) yield violation('not executed', 'the shell', `the line ${id} executed`);
  else yield* mustExitWithZero(line);
}

function* prints({ lines }: ShellEvidence, id: ShellLineId, expected: string): Iterable<Violation> {
  const line = lines[id];
  if (line?.exitCode !== 0) return;
  for (const { stdout } of judgedRuns(line)) yield* mustEqual(stdout, `output of ${line.command}`, expected);
}

function* reads(evidence: ShellEvidence, id: ShellLineId, layer: number): Iterable<Violation> {
  yield* exitsWithZero(evidence, id);
  yield* prints(evidence, id, evidence.expectedImage.layers[layer]?.content ?? '');
}

/** The loop leaves `<folder of the layer>/layer/<file>` behind, the folders in the order of jq's paths. */
function* unpacks(evidence: ShellEvidence, id: 'loop' | 'loop-today'): Iterable<Violation> {
  yield* exitsWithZero(evidence, id);
  const found = linesOf(evidence, 'jq').flatMap((path) => {
    const folder = id === 'loop' ? path.replace(/layer\.tar$/, 'layer/') : `${path}.d/layer/`;
    return evidence.files.filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length));
  });
  const expected = evidence.expectedImage.layers.map(({ path }) => path);
  yield* mustEqual(found, `files after ${id}`, expected, 'COPY lines');
}

function linesOf({ lines }: ShellEvidence, id: ShellLineId): readonly string[] {
  return (lines[id]?.stdout ?? '').split('\n').filter((line) => line !== '');
}
