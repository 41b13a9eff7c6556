import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { MAX_YAML_BYTES } from '../../../../helpers/archive/limits.ts';
import {
  ExpectationError,
  parseExpectation,
} from '../../../../helpers/requirements/expectation/read-expectation.ts';
import { hello } from './golden.ts';

/** Our own expectations, written as YAML. */

test('an expectation means the same in YAML', () => {
  expect(parseExpectation(stringify(hello), 'e.yaml')).toEqual(hello);
  expect(parseExpectation(stringify(hello), 'e.yml')).toEqual(hello);
  expect(parseExpectation(JSON.stringify(hello), 'e.yaml')).toEqual(hello);
});

test('a name that tells nothing is read by how the text starts', () => {
  expect(parseExpectation('tags: [a]\n', 'e')).toEqual({ tags: ['a'] });
  expect(parseExpectation('{"tags":["a"]}', 'e')).toEqual({ tags: ['a'] });
  expect(() => parseExpectation('tags: [a]\n', 'e.json')).toThrow(/not JSON/);
});

test('anchors, aliases and merge keys are taken', () => {
  const text = 'rootfs:\n  files:\n  - &a { path: a, mode: "0644" }\n  - { <<: *a, path: b }\n';
  expect(parseExpectation(text, 'e.yaml').rootfs?.files?.[1]).toEqual({ path: 'b', mode: '0644' });
});

const LAUGHS = [...'bcdefgh'].reduce(
  (text, name, position) =>
    `${text}${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[position]}`).join(', ')}]\n`,
  'a: &a [x, x]\n',
);

describe('what cannot be taken is refused in one sentence with its place', () => {
  test.for<[string, string, RegExp]>([
    ['no YAML', 'tags: [a\nlayers: []\n', /^e\.yaml:\d+:\d+: not YAML: /],
    ['two documents', 'tags: [a]\n---\ntags: [b]\n', /^e\.yaml:\d+:\d+: not YAML: /],
    ['a tag of a program', 'tags: !!js/function "x"\n', /^e\.yaml:1:7: not YAML: Unresolved tag/],
    ['a key that stands twice', 'tags: [a]\ntags: [b]\n', /^e\.yaml:2:1: \/tags is stated twice/],
    [
      'an unknown field',
      'layers:\n- files:\n  - path: a\n    moed: "1"\n',
      /^e\.yaml:4:5: .*unknown field "moed"/,
    ],
    [
      'a mode that is a number',
      'rootfs:\n  files:\n  - path: a\n    mode: 0644\n',
      /^e\.yaml:4:5: .*must be string/,
    ],
    ['an alias of nothing', 'tags: *a\n', /^e\.yaml:1:1: not YAML: /],
    ['aliases of aliases of aliases', LAUGHS, /repeats too much by aliases/],
    ['an alias inside of itself', 'tags: &a [*a]\n', /levels of nesting/],
    ['deep nesting', `${'['.repeat(3000)}${']'.repeat(3000)}`, /levels of nesting/],
    [
      'nesting deeper than the parser',
      `${'['.repeat(60_000)}${']'.repeat(60_000)}`,
      /levels of nesting|not YAML/,
    ],
    [
      'a file that is too large',
      `tags: [${'a, '.repeat(MAX_YAML_BYTES / 3)}]`,
      /takes at most 131072 bytes as YAML/,
    ],
    ['nothing', '', /the file (must be object|states nothing)|not JSON/],
    ['a word', 'word\n', /the file must be object/],
  ])('%s', ([, text, sentence]) => {
    const refusal = () => parseExpectation(text, 'e.yaml');
    expect(refusal).toThrow(ExpectationError);
    expect(refusal).toThrow(sentence);
  });
});
