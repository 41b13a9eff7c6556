import type { Archive, Image, LayerCompression } from '../../archive/model.ts';
import type { Matcher } from './pattern.ts';
import type { StructureTests } from './structure/structure-model.ts';

/**
 * What one image must contain: a JSON or YAML file described by `expectation.schema.json`.
 * Whatever is left out is not judged. Lists of files, environment variables, labels, ports and volumes are exact unless the
 * expectation says `others`.
 */
export interface Expectation {
  readonly $schema?: string;
  readonly comment?: string;
  readonly platform?: ExpectedPlatform;
  /** Names the image must have, in any spelling that means the same: `hello` is `docker.io/library/hello:latest`. */
  readonly tags?: readonly string[];
  /** Bottom first; exactly as many as the image has. */
  readonly layers?: readonly ExpectedFiles[];
  /** The root filesystem that remains when all layers are applied. */
  readonly rootfs?: ExpectedFiles;
  readonly config?: ExpectedConfig;
  readonly history?: ExpectedHistory;
  readonly annotations?: ExpectedAnnotations;
  readonly mediaTypes?: ExpectedMediaTypes;
  /** Of every layer, or of each one, bottom first; as measured from the bytes. */
  readonly compression?: ExpectedCompression | readonly ExpectedCompression[];
  /** How many statements speak of the image, or exactly of which kinds. */
  readonly attestations?: number | readonly string[];
  readonly signatures?: number | readonly string[];
  readonly sizes?: ExpectedSizes;
  /** What a run of the image shows. It is judged where an engine runs it; a saved archive cannot be run. */
  readonly run?: ExpectedRun;
  /** What no layer, variable, label or history line may hold. */
  readonly forbidden?: readonly (string | ForbiddenPattern)[];
  /** A file of container-structure-test, which stands for the whole expectation. */
  readonly structure?: StructureTests;
}

/** Of one run without a terminal, without network and with nothing on standard input. */
export interface ExpectedRun {
  readonly exitCode?: number;
  /** The whole text. */
  readonly stdout?: string;
  readonly stderr?: string;
}

export interface ExpectedPlatform {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  /** In any order. */
  readonly 'os.features'?: readonly string[];
}

/** A value for a name: the text, `*` for any, `null` for none. Names that are not stated are not judged. */
export type ExpectedValues = Readonly<Record<string, string | null>>;

export type ExpectedCompression = Exclude<LayerCompression, 'unknown'>;

/** The files of one layer, or of the flattened root. */
export interface ExpectedFiles {
  readonly comment?: string;
  /** Directories on the way to a stated file may be there without being stated. */
  readonly files?: readonly ExpectedFile[];
  /** `true`: files that are not stated may be there too. Default: `false` when `files` is stated. */
  readonly others?: boolean;
  /** Paths that must not be there; useful with `others`. */
  readonly absent?: readonly string[];
}

export interface ExpectedFile {
  readonly comment?: string;
  /** Relative to the root, without a leading `/` or `./`. */
  readonly path: string;
  readonly type?:
    | 'file'
    | 'directory'
    | 'symlink'
    | 'hardlink'
    | 'character-device'
    | 'block-device'
    | 'fifo';
  /** Permission bits in octal: `0755`. */
  readonly mode?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  /** Seconds since the epoch, with the fraction that the layer records. */
  readonly mtime?: number;
  /** Extended attributes by name; a value that is no text as `0x` and hexadecimal digits, as getfattr writes it. */
  readonly xattrs?: ExpectedValues;
  /** Target of a symbolic or hard link, as recorded. */
  readonly linkname?: string;
  /** The whole content as text, byte for byte in UTF-8. */
  readonly content?: string;
  /** `sha256:…` of the content. */
  readonly digest?: string;
  /** A regular expression (syntax of RE2) that the content, read as UTF-8, must match somewhere. */
  readonly pattern?: string;
  readonly elf?: ExpectedElf;
}

export interface ExpectedElf {
  /** No interpreter and no needed libraries; static-PIE is static. */
  readonly static?: boolean;
  /** A GOARCH value, or `image` for the architecture of the image. */
  readonly architecture?: string;
}

/** Fields are named as in the image config; `null` is absent or empty. */
export interface ExpectedConfig {
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  /** `NAME=value`, in any order. */
  readonly Env?: readonly string[] | null;
  readonly User?: string | null;
  readonly WorkingDir?: string | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  /** `80/tcp`, in any order. */
  readonly ExposedPorts?: readonly string[] | null;
  readonly Volumes?: readonly string[] | null;
  readonly StopSignal?: string | null;
  /** Seconds. */
  readonly StopTimeout?: number | null;
  readonly Healthcheck?: ExpectedHealthcheck | null;
  readonly Shell?: readonly string[] | null;
  readonly OnBuild?: readonly string[] | null;
  readonly ArgsEscaped?: boolean | null;
  /** Lists that may hold more than is stated. */
  readonly others?: readonly ('Env' | 'Labels' | 'ExposedPorts' | 'Volumes')[];
}

/** Exactly these; durations in nanoseconds, as in the config. */
export interface ExpectedHealthcheck {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export interface ExpectedHistory {
  /** Number of entries. */
  readonly count?: number;
  /** Regular expressions; each must match an entry's `created_by`, in this order; other entries may stand between. */
  readonly created_by?: readonly string[];
}

export interface ExpectedAnnotations {
  /** Of the index that lists the manifest. */
  readonly index?: ExpectedValues;
  /** Of the descriptor with which it does. */
  readonly descriptor?: ExpectedValues;
  readonly manifest?: ExpectedValues;
  /** Of the descriptors of layers, bottom first. */
  readonly layers?: readonly ExpectedValues[];
}

export interface ExpectedMediaTypes {
  readonly manifest?: string;
  readonly config?: string;
  /** Of every layer, or of each one, bottom first. */
  readonly layers?: string | readonly string[];
}

/** Bytes of layers are counted uncompressed. */
export interface ExpectedSizes {
  /** All layers together. */
  readonly maxSize?: number;
  readonly maxLayerSize?: number;
  readonly maxLayers?: number;
  /** Bytes of files that later layers replace or hide. */
  readonly maxWasted?: number;
}

export const FORBIDDEN_PLACES = ['paths', 'texts', 'variables', 'labels', 'history'] as const;
export type ForbiddenPlace = (typeof FORBIDDEN_PLACES)[number];

export interface ForbiddenPattern {
  readonly comment?: string;
  /** A regular expression in the syntax of RE2. */
  readonly pattern: string;
  /** Default: everywhere. */
  readonly in?: readonly ForbiddenPlace[];
}

/** What the requirements of an expectation judge. */
export interface ExpectationSubject {
  readonly archive: Archive;
  /** Absent when the archive holds no image. */
  readonly image?: Image;
  readonly expectation: Expectation;
  readonly matcher: Matcher;
}
