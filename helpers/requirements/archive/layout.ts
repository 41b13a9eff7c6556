import { parseDigest } from '../../archive/digest.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import { fieldOf, isObject } from '../../archive/oci/guards.ts';
import { cite, defineForArchive, isLayout, violationAt } from './support.ts';

const LAYOUT = 'image-layout';

/** The files of an OCI layout and the names of its blobs. */
export const LAYOUT_REQUIREMENTS = defineForArchive([
  {
    id: 'layout.marker',
    title: 'An OCI layout has the file oci-layout',
    level: 'must',
    source: cite(LAYOUT, 'content', '`oci-layout` file\n  - It MUST exist'),
    aliases: ['O1'],
    consequence: 'skopeo, umoci and containerd do not recognise the layout, and refuse it.',
    when: isLayout,
    *check({ documents }) {
      if (documents['oci-layout'] === undefined)
        yield violationAt({ member: 'oci-layout' }, 'a file', 'none', 'members of the archive');
    },
  },
  {
    id: 'layout.version',
    title: 'oci-layout states imageLayoutVersion 1.0.0',
    level: 'must',
    source: cite(LAYOUT, 'content', 'It MUST contain an `imageLayoutVersion` field'),
    aliases: ['O1'],
    consequence: 'Consumers refuse a layout of a version that they do not know.',
    when: ({ documents }) => documents['oci-layout'] !== undefined || 'the archive has no oci-layout',
    *check({ documents }) {
      const value = documents['oci-layout']?.value;
      if (value === undefined) return;
      const version = fieldOf(value, 'imageLayoutVersion');
      if (isObject(value) && version === '1.0.0') return;
      yield violationAt(
        { member: 'oci-layout', pointer: '/imageLayoutVersion' },
        '1.0.0',
        isObject(value) ? version : value,
        'oci-layout',
      );
    },
  },
  {
    id: 'layout.index-exists',
    title: 'An OCI layout has the file index.json',
    level: 'must',
    source: cite(LAYOUT, 'content', '`index.json` file\n  - It MUST exist'),
    aliases: ['O2'],
    consequence: 'Nothing tells which blobs are images: no consumer of OCI layouts finds one.',
    when: isLayout,
    *check({ documents }) {
      if (documents['index.json'] === undefined)
        yield violationAt({ member: 'index.json' }, 'a file', 'none', 'members of the archive');
    },
  },
  {
    id: 'layout.blobs-directory',
    title: 'An OCI layout has the folder blobs',
    level: 'must',
    source: cite(LAYOUT, 'content', 'Directory MUST exist and MAY be empty'),
    aliases: ['O1'],
    consequence: 'Strict consumers refuse the layout before they read its index.',
    when: isLayout,
    *check({ members }) {
      if (members.some(({ path }) => /^blobs(?:\/|$)/.test(normalisePath(path)))) return;
      yield violationAt({ member: 'blobs' }, 'a folder', 'none', 'members of the archive');
    },
  },
  {
    id: 'layout.blob-digest',
    title: 'Every blob hashes to its name',
    level: 'must',
    source: cite(
      LAYOUT,
      'blobs',
      'The content of `blobs/<alg>/<encoded>` MUST match the digest `<alg>:<encoded>`',
    ),
    aliases: ['O4', 'O5'],
    consequence: 'Every consumer that verifies refuses the image; one that does not runs changed content.',
    when: ({ blobs }) => blobs.length > 0 || 'the archive has no blobs',
    *check({ blobs }) {
      for (const { member, algorithm, encoded, measured } of blobs) {
        const named = `${algorithm}:${encoded}`;
        if (measured === '' || !parseDigest(named) || measured === named) continue;
        yield violationAt({ member }, named, measured, `${algorithm}(${member})`, 'name of the blob');
      }
    },
  },
  {
    id: 'layout.blob-name',
    title: 'Every file below blobs is named by a well-formed digest',
    level: 'must',
    source: cite(
      LAYOUT,
      'blobs',
      'The character set of the entry name for `<alg>` and `<encoded>` MUST match the respective grammar elements',
    ),
    aliases: ['O4'],
    consequence: 'No descriptor can reach it: sha256 names are 64 hexadecimal digits in lower case.',
    when: isLayout,
    *check({ members }) {
      for (const { path, type } of members) {
        const [folder, algorithm, encoded, ...rest] = normalisePath(path).split('/');
        if (folder !== 'blobs' || type === 'directory' || algorithm === undefined) continue;
        if (rest.length === 0 && parseDigest(`${algorithm}:${encoded ?? ''}`)) continue;
        yield violationAt({ member: path }, 'blobs/<algorithm>/<encoded>', path, 'name of the member');
      }
    },
  },
]);
