import type { Area } from '../../gate/diff/diff-model.ts';
import type { Expectation, ExpectedFile } from '../../requirements/expectation/expectation-model.ts';

/** What `expect(archive)` can be asked; `archive` is what `readArchive` or the fixture `save` returned. */
export interface ArchiveMatchers {
  /**
   * The archive keeps to the specifications, and mainstream consumers take it. Fails like `scratch-conformance check`;
   * `level` says from which level on a violation fails.
   */
  toConform(options?: ConformOptions): void;
  /**
   * The image has exactly these layers, bottom first, and each holds exactly these files. A layer is a list of paths,
   * or its files by path: the content as text, or what else is known of the file. Folders on the way to a file may be
   * there too; a path that ends in `/` is a folder.
   */
  toHoldLayers(layers: readonly ExpectedLayer[], choice?: ImageOfArchive): void;
  /** The root file system that remains when all layers are applied has that file, and it is as stated. */
  toHaveFile(path: string, file?: FileDetails, choice?: ImageOfArchive): void;
  /** The image can start by itself: its command names a program that it holds, for its platform, with all it needs. */
  toStart(): void;
  /** Both hold the same image; what differs at `ignore` may differ. Whether the bytes are the same is not asked. */
  toEqualImage(other: unknown, options?: EqualImageOptions): void;
  /**
   * That consumer, such as `docker-28` or `podman-5.8`, takes the archive whole, by the measured table. The table knows
   * what consumers do with each violation. With `start` the consumer is started and given the archive (Linux, root).
   */
  toLoadIn(consumer: string): void;
  toLoadIn(consumer: string, options: { readonly start: true }): Promise<void>;
}

/** Of several images in an archive, the one that is meant. */
export interface ImageOfArchive {
  /** A name of the image. */
  readonly image?: string;
  /** Such as `linux/arm64`. */
  readonly platform?: string;
}

export interface ConformOptions extends ImageOfArchive {
  /** The lightest level whose violations fail: `must`, `consumer` (default), `should`, `practice`. */
  readonly level?: ConformLevel;
  /** Only requirements of these ids. */
  readonly only?: readonly string[];
  /** What the image must hold too, as in an expectation file. */
  readonly expectation?: Expectation;
}

export const CONFORM_LEVELS = ['must', 'consumer', 'should', 'practice'] as const;
export type ConformLevel = (typeof CONFORM_LEVELS)[number];

/** What is known of a file, as in an expectation file; the mode also as a number. What is left out is not judged. */
export type FileDetails = Omit<ExpectedFile, 'path' | 'comment' | 'mode'> & {
  readonly mode?: string | number;
};

export type ExpectedLayer = readonly string[] | Readonly<Record<string, string | FileDetails>>;

export interface EqualImageOptions {
  /** Areas that may differ, such as `times` or `names`. */
  readonly ignore?: readonly Area[];
  /** Only the images of that platform. */
  readonly platform?: string;
}
