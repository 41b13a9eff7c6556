import type { ContentsWanted } from '../archive/model.ts';
import { readArchive, UnreadableError } from '../archive/read-archive.ts';
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
    return await judgeArchive(archive, options);
  } catch (error) {
    if (error instanceof UnreadableError || error instanceof ImageChoiceError)
      return { reason: error.message };
    throw error;
  }
}
