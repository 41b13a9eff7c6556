/** What one consumer did with one archive. */
export interface Reception {
  readonly status: ReceptionStatus;
  /** The telling line of a refusal or crash, or why no container can be made of what was taken, without paths and numbers that differ from run to run. */
  readonly words?: string;
  /** What the archive states and the consumer does not have afterwards. */
  readonly lost?: readonly string[];
  /** How the root file system that the consumer made differs from the flattened layers; empty when it is the same. */
  readonly root?: readonly string[];
  /** What running it said, where the archive holds a program for this machine. */
  readonly run?: string;
}

/** `lossy`: taken, but something that the archive states is gone, or its root file system is another. */
const RECEPTION_STATUSES = ['taken', 'lossy', 'refused', 'crashed', 'hung'] as const;
export type ReceptionStatus = (typeof RECEPTION_STATUSES)[number];

/** What a consumer says of one archive, before it is compared with what the archive states. */
export type Answer =
  | { readonly status: 'refused' | 'crashed' | 'hung'; readonly words: string }
  | {
      readonly status: 'taken';
      /** Absent where the consumer cannot be asked. */
      readonly images?: readonly TakenImage[];
      readonly root?: TakenRoot;
      readonly run?: string;
      /** Why no container can be made of an image that was taken. */
      readonly words?: string;
    };

/** One image that a consumer has after taking an archive. */
export interface TakenImage {
  /** Digests that it is known by: of its config, manifest or index. */
  readonly ids: readonly string[];
  /** Digests of the configs that are there; several for an image of several platforms. */
  readonly configs: readonly string[];
  readonly diffIds?: readonly string[];
  readonly names?: readonly string[];
  readonly platform?: string;
}

/** The root file system of one of the images. */
export interface TakenRoot {
  /** Position in `images`. */
  readonly image: number;
  readonly files: RootListing;
  /** Paths that the consumer adds by itself. */
  readonly added?: readonly string[];
}

/** By path without leading or trailing slash. */
export type RootListing = ReadonlyMap<string, RootFile>;

export interface RootFile {
  readonly type: 'file' | 'directory' | 'symlink' | 'character-device' | 'block-device' | 'fifo' | 'other';
  /** Permission bits, setuid, setgid and sticky included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a symbolic link. */
  readonly link?: string;
  /** Whole seconds, of files. */
  readonly mtime?: number;
  /** Of files. */
  readonly size?: number;
  readonly digest?: string;
}
