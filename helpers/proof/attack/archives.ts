import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Draft } from '../mutants/draft.ts';
import { render } from '../mutants/forms.ts';
import { goldenDraft } from '../mutants/golden.ts';
import type { Room } from './attack-model.ts';

/** A correct archive in the working folder, changed as told. Returns its name. */
export function writeArchiveOf(
  room: Room,
  name = 'image.tar',
  change: (draft: Draft) => void = () => {},
): string {
  const draft = goldenDraft('hybrid');
  change(draft);
  writeFileSync(join(room.work, name), render(draft));
  return name;
}
