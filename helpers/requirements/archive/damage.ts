import type { Archive } from '../../archive/model.ts';
import { cite, damage, damageWhere, defineForArchive, isBesideManifest } from './support.ts';

/** Files that nobody opens any more are v1.json. */
const isRead = (archive: Archive, member: string) => !isBesideManifest(archive, member);

/** Damage that the reader meets below the level of images: tar, compression, JSON, budgets. */
export const DAMAGE_REQUIREMENTS = defineOfDamage([
  {
    id: 'archive.not-empty',
    title: 'The archive is not empty',
    level: 'consumer',
    source: cite(
      'docker-image-spec',
      'combined-image-json--filesystem-changeset-format',
      'There is also a format for a single archive which contains complete information about an image',
    ),
    aliases: ['A1', 'R55'],
    consequence:
      'Every consumer refuses it: the export failed. Look at the exit code of the command that wrote it.',
    check: damage('empty-archive'),
  },
  {
    id: 'archive.is-tar',
    title: 'The archive is a tar',
    level: 'consumer',
    source: cite(
      'docker-image-spec',
      'combined-image-json--filesystem-changeset-format',
      'all tar archives of each layer filesystem changesets',
    ),
    aliases: ['A1'],
    consequence: 'No consumer can open it. Save the image again, and do not wrap the file in another format.',
    check: damage('not-an-archive'),
  },
  {
    id: 'tar.complete',
    title: 'Every tar ends after its last entry, not within one',
    level: 'consumer',
    source: cite('posix', 'tag_20_92_13_06', 'The size field is the size of the file in octets.'),
    aliases: ['A1'],
    consequence: 'Loading ends with "unexpected EOF". The copy or the save was cut off: repeat it.',
    check: damage('tar-truncated'),
  },
  {
    id: 'tar.checksum',
    title: 'Every tar header has the checksum of its bytes',
    level: 'consumer',
    source: cite(
      'posix',
      'tag_20_92_13_06',
      'The chksum field shall be the ISO/IEC 646:1991 standard IRV representation of the octal value of the simple sum of all octets in the header logical record.',
    ),
    consequence:
      'Readers stop at this header ("invalid tar header"), or skip to the next. The bytes were changed.',
    check: damage('tar-checksum'),
  },
  {
    id: 'tar.numbers',
    title: 'Every number in a tar header can be read',
    level: 'consumer',
    source: cite(
      'posix',
      'tag_20_92_13_06',
      'All other fields shall be leading zero-filled octal numbers using digits from the ISO/IEC 646:1991 standard IRV.',
    ),
    consequence: 'Readers disagree about size, owner or time of the entry, so they unpack different files.',
    check: damage('tar-number'),
  },
  {
    id: 'tar.pax-records',
    title: 'Every pax extended header consists of whole records',
    level: 'consumer',
    source: cite('posix', 'tag_20_92_13_03', '"%d %s=%s\\n", <length>, <keyword>, <value>'),
    consequence:
      'Long names, large sizes and extended attributes are lost or read differently by each consumer.',
    check: damage('tar-pax'),
  },
  {
    id: 'tar.sparse-map',
    title: 'The map of every sparse file fits its stored bytes',
    level: 'consumer',
    source: cite(
      'layer',
      'file-attributes',
      'SHOULD NOT be used because they lack consistent support across tar implementations.',
    ),
    consequence: 'Unpacking stops with "invalid tar header" or "sparse file". Pack without tar --sparse.',
    check: damage('tar-sparse'),
  },
  {
    id: 'tar.padding',
    title: 'The rest of the last block of each tar entry is zeros',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'containerd/containerd#4628',
      'Bytes that no entry owns still count for the digest of a layer.',
    ),
    consequence: 'Bytes that no reader shows travel with the image. Write the tar with an ordinary writer.',
    check: damage('tar-padding'),
  },
  {
    id: 'tar.end-marker',
    title: 'Every tar ends with two blocks of zeros',
    level: 'practice',
    source: cite(
      'posix',
      'tag_20_92_13_06',
      'At the end of the archive file there shall be two 512-octet logical records filled with binary zeros, interpreted as an end-of-archive indicator.',
    ),
    aliases: ['A1', 'L10'],
    consequence:
      'A complete tar cannot be told from one cut off between two entries, and strict readers refuse it.',
    check: damage('tar-trailer'),
  },
  {
    id: 'tar.no-trailing-data',
    title: 'Nothing follows the end of a tar',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'containerd/containerd#3569',
      'Data after the end of the tar was not read, and the digest did not match.',
    ),
    aliases: ['A1', 'L10'],
    consequence: 'Consumers that stop at the end marker compute another digest than those that read on.',
    check: damage('tar-trailing-data'),
  },
  {
    id: 'compression.sound',
    title: 'Compressed content expands without damage',
    level: 'consumer',
    source: cite(
      'rfc1952',
      'section-2.3.1',
      'This contains a Cyclic Redundancy Check value of the uncompressed data',
    ),
    consequence: 'Pull and load end with a checksum or "unexpected EOF" error. Save or copy the image again.',
    check: damage('compression-damaged'),
  },
  {
    id: 'compression.known',
    title: 'Compressed content uses gzip, or zstd without a dictionary',
    level: 'consumer',
    source: cite('layer', 'zstd-media-types', 'payload which has been compressed with'),
    consequence:
      'The specification knows gzip and zstd; consumers can expand nothing else, and have no dictionaries.',
    check: damage('compression-unsupported'),
  },
  {
    id: 'compression.no-trailing-data',
    title: 'Nothing follows the end of a compressed stream',
    level: 'consumer',
    source: cite('rfc1952', 'section-2.2', 'with no additional information before, between, or after them'),
    consequence:
      'Some readers stop, others report "invalid header": the same file loads here and fails there.',
    check: damage('compression-trailing-data'),
  },
  {
    id: 'compression.frame-first',
    title: 'A zstd layer begins with a frame of content',
    level: 'consumer',
    source: cite('rfc8878', 'section-3.1.2', 'Skippable frames allow the insertion of user-defined metadata'),
    consequence:
      'Loaders that know zstd by its first four bytes take the layer for an uncompressed one. Write metadata behind the content, as zstd:chunked does.',
    check: damage('compression-lead-in'),
  },
  {
    id: 'json.syntax',
    title: 'Every JSON file is valid JSON',
    level: 'must',
    source: cite('rfc8259', 'section-10', 'The resulting text MUST strictly conform to the JSON grammar.'),
    consequence: 'Nothing that this file describes can be loaded.',
    check: damageWhere(['json-syntax'], isRead),
  },
  {
    id: 'json.encoding',
    title: 'Every JSON file is UTF-8 without a byte order mark',
    level: 'must',
    source: cite(
      'rfc8259',
      'section-8.1',
      'JSON text exchanged between systems that are not part of a closed ecosystem MUST be encoded using UTF-8',
    ),
    consequence:
      'Parsers replace the bytes, or refuse the file: names and values differ from reader to reader.',
    check: damageWhere(['json-encoding'], isRead),
  },
  {
    id: 'json.unique-keys',
    title: 'No JSON object has the same key twice',
    level: 'should',
    source: cite('rfc8259', 'section-4', 'The names within an object SHOULD be unique.'),
    consequence:
      'One reader sees the first value and another the last: a scanner and an engine see two images.',
    check: damage('json-duplicate-key'),
  },
  {
    id: 'limit.json-size',
    title: 'The JSON files fit the reading budget',
    level: 'consumer',
    source: cite('cwe', '770', 'Allocation of Resources Without Limits or Throttling'),
    consequence: 'Consumers bound manifests and configs too (containerd: 8 MiB) and refuse this image.',
    check: damage('limit-json-size'),
  },
  {
    id: 'limit.json-depth',
    title: 'Every JSON file stays within the nesting budget',
    level: 'consumer',
    source: cite('cwe', '674', 'Uncontrolled Recursion'),
    consequence:
      'Deep nesting exhausts the stack of parsers. No image needs it: treat the archive as hostile.',
    check: damage('limit-json-depth'),
  },
  {
    id: 'limit.entries',
    title: 'The archive fits the budget of members, entries and references',
    level: 'consumer',
    source: cite('cwe', '770', 'Allocation of Resources Without Limits or Throttling'),
    consequence:
      'Unpacking would exhaust inodes or memory. No real image comes near: treat the archive as hostile.',
    check: damage('limit-entries'),
  },
  {
    id: 'limit.expansion',
    title: 'Compressed content stays within the expansion budget',
    level: 'consumer',
    source: cite('cwe', '409', 'Improper Handling of Highly Compressed Data (Data Amplification)'),
    consequence:
      'A decompression bomb fills the disk of the host that loads it. It was not expanded to the end.',
    check: damage('limit-expansion'),
  },
  {
    id: 'limit.names',
    title: 'Names and link targets of every tar have at most 4,096 bytes',
    level: 'consumer',
    source: cite('cwe', '770', 'Allocation of Resources Without Limits or Throttling'),
    consequence: 'Linux takes no longer path (PATH_MAX): unpacking ends with "file name too long".',
    check: damage('limit-names'),
  },
  {
    id: 'limit.links',
    title: 'No chain of member links is endless',
    level: 'consumer',
    source: cite('cwe', '59', "Improper Link Resolution Before File Access ('Link Following')"),
    aliases: ['A4'],
    consequence: 'A consumer that follows the links never arrives, or fails with ELOOP.',
    check: damage('limit-links'),
  },
  {
    id: 'index.acyclic',
    title: 'No index reaches itself, and the nesting of indexes is bounded',
    level: 'consumer',
    source: cite('cwe', '835', "Loop with Unreachable Exit Condition ('Infinite Loop')"),
    consequence: 'A consumer that walks the index recurses until it dies.',
    check: damage('index-loop'),
  },
]);

/** Requirements that are judged however early the reading ended. */
function defineOfDamage<const Id extends string>(declared: Parameters<typeof defineForArchive<Id>>[0]) {
  return defineForArchive<Id>(declared.map((one) => ({ ...one, isOfDamage: true as const })));
}
