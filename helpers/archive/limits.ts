import type { ContentsWanted, ReadLimits } from './model.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/**
 * Every budget of the suite against hostile input. Each counts over the whole archive unless its row says otherwise, and
 * counts work, never time: a verdict does not depend on the machine. Real images stay far below them: 10 GB, a million
 * files. The table in specs/CATALOGUE.md is written from `BUDGETS`.
 */
export const DEFAULT_LIMITS: ReadLimits = {
  freeExpansion: 2 * GIB,
  expansionRatio: 20,
  expandedBytes: 256 * GIB,
  xzBytes: 128 * MIB,
  bzip2Bytes: 24 * MIB,
  zeroBytesAtEnd: GIB,
  members: 100_000,
  entries: 2_000_000,
  entryBytes: 224 * MIB,
  paxRecords: 4_000_000,
  folderText: 512 * MIB,
  stackedEntries: 20_000_000,
  jsonBytes: 8 * MIB,
  jsonBytesTotal: 32 * MIB,
  jsonValues: 1_000_000,
  jsonDepth: 64,
  descriptors: 100_000,
  layersOfImage: 1000,
  indexDepth: 8,
  contentBytes: 128 * MIB,
};

/** Largest file whose text is shown to people, and how much of one layer is kept for that. */
export const SHOWN_TEXT_BYTES = 4096;
export const SHOWN_TEXT_OF_LAYER = 64 * 1024;

/** What specs and callers of the package keep of an archive: the digest of every file, and the content of small ones. */
export const CALLERS_CONTENTS: ContentsWanted = { paths: 'all', maxFileBytes: MIB };

/** Bytes of standard input that are spooled. */
export const MAX_STANDARD_INPUT = 64 * GIB;
/** Longest name or link target of an entry: PATH_MAX of Linux. */
export const MAX_NAME = 4096;
/** Links followed before a chain counts as endless (as Linux does). */
export const MAX_LINKS = 40;
/** Longest body of an `x`, `g`, `L` or `K` header that is kept (GNU tar and Go allow 1 MiB as well). */
export const MAX_EXTENSION = MIB;
/** Larger zstd windows are refused, as `zstd --decompress` does by default. */
export const MAX_ZSTD_WINDOW = 128 * MIB;
/** Largest dictionary of xz: that of `xz -9`, and all that the decoder has room for. */
export const MAX_XZ_DICTIONARY = 64 * MIB;
/** What a block of bzip2, and a part of an xz stream whose SHA-256 is taken out, count at least: both cost time of their own. */
export const LEAST_BZIP2_BLOCK = 64 * 1024;
export const LEAST_XZ_PART = 128;
/** Problems kept of one kind for one member, and of all. */
export const MAX_PROBLEMS = 100;
export const MAX_ALL_PROBLEMS = 10_000;
/** Most images of one `manifest.json`, and files beside the layers of a legacy archive. */
export const MAX_IMAGES = 10_000;
export const MAX_V1_FILES = 10_000;

/** Times that a layer is asked for a path, when the layers of images are looked at together. */
export const MAX_ROOT_STEPS = 4_000_000;

/** An expectation file: bytes, JSON values, and mistakes that are told. */
export const MAX_EXPECTATION_BYTES = 8 * MIB;
export const MAX_EXPECTATION_VALUES = 500_000;
/** The same in YAML, whose reader takes about a second and a hundred times the memory for as much. */
export const MAX_YAML_BYTES = MIB / 8;
export const MAX_MISTAKES = 100;
/** Steps of all patterns of an expectation together: characters of a text times the size of its pattern. */
export const MAX_PATTERN_STEPS = 96 * MIB;

/** One row of that table. */
export interface BudgetRow {
  readonly what: string;
  readonly value: string;
  /** Requirement that is broken beyond it, or how the input is refused. */
  readonly beyond: string;
}

const count = (value: number) => value.toLocaleString('en');
const size = (bytes: number) =>
  bytes >= GIB
    ? `${count(bytes / GIB)} GiB`
    : bytes >= MIB
      ? `${count(bytes / MIB)} MiB`
      : `${count(bytes)} bytes`;
const L = DEFAULT_LIMITS;

export const BUDGETS: readonly BudgetRow[] = [
  {
    what: 'What compressed streams expand to, nested ones included, and holes of a sparse file',
    value: `${size(L.freeExpansion)}, or ${L.expansionRatio} times the size of the archive when that is more; at most ${size(L.expandedBytes)}`,
    beyond: 'limit.expansion',
  },
  { what: 'Window of a zstd frame', value: size(MAX_ZSTD_WINDOW), beyond: 'limit.expansion' },
  {
    what: 'Dictionary of an archive in xz',
    value: size(MAX_XZ_DICTIONARY),
    beyond: 'limit.expansion',
  },
  {
    what: 'What an archive in xz, or in bzip2, unpacks to',
    value: `${size(L.xzBytes)}, or ${size(L.bzip2Bytes)}`,
    beyond: 'refused, exit code 2',
  },
  { what: 'Zeros after the end of the archive', value: size(L.zeroBytesAtEnd), beyond: 'limit.expansion' },
  { what: 'Members of the archive', value: count(L.members), beyond: 'limit.entries' },
  { what: 'Entries of all layers', value: count(L.entries), beyond: 'limit.entries' },
  {
    what: 'Entries over the layers of every image, a shared layer counted for each',
    value: count(L.stackedEntries),
    beyond: 'limit.entries',
  },
  {
    what: 'Memory for names, links, pax records and numbers of all entries',
    value: size(L.entryBytes),
    beyond: 'limit.entries',
  },
  {
    what: 'Text of the folders above entries, where they differ from those of the entry before',
    value: size(L.folderText),
    beyond: 'limit.entries',
  },
  { what: 'Pax records', value: count(L.paxRecords), beyond: 'limit.entries' },
  { what: 'Descriptors and references to layers', value: count(L.descriptors), beyond: 'limit.entries' },
  { what: 'Name or link target of one entry', value: size(MAX_NAME), beyond: 'limit.names' },
  { what: 'Body of one pax or GNU extension header', value: size(MAX_EXTENSION), beyond: 'tar.pax-records' },
  {
    what: 'Look-ups of paths in the layers of images',
    value: count(MAX_ROOT_STEPS),
    beyond: 'not judged, exit code 2',
  },
  { what: 'Layers of one image', value: count(L.layersOfImage), beyond: 'limit.entries' },
  { what: 'One JSON file', value: size(L.jsonBytes), beyond: 'limit.json-size' },
  { what: 'All JSON files', value: size(L.jsonBytesTotal), beyond: 'limit.json-size' },
  { what: 'Values in all JSON files', value: count(L.jsonValues), beyond: 'limit.json-size' },
  { what: 'Nesting of a JSON file', value: `${L.jsonDepth} levels`, beyond: 'limit.json-depth' },
  { what: 'Nesting of indexes', value: `${L.indexDepth} levels`, beyond: 'index.acyclic' },
  { what: 'Links in a chain of members', value: String(MAX_LINKS), beyond: 'limit.links' },
  {
    what: 'Contents of files kept for an expectation',
    value: size(L.contentBytes),
    beyond:
      'the files beyond it cannot be read, and their expectation fails; forbidden patterns are not judged',
  },
  { what: 'Standard input', value: size(MAX_STANDARD_INPUT), beyond: 'refused, exit code 2' },
  {
    what: 'An expectation file',
    value: `${size(MAX_EXPECTATION_BYTES)}, ${count(MAX_EXPECTATION_VALUES)} values`,
    beyond: 'refused, exit code 2',
  },
  { what: 'An expectation file in YAML', value: size(MAX_YAML_BYTES), beyond: 'refused, exit code 2' },
  {
    what: 'Mistakes told of an expectation file',
    value: String(MAX_MISTAKES),
    beyond: 'the rest is counted',
  },
  {
    what: 'Patterns of an expectation: size of the pattern times length of the text',
    value: `${count(MAX_PATTERN_STEPS)} steps`,
    beyond: 'not judged, exit code 2',
  },
];
