import type { Source } from '../../helpers/requirements/define.ts';
import type { Part, Passage } from '../../helpers/requirements/tools/passage.ts';
import {
  changedParts,
  comparisonOf,
  defineToolRequirements,
  hasOtherRoot,
  mustKeep,
  mustNotChange,
  passageViolation,
} from '../../helpers/requirements/tools/tool-support.ts';

// What an image keeps on its way through a tool. The output is held beside the input part by part; what a chain may change
// stands in its recipe with the reason and a source, and what it is there to change too. Digests follow from the parts:
// they are judged where no part differs.
export const surviving = defineToolRequirements([
  {
    id: 'tool.keeps-images',
    title: 'Every image and platform of the input is in the output',
    ...kept(
      'image',
      spec(
        'image-index',
        'image-index',
        'The image index is a higher-level manifest which points to specific [image manifests](manifest.md)',
      ),
    ),
    consequence:
      'Hosts of the platform that was lost get another image, or none. Copy all platforms, or each by itself.',
  },
  {
    id: 'tool.keeps-platform',
    title: 'The image keeps operating system, architecture and variant',
    ...kept(
      'platform',
      spec(
        'image-index',
        'image-index-property-descriptions',
        'This OPTIONAL property describes the minimum runtime requirements of the image.',
      ),
    ),
    consequence: 'An engine takes the image for one of another machine, and refuses or emulates it.',
  },
  {
    id: 'tool.keeps-config',
    title: 'The image keeps the settings of its config',
    ...kept(
      'config',
      spec(
        'config',
        'properties',
        'The execution parameters which SHOULD be used as a base when running a container using the image.',
      ),
    ),
    consequence:
      'Containers start with another command, user, environment or label than the image was built with.',
  },
  {
    id: 'tool.keeps-files',
    title: 'The root file system keeps every file, its content and its links',
    ...kept(
      'files',
      spec('layer', 'representing-changes', 'Added and modified files and directories in their entirety'),
    ),
    consequence: 'The program in the image is another, is gone, or what was deleted is back.',
  },
  {
    id: 'tool.keeps-modes',
    title: 'The files keep their modes',
    ...kept('modes', attribute('Mode (`mode`)')),
    consequence: 'Programs cannot be executed or files cannot be read any more, or everybody can write them.',
  },
  {
    id: 'tool.keeps-owners',
    title: 'The files keep their owners',
    ...kept('owners', attribute('User ID (`uid`)')),
    consequence: 'A program that does not run as root cannot read or write its files.',
  },
  {
    id: 'tool.keeps-attributes',
    title: 'The files keep their extended attributes',
    ...kept('attributes', attribute('Extended Attributes (`xattrs`)')),
    consequence: 'File capabilities are gone: a program that needs one fails with EPERM.',
  },
  {
    id: 'tool.keeps-times',
    title: 'The files keep their modification times',
    ...kept('times', attribute('Modification Time (`mtime`)')),
    consequence: 'Layers get other digests with every passage, and caches by time are wrong.',
  },
  {
    id: 'tool.keeps-layers',
    title: 'The image keeps its layers: their number, order and diffIDs',
    ...kept(
      'layers',
      spec(
        'config',
        'layer-diffid',
        "A layer DiffID is the digest over the layer's uncompressed tar archive",
      ),
      (passage) => (hasOtherRoot(passage) ? 'the root file system differs, and its layers with it' : true),
    ),
    consequence: 'Hosts and registries keep the same files twice. Copy the layers as they are.',
  },
  {
    id: 'tool.keeps-compression',
    title: 'The layers keep their compression and media type',
    ...kept(
      'compression',
      spec(
        'descriptor',
        'properties',
        'This REQUIRED property contains the media type of the referenced content.',
      ),
    ),
    consequence:
      'Layers have other digests in a registry and are stored twice; older engines may not read the compression.',
  },
  {
    id: 'tool.keeps-history',
    title: 'The image keeps its history and the time of its creation',
    ...kept('history', spec('config', 'properties', 'Describes the history of each layer.')),
    consequence: 'Scanners and people cannot tell any more which step made a layer, or how old the image is.',
  },
  {
    id: 'tool.keeps-names',
    title: 'The image keeps its names',
    ...kept(
      'names',
      spec('annotations', 'pre-defined-annotation-keys', 'Name of the reference for a target'),
    ),
    consequence: 'A load leaves an image without a name, or under another one. Name the destination.',
  },
  {
    id: 'tool.keeps-annotations',
    title: 'The manifest keeps its annotations',
    ...kept(
      'annotations',
      spec(
        'manifest',
        'image-manifest-property-descriptions',
        'This OPTIONAL property contains arbitrary metadata for the image manifest.',
      ),
    ),
    consequence: 'Origin, revision and licence of the image cannot be looked up any more.',
  },
  {
    id: 'tool.keeps-attestations',
    title: 'The image keeps its attestations',
    ...kept(
      'attestations',
      {
        document: 'buildkit',
        section: 'docs/attestations/attestation-storage.md',
        quote: 'Attestations are stored as manifest objects in the image index',
      },
      (passage) =>
        changedParts(passage, ['image']).length === 0 || 'the images differ, and what is said of them',
    ),
    consequence: 'Provenance and SBOM are gone, and a policy that asks for them refuses the image.',
  },
  {
    id: 'tool.keeps-config-digest',
    title: 'The config is the same to the byte where nothing in it differs',
    ...digestKept('config', ['platform', 'config', 'history', 'layers']),
    source: spec('config', 'imageid', "Each image's ID is given by the SHA256 hash of its"),
    consequence: 'The image has another ID, though nothing in it changed: it cannot be recognised.',
  },
  {
    id: 'tool.keeps-manifest-digest',
    title: 'The manifest is the same to the byte where nothing in it differs',
    ...digestKept('manifest', ['platform', 'config', 'history', 'layers', 'compression', 'annotations']),
    source: spec('descriptor', 'digests', 'It uniquely identifies content by taking a'),
    consequence: 'Signatures and references by digest do not fit the copy. Ask the tool to preserve digests.',
  },
]);

function spec(document: string, section: string, quote: string): Source {
  return { document, section, quote };
}

function attribute(quote: string): Source {
  return spec('layer', 'file-attributes', quote);
}

/** One part that must not differ. */
function kept(part: Part, source: Source, applies: (passage: Passage) => true | string = () => true) {
  return {
    level: 'expectation',
    source,
    when: (passage: Passage) => {
      const keep = mustKeep(part)(passage);
      return keep === true ? applies(passage) : keep;
    },
    check: (passage: Passage) => mustNotChange(passage, part),
  } as const;
}

/** A digest that must not differ, where none of the parts does that it follows from. */
function digestKept(what: 'config' | 'manifest', parts: readonly Part[]) {
  const part: Part = `${what}-digest`;
  return {
    level: 'expectation',
    when: (passage: Passage) => {
      const keep = mustKeep(part)(passage);
      if (keep !== true) return keep;
      const compared = comparisonOf(passage);
      if (typeof compared === 'string' || compared.same[what] === undefined)
        return `input or output has no ${what}`;
      if (compared.same.diffIds === false) return 'the layers differ, and their digests are in it';
      const changed = changedParts(passage, ['image', ...parts]);
      if (what === 'manifest' && compared.same.config === false)
        return 'the config differs, and its digest is in it';
      return changed.length === 0 || `it differs in ${changed.join(', ')}`;
    },
    *check(passage: Passage) {
      const compared = comparisonOf(passage);
      if (typeof compared !== 'string' && compared.same[what] === false)
        yield passageViolation(
          'another digest',
          `${what} of the output`,
          'the same digest',
          `the input ${passage.input}`,
        );
    },
  } as const;
}
