import type { Archive, ContentsWanted } from '../archive/model.ts';
import { readArchive, UnreadableError } from '../archive/read-archive.ts';
import { showName } from '../common/escape.ts';
import { ImageChoiceError } from '../requirements/expectation/select.ts';
import {
  type JudgedArchive,
  type JudgeOptions,
  judgeArchive,
  type Unjudged,
} from '../requirements/judge-archive.ts';

export interface SourceOptions extends JudgeOptions {
  /** Whether people will look at the small texts of the archive. */
  readonly showsTexts?: boolean;
  /** Told while a source is read; absent: nobody watches. */
  readonly onProgress?: (source: string, bytesDone: number, bytesTotal: number) => void;
}

const NOTHING: ContentsWanted = { paths: [], maxFileBytes: 0 };

/** Reads one archive and judges it by the catalogue and, when there is one, by the expectation. */
export async function judgeSource(source: string, options: SourceOptions): Promise<JudgedArchive | Unjudged> {
  try {
    const expecting = options.expectation && (await import('../requirements/expectation/check.ts'));
    const { onProgress, expectation, showsTexts = false } = options;
    const read = (contents?: ContentsWanted) =>
      readArchive(source, {
        ...((contents || showsTexts) && { contents: { ...(contents ?? NOTHING), showsTexts } }),
        ...(onProgress && { onProgress: (done, total) => onProgress(source, done, total) }),
      });
    const archive =
      expectation && expecting
        ? await expecting.readFor(expectation, read, { isStream: source === '-' })
        : await read();
    const reason = whyNoArchive(archive);
    return reason === undefined ? await judgeArchive(archive, options) : { reason };
  } catch (error) {
    if (error instanceof UnreadableError || error instanceof ImageChoiceError)
      return { reason: error.message };
    throw error;
  }
}

/** What the input is, when there is no archive in it that could be judged. */
function whyNoArchive({ source, problems }: Archive): string | undefined {
  const name = source === '-' ? 'Standard input' : showName(source);
  // Damage of other kinds, such as a budget that is exceeded, is a finding of its own.
  const [problem, ...others] = problems;
  if (!problem || others.length > 0) return undefined;
  const { kind, expected, actual } = problem;
  if (kind === 'empty-archive')
    return `${name} is empty (${actual}), so nothing was judged: look at the exit code of the command that wrote it.`;
  if (kind === 'not-an-archive')
    return `${name} is no archive, so nothing was judged: expected ${expected}, found ${actual}.`;
  return undefined;
}
