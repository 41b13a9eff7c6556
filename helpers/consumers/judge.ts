import { normaliseName } from '../common/image-name.ts';
import { compareRoots } from './compare-roots.ts';
import type { Answer, Reception, TakenImage } from './reception.ts';
import type { StatedImage } from './stated.ts';

type Taken = Extract<Answer, { status: 'taken' }>;
type View = StatedImage['view'];

/** Compares what a consumer has with what the archive states. */
export function judgeAnswer(answer: Answer, stated: readonly StatedImage[]): Reception {
  if (answer.status !== 'taken') return answer;
  const missing = answer.images === undefined ? [] : lossesOf(answer.images, stated);
  const lost = answer.words === undefined ? missing : [...missing, 'container'];
  const root = rootDifferences(answer, stated);
  return {
    status: lost.length > 0 || (root?.length ?? 0) > 0 ? 'lossy' : 'taken',
    ...(answer.words === undefined ? {} : { words: answer.words }),
    ...(lost.length === 0 ? {} : { lost }),
    ...(root === undefined ? {} : { root }),
    ...(answer.run === undefined ? {} : { run: answer.run }),
  };
}

/** Each loss once; where only one of two views is not satisfied, it is named. */
function lossesOf(taken: readonly TakenImage[], stated: readonly StatedImage[]): readonly string[] {
  const views = [...new Set(stated.map(({ view }) => view))];
  const byView = new Map<View, ReadonlySet<string>>(
    views.map((view) => [
      view,
      lossesOfView(
        taken,
        stated.filter((image) => image.view === view),
      ),
    ]),
  );
  const all = [...new Set([...byView.values()].flatMap((losses) => [...losses]))].sort();
  return all.map((loss) => {
    const losing = views.filter((view) => byView.get(view)?.has(loss));
    return losing.length === views.length ? loss : `${loss} of ${losing.join(' and ')}`;
  });
}

function lossesOfView(taken: readonly TakenImage[], stated: readonly StatedImage[]): ReadonlySet<string> {
  const losses = new Set<string>();
  for (const image of stated) {
    const found = findTaken(taken, image);
    if (!found) losses.add(isOtherPlatform(taken, stated, image) ? 'platform' : 'image');
    else for (const loss of differencesOf(found, image, taken)) losses.add(loss);
  }
  return losses;
}

/** The image that has the same config; where the archive lacks the config, the same manifest or index. */
function findTaken(taken: readonly TakenImage[], { config, ids }: StatedImage): TakenImage | undefined {
  if (config !== undefined) return taken.find(({ configs }) => configs.includes(config));
  return taken.find((each) => isSame(each, ids));
}

/** Some other image with one of its names is there: it is one platform of several. */
function isOtherPlatform(
  taken: readonly TakenImage[],
  stated: readonly StatedImage[],
  image: StatedImage,
): boolean {
  return stated.some(
    (other) =>
      other !== image &&
      other.platform !== image.platform &&
      (other.names.some((name) => image.names.includes(name)) ||
        other.ids.some((id) => image.ids.includes(id))) &&
      findTaken(taken, other) !== undefined,
  );
}

function differencesOf(
  found: TakenImage,
  image: StatedImage,
  taken: readonly TakenImage[],
): readonly string[] {
  // Two images of one config may stand under several digests, each with some of the names.
  const names = taken.flatMap((each) =>
    findTaken([each], image) === undefined ? [] : (each.names ?? image.names).map(normaliseName),
  );
  // A consumer that knows an index by one digest shows the platform of this machine only.
  const isShown = found.configs.length === 1;
  const isPlatform =
    found.platform === undefined || image.platform === undefined || found.platform === image.platform;
  const hasLayers =
    found.diffIds === undefined || image.diffIds === undefined || sameList(found.diffIds, image.diffIds);
  return [
    ...(image.names.every((name) => names.includes(name)) ? [] : ['names']),
    ...(isShown && !hasLayers ? ['diff-ids'] : []),
    ...(isShown && !isPlatform ? ['platform'] : []),
  ];
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, position) => each === b[position]);
}

/** Undefined when there is nothing to compare. */
function rootDifferences(
  { images = [], root }: Taken,
  stated: readonly StatedImage[],
): readonly string[] | undefined {
  if (!root) return undefined;
  const taken = images[root.image];
  const image = taken
    ? stated.find(
        (each) =>
          findTaken([taken], each) && (taken.platform === undefined || taken.platform === each.platform),
      )
    : stated.length === 1 || stated.every(({ config }) => config === stated[0]?.config)
      ? stated[0]
      : undefined;
  const expected = image?.root();
  return expected && compareRoots(expected, root.files, root.added);
}

function isSame(taken: TakenImage, ids: readonly string[]): boolean {
  return taken.ids.some((id) => ids.includes(id));
}
