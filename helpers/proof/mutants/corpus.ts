import { BUILDKIT } from './corpus/buildkit.ts';
import type { CorpusRow } from './corpus/define.ts';
import { OTHERS } from './corpus/others.ts';
import { SAVE_AND_LOAD } from './corpus/save-and-load.ts';

const ROWS = { ...SAVE_AND_LOAD, ...BUILDKIT, ...OTHERS } as const;

type CorpusId = keyof typeof ROWS;

/** Bugs that real tools had, R1 to R83, each as an archive that shows it, or with the reason why none can. */
export const CORPUS: Readonly<Record<CorpusId, CorpusRow>> = ROWS;
