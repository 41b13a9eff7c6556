import type { ElfHeaders } from '../../archive/elf.ts';
import type { Archive } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import type { Ancestor, CommandResult, InspectedImage, Repeated, Run } from '../../engines/answers.ts';
import type { BuilderName, EngineHandle, SaverName } from '../../engines/engine-model.ts';
import type { FlowSaver } from '../../engines/savers/savers.ts';
import type { CommandTest, StructureTests } from '../expectation/structure/structure-model.ts';

/**
 * What each step of the documented procedure left behind, as plain data. Evidence is gathered once from a running
 * engine and judged afterwards by requirements that never touch an engine; so a mutant of it is data too.
 */
export interface FlowEvidence {
  readonly compile: CompileEvidence;
  readonly builders: BuildersEvidence;
  readonly context: ContextEvidence;
  readonly build: BuildEvidence;
  readonly run: RunEvidence;
  readonly save: SaveEvidence;
  readonly shell: ShellEvidence;
  readonly load: LoadEvidence;
  readonly reproduce: ReproduceEvidence;
}

/** One piece of it. */
export type FlowRequest =
  | { readonly step: 'compile' | 'builders' | 'shell' }
  | { readonly step: 'context' | 'build' | 'run' | 'load' | 'reproduce'; readonly builder: BuilderName }
  | { readonly step: 'save'; readonly builder: BuilderName; readonly saver: FlowSaver };

export interface CompileEvidence {
  readonly command: CommandResult;
  /** The engine's platform, `linux/amd64`. */
  readonly platform: string;
  /** What the headers of the program say. */
  readonly binary: ElfHeaders;
}

export interface BuildersEvidence {
  readonly ls: CommandResult;
  readonly inspect: CommandResult;
  /** The engine's platform, `linux/amd64`. */
  readonly platform: string;
  /** Name that `docker buildx ls` marks with `*`; `''` for none. */
  readonly current: string;
  readonly driver: string;
  readonly status: string;
  readonly buildkit: string;
  readonly platforms: readonly string[];
}

/** What became of a given context in the hands of one builder, where at least one builder built it. */
export interface ContextEvidence {
  readonly builder: BuilderName;
  /** What the builder said when it refused; `null` when it built. */
  readonly refusal: string | null;
  /** What the Dockerfile asks for and this builder is known to lack, in one sentence; `null` for nothing, or when it built. */
  readonly lacks: string | null;
  readonly builtBy: readonly BuilderName[];
}

/** The documented image as the fixture's expectation states it; of a given one what its run is to show. */
export interface ExpectedImage {
  readonly cmd: readonly string[];
  /** One regular file for each layer, bottom first. */
  readonly layers: readonly ExpectedImageFile[];
  /** The flattened root, sorted by path. */
  readonly root: readonly ExpectedImageFile[];
  /** What the program prints on a plain pipe; `null`: not stated. */
  readonly output: string | null;
  /** What arrives on standard error; `null`: not stated. */
  readonly errors: string | null;
  /** `null`: not stated. */
  readonly exitCode: number | null;
  /** Whether it is an image of somebody's own. */
  readonly isGiven: boolean;
  /** A file of container-structure-test, whose command tests are run. */
  readonly structure?: StructureTests;
}

export interface ExpectedImageFile {
  readonly path: string;
  /** `null`: not fixed byte for byte (the compiled program). */
  readonly content: string | null;
}

export interface BuildEvidence {
  readonly builder: BuilderName;
  readonly family: EngineHandle['family'];
  readonly command: string;
  /** Name and tag that the build was asked for. */
  readonly tag: string;
  readonly expectedImage: ExpectedImage;
  /** The engine's platform, `linux/amd64`. */
  readonly platform: string;
  /** Image store in force: on the containerd store an image's ID is not that of its config. */
  readonly store: string;
  readonly image: InspectedImage;
  /** The chain of `Parent`, nearest first. */
  readonly ancestors: readonly Ancestor[];
  /** `created_by` of the history, bottom first. */
  readonly history: readonly string[];
  readonly again: InspectedImage;
  /** COPY steps that the second build reported as cached; `null` where the builder does not say. */
  readonly cachedSteps: number | null;
}

export interface RunEvidence {
  readonly builder: BuilderName;
  readonly expectedImage: ExpectedImage;
  readonly runs: readonly Repeated<Run>[];
  /** One run for each command test of an expectation; absent where it has none. */
  readonly commandTests?: readonly CommandTestRun[];
}

export interface CommandTestRun {
  readonly test: CommandTest;
  readonly run: Run;
}

/** What the save left behind, before anybody has looked into the file. */
export interface SavedArchive {
  readonly builder: BuilderName;
  readonly saver: SaverName;
  readonly command: CommandResult;
  readonly expectedImage: ExpectedImage;
  /** Tag that the archive was saved by. */
  readonly tag: string;
  /** As the engine reports the layers, bottom first. */
  readonly diffIds: readonly string[];
  /** Absolute path of the archive. */
  readonly file: string;
  /** Digest of the compiled program as it went into the build; `null` where the suite compiled none. */
  readonly program: string | null;
}

export interface SaveEvidence extends Omit<SavedArchive, 'file' | 'program'> {
  readonly archive: Archive;
}

/** The archives of two builds of one context, before anybody has looked into them. */
export interface BuiltTwice {
  readonly builder: BuilderName;
  /** Seconds since 1970 that both builds were given as SOURCE_DATE_EPOCH. */
  readonly epoch: number;
  readonly command: string;
  readonly files: readonly [first: string, second: string];
}

export interface ReproduceEvidence extends Omit<BuiltTwice, 'files'> {
  readonly differences: readonly BuildDifference[];
  /** Differences beyond those that are kept. */
  readonly omitted: number;
}

/** One thing that two builds do not have in common. */
export interface BuildDifference {
  /** Zero-based. */
  readonly layer?: number;
  readonly path?: string;
  /** `time`, `mode`, `content`; or a field of the config or of the manifest. */
  readonly field: string;
  readonly first: Json;
  readonly second: Json;
}

/** One line of the procedure, executed by a shell. */
export interface ShellLine extends CommandResult {
  readonly id: ShellLineId;
  readonly again?: readonly CommandResult[];
}

export const SHELL_LINES = [
  'build',
  'run',
  'save',
  'extract',
  'jq',
  'loop',
  'cat-lower',
  'cat-upper',
  'loop-today',
  'cat-lower-today',
  'cat-upper-today',
] as const;
export type ShellLineId = (typeof SHELL_LINES)[number];

export interface ShellEvidence {
  readonly expectedImage: ExpectedImage;
  readonly lines: Readonly<Partial<Record<ShellLineId, ShellLine>>>;
  /** Whether the archive has the folders `<id>/layer.tar` that the loop and `cat` were written for. */
  readonly layout: 'legacy' | 'blobs';
  /** Files after `tar -xf` and the loop that works, sorted. */
  readonly files: readonly string[];
}

export interface LoadEvidence {
  readonly builder: BuilderName;
  readonly expectedImage: ExpectedImage;
  /** Removal before the load, so that the load has something to do. */
  readonly remove: CommandResult;
  readonly load: CommandResult;
  readonly tag: string;
  readonly store: string;
  readonly before: InspectedImage;
  readonly after: InspectedImage;
  /** Absent for an image that states no command, or whose output is not stated. */
  readonly run?: Repeated<Run>;
}
