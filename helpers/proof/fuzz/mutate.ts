import { gunzipSync, gzipSync } from 'node:zlib';
import type { TarEntry } from '../../archive/tar/entry.ts';
import { BLOCK, toEntry } from '../../archive/tar/header.ts';
import { createTarScanner } from '../../archive/tar/scanner.ts';
import { sealHeader } from '../../archive/tar/write-header.ts';
import type { Json } from '../../common/json.ts';
import type { Random } from './random.ts';

/** A damaged copy of an archive, and what was done to it. */
export interface Mutation {
  readonly bytes: Uint8Array;
  readonly steps: readonly string[];
}

/** Never changes its input (a `slice` of a Buffer would not be a copy). */
type Step = (bytes: Uint8Array, random: Random) => Uint8Array;

/** One to three random steps. The input is left as it is. */
export function mutate(original: Uint8Array, random: Random): Mutation {
  let bytes = original;
  const steps: string[] = [];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const [name, step] = random.pick(STEPS);
    bytes = step(bytes, random);
    steps.push(name);
  }
  return { bytes, steps };
}

const STEPS: readonly [readonly [string, Step], ...(readonly [string, Step])[]] = [
  ['flip a bit', flipBit],
  ['set a byte', setByte],
  ['overwrite a range', overwrite],
  ['delete a range', (bytes, random) => splice(bytes, random.below(bytes.length), random.below(2048), EMPTY)],
  [
    'delete blocks',
    (bytes, random) => splice(bytes, blockStart(bytes, random), BLOCK * (1 + random.below(4)), EMPTY),
  ],
  ['repeat blocks', repeatBlocks],
  [
    'insert bytes',
    (bytes, random) => splice(bytes, random.below(bytes.length + 1), 0, noise(random, 1 + random.below(600))),
  ],
  ['cut off', (bytes, random) => bytes.subarray(0, random.below(bytes.length))],
  ['append bytes', (bytes, random) => splice(bytes, bytes.length, 0, noise(random, 1 + random.below(2000)))],
  ['change a header field', changeHeader],
  ['change a header field', changeHeader],
  ['change JSON', changeJson],
  ['change JSON', changeJson],
  ['change JSON', changeJson],
  ['damage inside a layer', changeLayer],
];

const EMPTY = new Uint8Array(0);

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = new Uint8Array(bytes);
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[random.below(copy.length)] = random.pick([0, 0x20, 0x2f, 0x2e, 0x7f, 0x80, 0xff, 0x1b, 0x0a, 0x30]);
  return copy;
}

function overwrite(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = new Uint8Array(bytes);
  const start = random.below(copy.length);
  copy.set(noise(random, Math.min(random.below(64), copy.length - start)), start);
  return copy;
}

function repeatBlocks(bytes: Uint8Array, random: Random): Uint8Array {
  const start = blockStart(bytes, random);
  const blocks = bytes.subarray(start, start + BLOCK * (1 + random.below(8)));
  return splice(bytes, blockStart(bytes, random), 0, blocks);
}

function blockStart(bytes: Uint8Array, random: Random): number {
  return random.below(Math.floor(bytes.length / BLOCK)) * BLOCK;
}

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(Math.min(bytes.length, at + remove))]);
}

/** Fields of a header: start, length, and texts to try. The checksum is put right, so that the change is seen. */
const FIELDS: readonly [Field, ...Field[]] = [
  {
    at: 0,
    length: 100,
    texts: [
      '',
      '/',
      '..',
      '../../etc/passwd',
      '/abs',
      './',
      'a/../../b',
      '\u001b[31m',
      'manifest.json',
      'x'.repeat(100),
    ],
  },
  { at: 100, length: 8, texts: ['7777777', '0000000', 'zzzzzzz', '\u0080\0\0\0\0\0\0\u0001'] },
  { at: 108, length: 8, texts: ['0000001', '-000001', '\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff'] },
  {
    at: 124,
    length: 12,
    texts: [
      '00000000000',
      '77777777777',
      '00000001000',
      'NaN',
      '\u0080\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff',
    ],
  },
  {
    at: 136,
    length: 12,
    texts: ['77777777777', '\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff', '9'],
  },
  {
    at: 156,
    length: 1,
    texts: ['0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'V', '\0', '\u00ff'],
  },
  { at: 157, length: 100, texts: ['', '/etc/passwd', '../../x', 'manifest.json', 'index.json'] },
  { at: 257, length: 8, texts: ['ustar\u000000', 'ustar  \0', 'tar', '\0\0\0\0\0\0\0\0'] },
  { at: 345, length: 155, texts: ['', '..', 'blobs/sha256', '/'] },
];

interface Field {
  readonly at: number;
  readonly length: number;
  readonly texts: readonly [string, ...string[]];
}

function changeHeader(bytes: Uint8Array, random: Random): Uint8Array {
  const entries = entriesOf(bytes);
  const entry = entries[random.below(entries.length)];
  if (!entry) return flipBit(bytes, random);
  const copy = new Uint8Array(bytes);
  const block = copy.subarray(entry.headerOffset, entry.headerOffset + BLOCK);
  const { at, length, texts } = random.pick(FIELDS);
  block.fill(0, at, at + length);
  block.set(Buffer.from(random.pick(texts), 'latin1').subarray(0, length), at);
  sealHeader(block);
  return copy;
}

function entriesOf(bytes: Uint8Array): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  const scanner = createTarScanner({ entry: (header) => void entries.push(toEntry(header)), problem() {} });
  scanner.push(bytes);
  scanner.end();
  return entries;
}

/** Replaces the content of one member, with its size and padding. */
function replaceContent(bytes: Uint8Array, entry: TarEntry, content: Uint8Array): Uint8Array {
  const blocks = Math.ceil(entry.size / BLOCK) * BLOCK;
  const padded = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  padded.set(content);
  const copy = splice(bytes, entry.dataOffset, blocks, padded);
  const block = copy.subarray(entry.dataOffset - BLOCK, entry.dataOffset);
  block.set(Buffer.from(`${content.length.toString(8).padStart(11, '0')}\0`, 'latin1'), 124);
  sealHeader(block);
  return copy;
}

function changeJson(bytes: Uint8Array, random: Random): Uint8Array {
  const candidates = entriesOf(bytes).filter(
    ({ type, size, dataOffset }) =>
      type === 'file' &&
      size > 1 &&
      size < 65_536 &&
      /[[{]/.test(String.fromCharCode(bytes[dataOffset] ?? 0)),
  );
  const entry = candidates[random.below(candidates.length)];
  if (!entry) return flipBit(bytes, random);
  const text = Buffer.from(bytes.subarray(entry.dataOffset, entry.dataOffset + entry.size)).toString();
  try {
    const changed = changeValue(JSON.parse(text) as Json, random);
    return replaceContent(bytes, entry, Buffer.from(JSON.stringify(changed)));
  } catch {
    return flipBit(bytes, random);
  }
}

const ODD_VALUES: readonly [Json, ...Json[]] = [
  null,
  true,
  0,
  -1,
  1e308,
  0.5,
  '',
  'x',
  '\u001b[2J',
  'sha256:',
  `sha256:${'0'.repeat(64)}`,
  `sha512:${'a'.repeat(128)}`,
  '../../etc/passwd',
  'manifest.json',
  'index.json',
  '0001-01-01T00:00:00Z',
  [],
  [null],
  ['x', 1],
  [[[]]],
  {},
  { '': null },
  { digest: 1, mediaType: null, size: '1' },
];

/** Walks down at random and replaces, removes, renames or repeats what it meets. */
function changeValue(value: Json, random: Random): Json {
  if (typeof value !== 'object' || value === null || random.below(6) === 0) return random.pick(ODD_VALUES);
  if (Array.isArray(value)) {
    const list: Json[] = [...(value as readonly Json[])];
    const at = random.below(list.length);
    const action = random.below(4);
    if (action === 0) list.splice(at, 1);
    else if (action === 1) list.splice(at, 0, list[at] ?? null);
    else list[at] = changeValue(list[at] ?? null, random);
    return list;
  }
  const fields = Object.entries(value);
  const at = random.below(fields.length);
  const [key, field] = fields[at] ?? ['x', null];
  const action = random.below(6);
  if (action === 0) fields.splice(at, 1);
  else if (action === 1) fields[at] = [random.pick(['__proto__', 'constructor', 'x', '']), field];
  else fields[at] = [key, changeValue(field, random)];
  return Object.fromEntries(fields);
}

/** Damages the tar inside a layer, compressed again where it was, so that the layer's own reader is reached. */
function changeLayer(bytes: Uint8Array, random: Random): Uint8Array {
  const isGzip = ({ dataOffset }: TarEntry) => bytes[dataOffset] === 0x1f && bytes[dataOffset + 1] === 0x8b;
  const layers = entriesOf(bytes).filter(
    (entry) => entry.type === 'file' && entry.size > 64 && isGzip(entry),
  );
  const entry = layers[random.below(layers.length)];
  if (!entry) return flipBit(bytes, random);
  try {
    const tar = gunzipSync(bytes.subarray(entry.dataOffset, entry.dataOffset + entry.size), {
      maxOutputLength: 4 * 1024 * 1024,
    });
    const step = random.pick([flipBit, setByte, changeHeader, repeatBlocks]);
    return replaceContent(bytes, entry, gzipSync(step(tar, random), { level: 1 }));
  } catch {
    return flipBit(bytes, random);
  }
}
