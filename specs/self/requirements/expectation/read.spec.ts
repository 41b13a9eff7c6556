import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locateValues, positionAt } from '../../../../helpers/requirements/expectation/json-position.ts';
import {
  ExpectationError,
  parseExpectation,
  readExpectation,
} from '../../../../helpers/requirements/expectation/read-expectation.ts';
import { scratchFolder } from '../../engines/scratch-folder.ts';

/** The message with which a text is refused. */
function refusal(text: string): string {
  try {
    parseExpectation(text, 'e.json');
  } catch (error) {
    if (error instanceof ExpectationError) return error.message;
    throw error;
  }
  throw new Error('the text was accepted');
}

describe('an expectation file', () => {
  test.each([
    ['{\n  "layers": [\n    {},\n  ]\n}', 'e.json:4:3: not JSON: expected a JSON value here'],
    ['{"layers": [] "tags": []}', "e.json:1:15: not JSON: expected ',' or '}' here"],
    ['', 'e.json:1:1: not JSON: expected a JSON value here'],
    ['{} x', 'e.json:1:4: not JSON: expected the end of the file here'],
    ['{"tags": ["a\nb"]}', 'e.json:1:11: not JSON: expected a JSON value here'],
  ])('is refused at the place where it is no JSON: %j', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  test('is refused at the line and column of an unknown field, and names the known ones', () => {
    expect(refusal('{\n  "layers": [\n    { "files": [{ "path": "a", "moed": "0755" }] }\n  ]\n}')).toMatch(
      /^e\.json:3:32: \/layers\/0\/files\/0\/moed unknown field "moed"; known here: comment, path, type, mode,/,
    );
  });

  test.each([
    ['{"layers":[{"files":[{}]}]}', '1:22: /layers/0/files/0 the field "path" is missing'],
    ['{"layers":[{"files":[{"path":"a","mode":"rwx"}]}]}', '1:34: /layers/0/files/0/mode must match pattern'],
    ['{"rootfs":{"files":[{"path":"a","type":"pipe"}]}}', '1:33: /rootfs/files/0/type must be one of file,'],
    [
      '{"rootfs":{"files":[{"path":"a","pattern":"("}]}}',
      '1:33: /rootfs/files/0/pattern is no regular expression',
    ],
    [
      '{"rootfs":{"files":[{"path":"a","xattrs":{"b":1}}]}}',
      '1:43: /rootfs/files/0/xattrs/b must be string or null',
    ],
    ['{"forbidden":["("]}', '1:15: /forbidden/0 is no regular expression'],
    ['{"forbidden":[{"pattern":"["}]}', '1:16: /forbidden/0/pattern is no regular expression'],
    ['{"forbidden":[{"in":["paths"]}]}', '1:15: /forbidden/0 the field "pattern" is missing'],
    [
      '{"forbidden":[{"pattern":"a","in":["files"]}]}',
      '1:36: /forbidden/0/in/0 must be one of paths, texts,',
    ],
    ['{"compression":"bzip2"}', '1:2: /compression must match pattern'],
    ['{"compression":["bzip2"]}', '1:17: /compression/0 must be one of none, gzip, zstd'],
    ['{"attestations":-1}', '1:2: /attestations must be >= 0'],
    ['{"signatures":true}', '1:2: /signatures must be integer or array'],
    ['{"sizes":{"maxSize":"1 MB"}}', '1:11: /sizes/maxSize must be integer (Bytes of all layers.)'],
    ['{"config":{"Healthcheck":{"Test":"x"}}}', '1:27: /config/Healthcheck/Test must be array'],
    ['{"tags":["a"],"tags":["b"]}', '1:15: /tags is stated twice'],
    ['{"rootfs":{"files":[{"path":"a"},{"path":"a"}]}}', '1:35: /rootfs/files/1/path is stated twice'],
    [
      '{"rootfs":{"absent":["a"],"files":[{"path":"a"}]}}',
      '1:37: /rootfs/files/0/path is also stated as absent',
    ],
    ['{}', '1:1: the file states nothing'],
    ['[]', '1:1: the file must be object'],
    ['{"config":{"Env":["PATH"]}}', '1:19: /config/Env/0 must match pattern'],
  ])('is refused with its place: %s', (text, message) => {
    expect(refusal(text)).toContain(`e.json:${message}`);
  });

  test.each(['/a', './a', 'a/', 'a/../b', '..', 'a//b', '.', ''])('does not take the path %j', (path) => {
    expect(refusal(JSON.stringify({ rootfs: { files: [{ path }] } }))).toContain('/rootfs/files/0/path must');
  });

  test.each(['a', '.a', '..a', 'a.', 'a/.b/..c', 'a b', '.wh.a', 'é\n'])('takes the path %j', (path) => {
    const value = { rootfs: { files: [{ path }] } };
    expect(parseExpectation(JSON.stringify(value), 'e.json')).toEqual(value);
  });

  test('reports every problem at once', () => {
    expect(refusal('{"a":1,\n"b":2,\n"tags":3}').split('\n')).toHaveLength(3);
  });

  test('that does not exist is refused in one sentence', async () => {
    await expect(readExpectation('/nonexistent/e.json')).rejects.toThrow(
      '/nonexistent/e.json: cannot read the expectation: no such file',
    );
  });

  test('is refused when it is a device or a pipe that nobody writes, instead of being read for ever', async () => {
    await using folder = await scratchFolder();
    const fifo = join(folder.path, 'fifo');
    execFileSync('mkfifo', [fifo]);
    for (const file of [fifo, '/dev/zero', '/dev/null'])
      await expect(readExpectation(file)).rejects.toThrow(
        `${file}: cannot read the expectation: it is no regular file; write the pipe or device to a file first`,
      );
  });

  test('escapes what it quotes', () => {
    expect(refusal(`{"\\u001b[2J": 1}`)).not.toContain('\u001b');
  });
});

describe('the positions of JSON values', () => {
  test('are those of keys and array members', () => {
    const text = '{\n "a~/b": [1,\n  {"c": null}]}';
    const { offsets } = locateValues(text);
    expect([...offsets].map(([pointer, offset]) => [pointer, positionAt(text, offset)])).toEqual([
      ['', { line: 1, column: 1 }],
      ['/a~0~1b', { line: 2, column: 2 }],
      ['/a~0~1b/0', { line: 2, column: 11 }],
      ['/a~0~1b/1', { line: 3, column: 3 }],
      ['/a~0~1b/1/c', { line: 3, column: 4 }],
    ]);
  });

  test('exist for any JSON that the platform can read', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat(3), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        expect(locateValues(text).offsets.get('')).toBe(0);
      }),
    );
  });

  test('are refused for any text that the platform cannot read', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', ',', '}', ']', 'x', '\u0001', '\\', '0'),
        (json, at, insert) => {
          const place = at % (json.length + 1);
          const text = `${json.slice(0, place)}${insert}${json.slice(place)}`;
          expect(accepts(locateValues, text)).toBe(accepts(JSON.parse, text));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function accepts(read: (text: string) => unknown, text: string): boolean {
  try {
    read(text);
    return true;
  } catch {
    return false;
  }
}
