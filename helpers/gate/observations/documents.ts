import type { Archive, DocumentName } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { defineArchiveObservations } from './define.ts';
import { common, elementsOf, fieldsOf, isList, setOf, withoutHex } from './values.ts';

const REF_NAME = 'org.opencontainers.image.ref.name';
const CONTAINERD_NAME = 'io.containerd.image.name';

/** What the documents at the top of an archive say, and in which shape. */
export const DOCUMENT_OBSERVATIONS = defineArchiveObservations([
  {
    id: 'observation.layout',
    title: 'Producer generation told from the form of the archive',
    read: ({ fingerprint }) => fingerprint.profile,
    advice: {
      means: 'Paths, media types and documents of the archive follow another convention.',
      do: 'Read it with a tool that knows both views, and remove scripts that expect <id>/layer.tar.',
    },
  },
  {
    id: 'observation.documents',
    title: 'Documents at the top of the archive',
    read: ({ documents }) => setOf(Object.keys(documents)),
    advice: {
      means: 'A consumer that needs manifest.json, index.json or repositories may not find it.',
      do: 'Check which of them your consumers read, and save in a form that has it.',
      cases: [
        {
          fits: (before, after) => elementsOf(before).every((name) => elementsOf(after).includes(name)),
          means:
            'All documents of the baseline are still there; tools that prefer a new one read that instead.',
          do: 'Make sure that your consumers find the same image by either document.',
        },
      ],
    },
  },
  {
    id: 'observation.trailing-newline',
    title: 'Documents that end with a newline',
    read: ({ documents }) =>
      setOf(Object.entries(documents).flatMap(([name, { text }]) => (text.endsWith('\n') ? [name] : []))),
    advice: {
      means: 'The bytes of the documents differ; nothing that parses JSON notices.',
      do: 'Compare parsed values, not bytes.',
    },
  },
  {
    id: 'observation.oci-layout-bytes',
    title: 'Text of oci-layout',
    read: ({ documents }) => documents['oci-layout']?.text ?? 'absent',
    advice: {
      means: 'The white space tells who wrote the archive; a consumer that compares bytes sees a difference.',
      do: 'Parse it and compare imageLayoutVersion.',
    },
  },
  {
    id: 'observation.repositories',
    title: 'The file repositories and what its values mean',
    read: repositoriesMeaning,
    advice: {
      means: 'Old loaders find names only there, and what it maps a tag to has changed over the years.',
      do: 'Read names from manifest.json RepoTags instead.',
    },
  },
  {
    id: 'observation.manifest-json-keys',
    title: 'Keys of the entries of manifest.json',
    read: ({ documents }) =>
      setOf(elementsOf(documents['manifest.json']?.value).flatMap((entry) => Object.keys(fieldsOf(entry)))),
    advice: {
      means: 'Strict readers may refuse a key that they do not know, or miss one that they need.',
      do: 'Ignore unknown keys; rely on Config, RepoTags and Layers only.',
    },
  },
  {
    id: 'observation.layer-sources',
    title: 'LayerSources in manifest.json',
    read: layerSources,
    advice: {
      means: 'The key is in no specification; where it is, it gives size and digest of each layer.',
      do: 'Do not depend on it; measure the layers.',
    },
  },
  {
    id: 'observation.layer-paths',
    title: 'Paths of layers and config in manifest.json',
    read: ({ documents }) =>
      setOf(
        elementsOf(documents['manifest.json']?.value).flatMap((entry) =>
          [fieldsOf(entry)['Config'], ...elementsOf(fieldsOf(entry)['Layers'])].flatMap((path) =>
            typeof path === 'string' ? withoutHex(path) : [],
          ),
        ),
      ),
    advice: {
      means: 'Scripts that match these paths with a pattern find nothing any more.',
      do: 'Take each path from manifest.json as it is written.',
    },
  },
  {
    id: 'observation.repo-tags',
    title: 'Form of the names in manifest.json',
    read: ({ documents }) =>
      setOf(
        elementsOf(documents['manifest.json']?.value).flatMap((entry) =>
          tagForms(fieldsOf(entry)['RepoTags']),
        ),
      ),
    advice: {
      means: 'The name after loading differs: a qualified name keeps its registry, a short one gets one.',
      do: 'Name images in full, with their registry, when saving and when looking them up.',
    },
  },
  {
    id: 'observation.ref-name',
    title: `Meaning of the annotation ${REF_NAME}`,
    read: annotationForms(REF_NAME),
    advice: {
      means: 'A consumer that takes it for the whole name, or for the tag alone, finds no image or another.',
      do: 'Look up images by digest, or by the annotation that your consumer documents.',
    },
  },
  {
    id: 'observation.containerd-name',
    title: `The annotation ${CONTAINERD_NAME}`,
    read: annotationForms(CONTAINERD_NAME),
    advice: {
      means:
        'Tools such as ctr and kind name an imported image by it; without it the image comes in without a name.',
      do: 'Give a name on import where it is missing.',
    },
  },
  {
    id: 'observation.index-annotations',
    title: 'Annotation keys on the descriptors of index.json',
    read: ({ documents }) =>
      setOf(indexDescriptors(documents).flatMap((each) => Object.keys(fieldsOf(each['annotations'])))),
    advice: {
      means: 'Tools that select images by an annotation may find none, or more than before.',
      do: 'Check the annotations that your tools read.',
    },
  },
]);

function repositoriesMeaning({ documents, dockerImages, layers }: Archive): Json {
  const document = documents['repositories'];
  if (document === undefined) return 'absent';
  const ids = Object.values(fieldsOf(document.value)).flatMap((tags) => Object.values(fieldsOf(tags)));
  if (ids.length === 0) return 'empty';
  const tops = new Set(dockerImages.map(({ diffIds }) => diffIds.at(-1)?.split(':')[1]));
  const folders = new Set(
    [
      ...dockerImages.flatMap((image) => image.layers.map(({ reference }) => reference)),
      ...layers.keys(),
    ].map((path) => path.split('/')[0]),
  );
  return setOf(
    ids.map((id) => {
      if (typeof id !== 'string') return 'no text';
      if (tops.has(id)) return 'hex of the top diffID';
      return folders.has(id) ? 'v1 ID of the top layer' : 'something else';
    }),
  ).join(' or ');
}

function layerSources({ documents }: Archive): Json {
  const entries = elementsOf(documents['manifest.json']?.value).map(fieldsOf);
  const forms = entries.map((entry) => {
    const sources = Object.keys(fieldsOf(entry['LayerSources'])).length;
    const layers = new Set(elementsOf(entry['Layers']).map(String)).size;
    if (entry['LayerSources'] === undefined) return 'absent';
    return sources >= layers ? 'every layer' : 'some layers';
  });
  return common(forms) ?? 'absent';
}

function tagForms(tags: Json | undefined): readonly string[] {
  if (tags === undefined) return ['no RepoTags'];
  if (tags === null) return ['null when untagged'];
  const list = elementsOf(tags);
  return list.length === 0 ? ['[] when untagged'] : list.map((tag) => formOfName(String(tag)));
}

/** A reference is qualified when its first part can be a host: it has a dot or a port, or is `localhost`. */
function formOfName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost'))
    return `qualified with ${first === 'localhost' || first === 'docker.io' ? first : 'a registry'}`;
  return /[:/@]/.test(name) ? 'short name' : 'tag only';
}

function annotationForms(key: string) {
  return ({ documents }: Archive): Json => {
    const values = indexDescriptors(documents).map((descriptor) => fieldsOf(descriptor['annotations'])[key]);
    return setOf(values.map((value) => (typeof value === 'string' ? formOfName(value) : 'absent')));
  };
}

function indexDescriptors(documents: Archive['documents']): readonly Readonly<Record<string, Json>>[] {
  const name: DocumentName = 'index.json';
  return elementsOf(fieldsOf(documents[name]?.value)['manifests']).map(fieldsOf);
}

/** Media types by depth below `index.json`, and keys of descriptors. */
export const INDEX_OBSERVATIONS = defineArchiveObservations([
  {
    id: 'observation.index-target',
    title: 'What the descriptors of index.json point at',
    read: ({ documents }) =>
      setOf(indexDescriptors(documents).map((descriptor) => String(descriptor['mediaType']))),
    advice: {
      means:
        'A nested index (attestations, several platforms) is refused by consumers that expect a manifest there.',
      do: 'Build with --provenance=false, or choose a platform when saving, where a consumer needs a manifest.',
      cases: [
        {
          fits: (before, after) => isList(before) && before.length === 0 && !leadsToIndex(after),
          means: 'The archive has an index.json now: tools that read OCI layouts find the image in it.',
          do: 'Nothing to do for readers of manifest.json.',
        },
        {
          fits: (before, after) => leadsToIndex(before) && !leadsToIndex(after),
          means: 'index.json leads straight to a manifest: consumers that expect an index there find none.',
          do: 'Tell by the media type which of the two it is.',
        },
        {
          fits: (_, after) => !leadsToIndex(after),
          means:
            'Consumers that know only one family of media types, OCI or Docker, refuse or skip the image.',
          do: 'Accept the manifest types of both families, or set oci-mediatypes when building.',
        },
      ],
    },
  },
  {
    id: 'observation.descriptor-keys',
    title: 'Keys of the descriptors by what they describe',
    read: ({ descriptors }) =>
      setOf(
        descriptors
          .filter(({ role }) => role !== 'layer-source')
          .flatMap(({ role, value }) => Object.keys(fieldsOf(value)).map((key) => `${role} ${key}`)),
      ),
    advice: {
      means:
        'Keys such as platform or data come and go; strict readers stumble over those they do not expect.',
      do: 'Ignore keys that you do not need, as the specification demands.',
    },
  },
]);

/** Whether any of the media types is that of an index. */
function leadsToIndex(types: Json | undefined): boolean {
  return elementsOf(types).some((type) => /image\.index|manifest\.list/.test(String(type)));
}
