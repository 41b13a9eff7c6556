import type { Source } from './define.ts';

/** A document that requirements cite, at one fixed version. */
interface SpecDocument {
  readonly title: string;
  /** Tag, edition or version that was read; never a branch. */
  readonly tag: string;
  /** Address of a section: an anchor, a path, or a number, as the document counts. */
  readonly url: (section: string) => string;
}

const IMAGE_SPEC = 'v1.1.1';
const POSIX = 'IEEE Std 1003.1-2017';

function imageSpec(name: string, title: string): SpecDocument {
  const base = `https://github.com/opencontainers/image-spec/blob/${IMAGE_SPEC}/${name}.md`;
  return { title: `OCI Image Format: ${title}`, tag: IMAGE_SPEC, url: (section) => `${base}#${section}` };
}

/** Section is a path in the repository, with an optional `#anchor`. */
function repository(name: string, tag: string): SpecDocument {
  return { title: name, tag, url: (section) => `https://github.com/${name}/blob/${tag}/${section}` };
}

function rfc(number: number, title: string): SpecDocument {
  return {
    title: `RFC ${number}: ${title}`,
    tag: `RFC ${number}`,
    url: (section) => `https://www.rfc-editor.org/rfc/rfc${number}#${section}`,
  };
}

/** Every document that a requirement may cite, by the key used in `Source.document`. */
export const SPEC_DOCUMENTS: Readonly<Record<string, SpecDocument>> = {
  'image-layout': imageSpec('image-layout', 'Image Layout'),
  'image-index': imageSpec('image-index', 'Image Index'),
  manifest: imageSpec('manifest', 'Image Manifest'),
  descriptor: imageSpec('descriptor', 'Content Descriptors'),
  config: imageSpec('config', 'Image Configuration'),
  layer: imageSpec('layer', 'Filesystem Layers'),
  annotations: imageSpec('annotations', 'Annotations'),
  'docker-image-spec': {
    title: 'Docker Image Specification',
    tag: 'v1.3.1',
    url: (section) => `https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#${section}`,
  },
  posix: {
    title: 'POSIX: pax, ustar interchange format',
    tag: POSIX,
    url: (section) => `https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#${section}`,
  },
  rfc1952: rfc(1952, 'GZIP file format'),
  rfc8259: rfc(8259, 'The JavaScript Object Notation (JSON) Data Interchange Format'),
  rfc8878: rfc(8878, "Zstandard Compression and the 'application/zstd' Media Type"),
  cwe: {
    title: 'Common Weakness Enumeration',
    tag: '4.17',
    url: (section) => `https://cwe.mitre.org/data/definitions/${section}.html`,
  },
  moby: repository('moby/moby', 'docker-v29.7.2'),
  /** The last version of the text of the first image format. */
  'moby-v1': repository('moby/moby', 'v20.10.0'),
  'go-archive': repository('moby/go-archive', 'v0.1.0'),
  buildkit: repository('moby/buildkit', 'v0.32.2'),
  containerd: repository('containerd/containerd', 'v2.2.7'),
  'containers-image': repository('containers/image', 'v5.36.1'),
  'go-containerregistry': repository('google/go-containerregistry', 'v0.21.9'),
  umoci: repository('opencontainers/umoci', 'v0.6.0'),
  runc: repository('opencontainers/runc', 'v1.3.0'),
  /** What somebody observed; the section is `owner/name#number`, which is as fixed as a tag. */
  'issue-tracker': {
    title: 'Issue or pull request',
    tag: 'by number',
    url: (section) => `https://github.com/${section.replace('#', '/issues/')}`,
  },
  /** The procedure that the suite was asked to protect, kept in this repository. */
  'documented-flow': {
    title: 'The documented procedure',
    tag: 'this repository',
    url: (section) => `fixtures/documented-flow.md#${section}`,
  },
  'container-structure-test': {
    title: 'container-structure-test: README',
    tag: '00c0ee19af4b',
    url: (section) =>
      `https://github.com/GoogleContainerTools/container-structure-test/blob/00c0ee19af4b3dcd05573dc08c211b53c0a5af65/README.md#${section}`,
  },
  /** What the recipes of tools may rely on; the section is a heading of their README. */
  tools: {
    title: 'The recipes of tools',
    tag: 'this repository',
    url: (section) => `fixtures/tools/README.md#${section}`,
  },
  /** The measured table of consumers; the section is a consumer. */
  receptions: {
    title: 'Measured receptions',
    tag: 'this repository',
    url: () => 'fixtures/consumers/receptions.json',
  },
  /** What an expectation file states; the section is its field, described by the schema. */
  expectation: {
    title: 'The expectation file',
    tag: 'schema 1',
    url: (section) =>
      `helpers/requirements/expectation/expectation.schema.json${section === '' ? '' : `#/properties/${section}`}`,
  },
};

/**
 * The cited words as they are shown: in quotation marks where they stand in the document. What an issue is about is said
 * in our own words, and has none.
 */
export function citedText({ document, quote }: Pick<Source, 'document' | 'quote'>): string {
  const text = quote.replace(/\s+/g, ' ');
  return document === 'issue-tracker' || document === 'receptions' ? text : `"${text}"`;
}

/** Where a reader finds the cited text. Throws for a document that nobody declared. */
export function sourceUrl({ document, section }: Source): string {
  const known = SPEC_DOCUMENTS[document];
  if (!known)
    throw new Error(`Suite bug: the document "${document}" is cited but not declared in SPEC_DOCUMENTS`);
  return known.url(section);
}
