import type { LayerReference } from '../archive/model.ts';
import { filesOf, readText } from '../requirements/procedure/saved-files.ts';

/** The files of one layer by path, in its order, with their content as text. */
export function textsOf({ layer }: LayerReference): Readonly<Record<string, string | null>> {
  return Object.fromEntries((layer ? filesOf(layer) : []).map((file) => [file.path, readText(file)]));
}
