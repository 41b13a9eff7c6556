import { describe, expect, test } from 'vitest';
import type { Draft } from '../../../helpers/proof/mutants/draft.ts';
import { addEntries, entryAt, imageAt, layerAt, setAt } from '../../../helpers/proof/mutants/edit.ts';
import { file, secondImage } from '../../../helpers/proof/mutants/golden.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import { isNamed } from '../../../helpers/requirements/tools/is-about.ts';
import type { Passage } from '../../../helpers/requirements/tools/passage.ts';
import { PASSAGE_REQUIREMENTS } from '../../../helpers/runner/steps.ts';
import { passageOf } from './golden-passage.ts';

type Id = (typeof PASSAGE_REQUIREMENTS)[number]['id'];

interface PassageMutant {
  /** What the tool does to the image. */
  readonly change?: (draft: Draft) => void;
  /** What it does besides. */
  readonly more?: Partial<Passage>;
}

const WITHOUT_OUTPUT = { output: undefined, comparison: undefined } as const;

/** For each requirement: a tool that breaks it, and nothing else. */
const MUTANTS: Readonly<Record<Id, readonly PassageMutant[]>> = {
  'tool.ends-well': [
    ...(['failed', 'crashed', 'hung', 'missing'] as const).map((status) => ({
      more: without({ ending: { status, command: 'example copy', words: 'exit code 1: no space left' } }),
    })),
  ],
  'tool.says-nothing': [{ more: { ending: { status: 'done', said: ['level=warning: ignored'] } } }],
  'tool.leaves-output': [
    { more: without({ output: { status: 'absent' } }) },
    { more: without({ output: { status: 'empty' } }) },
  ],
  'tool.readable': [{ more: without({ output: { status: 'unreadable', reason: 'x is no archive' } }) }],
  'tool.form': [
    {
      more: {
        chain: { name: 'copy', reads: 'oci-archive', writes: 'docker-archive', commands: [['example']] },
      },
    },
  ],
  'tool.does-its-work': [
    { more: { chain: { ...chain(), mustChange: [{ part: 'config', what: 'Labels tool', after: 'x' }] } } },
    { more: { chain: { ...chain(), mustChange: [{ part: 'files', what: '/added' }] } } },
  ],
  'tool.keeps-images': [{ change: (draft) => draft.images.push(secondImage('example/rich:2')) }],
  'tool.keeps-platform': [{ change: (draft) => setAt(imageAt(draft).config, '/variant', 'v3') }],
  'tool.keeps-config': [
    { change: (draft) => setAt(imageAt(draft).config, '/config/User', '0:0') },
    { change: (draft) => setAt(imageAt(draft).config, '/config/Env', ['PATH=/bin']) },
    { change: (draft) => setAt(imageAt(draft).config, '/config/Labels', {}) },
  ],
  'tool.keeps-files': [
    { change: (draft) => addEntries(draft, file('added', 'x')) },
    { change: (draft) => Object.assign(entryAt(draft, 'data/kept'), { content: 'other\n' }) },
    { change: (draft) => Object.assign(entryAt(draft, 'bin/relative'), { linkname: '/program' }) },
    { change: (draft) => remove(draft, 1, 'data/.wh.deleted') },
    { change: (draft) => remove(draft, 1, 'hidden/.wh..wh..opq') },
  ],
  'tool.keeps-modes': [
    { change: (draft) => Object.assign(entryAt(draft, 'bin/setuid'), { mode: 0o755 }) },
    { change: (draft) => Object.assign(layerAt(draft, 1).entries.at(-1) ?? {}, { mode: 0o755 }) },
  ],
  'tool.keeps-owners': [{ change: (draft) => Object.assign(entryAt(draft, 'data/kept'), { uid: 0 }) }],
  'tool.keeps-attributes': [
    { change: (draft) => Object.assign(entryAt(draft, 'bin/capable'), { pax: {} }) },
    { change: (draft) => Object.assign(entryAt(draft, 'data/user'), { pax: {} }) },
  ],
  'tool.keeps-times': [{ change: (draft) => Object.assign(entryAt(draft, 'data/kept'), { mtime: 1 }) }],
  'tool.keeps-layers': [
    {
      change: (draft) => {
        layerAt(draft, 0).ending = { zeroBlocks: 20 };
      },
    },
  ],
  'tool.keeps-compression': [
    {
      change: (draft) => {
        layerAt(draft, 0).store = (tar) => tar;
        layerAt(draft, 0).mediaType = 'application/vnd.oci.image.layer.v1.tar';
      },
    },
  ],
  'tool.keeps-history': [
    { change: (draft) => setAt(imageAt(draft).config, '/history/0/comment', 'other') },
    { change: (draft) => setAt(imageAt(draft).config, '/created', '2027-01-01T00:00:00Z') },
  ],
  'tool.keeps-names': [
    { change: (draft) => Object.assign(imageAt(draft), { tags: [] }) },
    { change: (draft) => Object.assign(imageAt(draft), { tags: ['example/other:1'] }) },
  ],
  'tool.keeps-annotations': [
    {
      change: (draft) => {
        draft.edit.manifest = (manifest) => setAt(manifest, '/annotations', { 'org.example': 'new' });
      },
    },
  ],
  'tool.keeps-attestations': [
    {
      change: (draft) => {
        draft.attested = false;
      },
    },
  ],
  'tool.keeps-config-digest': [
    {
      change: (draft) => {
        draft.text = { config: (text) => `${text} ` };
      },
    },
  ],
  'tool.keeps-manifest-digest': [
    {
      change: (draft) => {
        draft.text = { manifest: (text) => `${text} ` };
      },
    },
  ],
};

function chain() {
  return { name: 'copy', reads: 'oci-archive', writes: 'oci-archive', commands: [['example']] } as const;
}

/** A passage without what follows from an output. */
function without(more: Partial<Passage>): Partial<Passage> {
  return { ...(WITHOUT_OUTPUT as unknown as Partial<Passage>), ...more };
}

function remove(draft: Draft, layer: number, path: string): void {
  const found = layerAt(draft, layer);
  const rest = found.entries.filter((entry) => entry.path !== path);
  expect(rest.length).toBe(found.entries.length - 1);
  found.entries = rest;
}

function outcomesOf(passage: Passage) {
  return PASSAGE_REQUIREMENTS.map((requirement) => evaluate(requirement, passage));
}

test('a passage that changes nothing keeps everything, and each part was looked at', async () => {
  const outcomes = outcomesOf(await passageOf());
  const notPassed = outcomes.filter(({ status }) => status !== 'pass').map(({ id, reason }) => [id, reason]);
  expect(notPassed).toEqual([['tool.does-its-work', 'the chain copies and changes nothing']]);
});

describe.each(Object.entries(MUTANTS))('%s', (id, mutants) => {
  test('has a mutant', () => expect(mutants.length).toBeGreaterThan(0));

  test.each(mutants)('is broken by its mutant %#, and nothing else is', async ({ change, more }) => {
    const outcomes = outcomesOf(await passageOf(change, more));
    const broken = outcomes.filter(({ status }) => status !== 'pass' && status !== 'not-applicable');
    expect(broken.map((outcome) => outcome.id)).toEqual([id]);
    expect(broken[0]?.findings.length).toBeGreaterThan(0);
  });
});

describe('what a recipe states', () => {
  const statusOf = (id: Id, passage: Passage) => outcomesOf(passage).find((each) => each.id === id);
  const grow = (draft: Draft) => addEntries(draft, file('added', 'x'));
  const may = { part: 'files', reason: 'it is there to add one', source: 'manual' } as const;

  test('lets a part change, and the reason is shown', async () => {
    const outcome = statusOf('tool.keeps-files', await passageOf(grow, { mayChange: [may] }));
    expect(outcome).toMatchObject({
      status: 'not-applicable',
      reason: 'may change: it is there to add one (manual)',
    });
  });

  test('lets only what its pattern covers as a whole change', async () => {
    const status = async (what: string) =>
      statusOf('tool.keeps-files', await passageOf(grow, { mayChange: [{ ...may, what }] }))?.status;
    expect(await status('/added')).toBe('pass');
    expect(await status('/add')).toBe('fail');
  });

  test('lets things come, and none go', async () => {
    const onlyAdds = [{ ...may, onlyAdds: true }] as const;
    const status = async (change: (draft: Draft) => void) =>
      statusOf('tool.keeps-files', await passageOf(change, { mayChange: onlyAdds }))?.status;
    expect(await status(grow)).toBe('pass');
    expect(await status((draft) => remove(draft, 0, 'data/kept'))).toBe('fail');
  });

  test('asks for a change, which is then no loss', async () => {
    const mustChange = [{ part: 'config', what: 'User', after: '0:0' }] as const;
    const passage = await passageOf((draft) => setAt(imageAt(draft).config, '/config/User', '0:0'), {
      chain: { ...chain(), mustChange },
    });
    expect(statusOf('tool.does-its-work', passage)?.status).toBe('pass');
    expect(statusOf('tool.keeps-config', passage)?.status).toBe('pass');
  });

  test('asks for a label of an image that has none, and nothing else may come with it', async () => {
    const mustChange = [{ part: 'config', what: 'Labels tool', after: 'x' }] as const;
    const passage = await passageOf(undefined, { chain: { ...chain(), mustChange } });
    const statusesFor = (after: object) => {
      const differences = [{ area: 'config', what: 'Labels', after: { ...after } }] as const;
      const changed = { ...passage, comparison: { same: {}, differences, omitted: 0 } };
      return ['tool.does-its-work', 'tool.keeps-config'].map(
        (id) => outcomesOf(changed).find((each) => each.id === id)?.status,
      );
    };
    expect(statusesFor({ tool: 'x' })).toEqual(['pass', 'pass']);
    expect(statusesFor({ tool: 'y' })).toEqual(['fail', 'pass']);
    expect(statusesFor({ tool: 'x', other: 'y' })).toEqual(['pass', 'fail']);
  });

  test('holds for somebody’s own image, whatever inputs it names', () => {
    const own = { name: 'app', kind: 'own' };
    expect(isNamed(['hello', 'rich'], own)).toBe(true);
    expect(isNamed(['hello'], { name: 'rich-oci', kind: 'rich' })).toBe(false);
  });

  test('knows a refusal by its words, and no other', async () => {
    const mayRefuse = [{ words: 'tag is ambiguous', reason: 'it cannot choose', source: 'manual' }];
    const refused = async (words: string) =>
      statusOf(
        'tool.ends-well',
        await passageOf(
          undefined,
          without({ mayRefuse, ending: { status: 'failed', command: 'example', words } }),
        ),
      );
    expect(await refused('exit code 1: tag is ambiguous: 1')).toMatchObject({
      status: 'not-applicable',
      reason: 'refuses: it cannot choose (manual)',
    });
    expect((await refused('exit code 1: no space left'))?.status).toBe('fail');
  });

  test('never excuses a crash', async () => {
    const mayRefuse = [{ words: 'tag is ambiguous', reason: 'it cannot choose', source: 'manual' }];
    const ending = { status: 'crashed', command: 'example', words: 'panic: tag is ambiguous' } as const;
    expect(
      statusOf('tool.ends-well', await passageOf(undefined, without({ mayRefuse, ending })))?.status,
    ).toBe('fail');
  });
});

test('short and long names are the same names', async () => {
  const passage = await passageOf();
  const names = { area: 'names', what: 'names', before: ['example/rich:1'] } as const;
  const statusFor = (after: readonly string[]) =>
    outcomesOf({
      ...passage,
      comparison: { same: {}, differences: [{ ...names, after }], omitted: 0 },
    }).find(({ id }) => id === 'tool.keeps-names')?.status;
  expect(statusFor(['docker.io/example/rich:1'])).toBe('pass');
  expect(statusFor(['docker.io/example/rich:2'])).toBe('fail');
});
