import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { DIFF_READ, diffArchives } from '../../../helpers/gate/diff/diff-archives.ts';
import type { Draft } from '../../../helpers/proof/mutants/draft.ts';
import { render } from '../../../helpers/proof/mutants/forms.ts';
import { richDraft } from '../../../helpers/proof/tools/rich-image.ts';
import type { Passage } from '../../../helpers/requirements/tools/passage.ts';

/** A passage of the rich image, with attestations, through a chain that changes nothing, or what a draft says. */
export async function passageOf(
  change: (draft: Draft) => void = () => {},
  more: Partial<Passage> = {},
): Promise<Passage> {
  const input = await read(() => {});
  const output = await read(change);
  const comparison = diffArchives(input, output, ['input', 'output']);
  return {
    tool: 'example@1.0',
    chain: { name: 'copy', reads: 'oci-archive', writes: 'oci-archive', commands: [['example', 'copy']] },
    input: 'rich-oci',
    mayChange: [],
    mayRefuse: [],
    ending: { status: 'done', said: [] },
    output: { status: 'read', archive: output },
    comparison,
    ...more,
  };
}

async function read(change: (draft: Draft) => void) {
  const draft = { ...richDraft('oci'), attested: true };
  change(draft);
  return readArchiveBytes(render(draft), DIFF_READ);
}
