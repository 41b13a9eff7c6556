import { describe, expect, test } from 'vitest';
import { tellingWords } from '../../../helpers/consumers/words.ts';

describe('the telling line', () => {
  test.each([
    [
      'the last line that tells of an error',
      'Getting image source signatures\nCopying blob sha256:9a3e\nError: unexpected EOF\n',
      'unexpected EOF',
    ],
    [
      'without the prefixes of logs',
      'time="2026-11-25T06:58:48Z" level=fatal msg="copying \\"a\\": no such file"',
      'copying "a": no such file',
    ],
    [
      'without prefixes within prefixes',
      'ctr: Error: archive/tar: invalid tar header',
      'archive/tar: invalid tar header',
    ],
    [
      'a panic, not the stack below it',
      'panic: runtime error: index out of range [0] with length 0\n\ngoroutine 1 [running]:\nmain.main()\n\t/build/main.go:12 +0x1d\n',
      'panic: runtime error: index out of range [0] with length 0',
    ],
    [
      'without the time of a daemon',
      '2026-11-25 07:50:46.149774 I | http: panic serving @: runtime error: nil pointer',
      'http: panic serving @: runtime error: nil pointer',
    ],
    [
      'what podman says of the form that the archive has, not of the last that it tried',
      'Error: payload does not match any of the supported image formats:\n * oci: open /a/index.json: not a directory\n * oci-archive: loading index: open /var/tmp/oci1426683706/index.json: no such file or directory\n * docker-archive: Invalid tag "AB" in manifest item @0\n * dir: open /a/manifest.json: not a directory\n',
      'Invalid tag "AB" in manifest item @0',
    ],
    [
      'that no form fits, where that is what podman says',
      'Error: payload does not match any of the supported image formats:\n * oci-archive: loading index: open /var/tmp/oci1426683706/index.json: no such file or directory\n * docker-archive: loading tar component "manifest.json": file does not exist\n * dir: open /a/manifest.json: not a directory\n',
      'payload does not match any of the supported image formats',
    ],
    ['of nothing', '\n', 'without a word'],
  ])('%s', (_, text, words) => expect(tellingWords(text)).toBe(words));
});

test.each([
  [
    'temporary folders',
    'Error: open /var/lib/docker/tmp/docker-import-123456789/blobs/json: gone',
    'docker-import-987654',
  ],
  [
    'the folder of the run',
    'Error: open /tmp/sc-ab12CD/work/7/layout/index.json: gone',
    '/tmp/sc-zz99ZZ/work/12/layout/index.json',
  ],
  ['stores', 'Error: lstat /var/lib/store/7/overlay: gone', '/var/lib/store/31/overlay'],
  ['snapshots', 'Error: mkdir /x/snapshots/3/fs: gone', '/x/snapshots/41/fs'],
  [
    'ports of the resolver',
    'Error: lookup example.com on [::1]:53: read udp [::1]:44880->[::1]:53: gone',
    '[::1]:39906->[::1]:53',
  ],
  ['days', 'Error: image import-2026-11-25@sha256:00: gone', 'import-2027-01-02@sha256:00'],
])('words do not hold %s that differ from run to run', (_, text, other) => {
  const [, changing = ''] =
    /(\S+(?=\/blobs\/json)|\/tmp\S+?(?=:)|\/var\/lib\/store\S+?(?=:)|\/x\S+?(?=:)|\[::1\]:\d+->\S+(?=: gone)|import-\S+?(?=: gone))/.exec(
      text,
    ) ?? [];
  const rest = changing.startsWith('/var/lib/docker') ? '/var/lib/docker/tmp/' : '';
  const twin = text.replace(changing, `${rest}${other}`);
  expect(twin).not.toBe(text);
  expect(tellingWords(twin)).toBe(tellingWords(text));
});

test('words do not hold the key of a snapshot that containerd makes up', () => {
  const words = (key: string) =>
    tellingWords(`ctr: failed to extract to overlayfs as "extract-${key} sha256:ab": bad`);
  expect(words('452316219-bfwI')).toBe(words('73009599-5-q_'));
  expect(words('452316219-bfwI')).toContain('sha256:ab');
});

test('digests of the archive itself stay: they tell what is wrong', () => {
  const digest = `sha256:${'a1'.repeat(32)}`;
  expect(tellingWords(`Error: invalid diffID: expected "${digest}"`)).toContain(digest);
});

test('a text without end is cut', () => {
  expect(tellingWords(`Error: open /a/${'l'.repeat(5000)}`).length).toBeLessThanOrEqual(300);
});
