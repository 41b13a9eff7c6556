import type { CommandResult } from '../../engines/answers.ts';
import type { EngineHandle, SaverName } from '../../engines/engine-model.ts';
import type { BuildTimes } from '../../engines/savers/export.ts';
import { referencesOf, SAVE_WITH, type Saveable } from '../../engines/savers/save-images.ts';
import { isExporter } from '../../engines/savers/savers.ts';
import type { Scenario } from '../../requirements/matrix/scenario-model.ts';

const ONE_IMAGE: Readonly<Partial<Record<SaverName, string>>> = {
  'api-save': 'The client library has no request for several names.',
  'podman-oci-archive': 'podman saves one name only into an oci-archive.',
};

/** Why a saver cannot play a scenario on this engine; `undefined` when it can. */
export function whyNotSaved(
  { savers, lacking, features }: EngineHandle,
  saver: SaverName,
  { contexts, saves, needs, evenIfRefused }: Scenario,
): string | undefined {
  const mayTry = evenIfRefused === true && features.includes('buildx');
  if (!savers.includes(saver) && !mayTry) return lacking[saver] ?? 'This engine lacks the saver.';
  if (needs !== undefined && !features.includes(needs)) return `This engine lacks the feature ${needs}.`;
  const fromStore = contexts.length > 1 || saves.some(({ by, after }) => by !== 'tag' || after === 'reload');
  if (isExporter(saver) && fromStore)
    return 'An exporter takes an image out of a build, not out of the store.';
  const several = contexts.length > 1 || saves.some(({ by }) => by === 'every-tag');
  return several ? ONE_IMAGE[saver] : undefined;
}

/** Saves images into one file. Never throws for an engine that refuses: the answer has its exit code and words. */
export async function saveImages(
  handle: EngineHandle,
  saver: SaverName,
  images: readonly Saveable[],
  file: string,
  times?: BuildTimes,
): Promise<CommandResult> {
  try {
    return await SAVE_WITH[saver](handle, images, file, times);
  } catch (error) {
    const command = `${saver} of ${referencesOf(images).join(' ')}`;
    return { command, exitCode: 1, stdout: '', stderr: (error as Error).message };
  }
}
