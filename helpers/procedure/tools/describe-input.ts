import type { Archive } from '../../archive/model.ts';
import { annotationOf, listOf } from '../../archive/oci/guards.ts';
import { normaliseName } from '../../common/image-name.ts';
import type { ToolForm } from '../../requirements/tools/passage.ts';
import type { ToolInput } from './pass-through.ts';

/** What no command can take for an option, a path or a transport: the letters of references, and none of them first but these. */
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,200}$/;
const REF_NAME = 'org.opencontainers.image.ref.name';

/** What tools are told of an archive: the forms in which they can read it, and the names in it that are names. */
export function describeInput({
  archive,
  ...input
}: Pick<ToolInput, 'name' | 'kind' | 'bytes'> & { readonly archive: Archive }): ToolInput {
  const { documents, dockerImages, ociImages } = archive;
  const isDir = documents.version !== undefined && documents['index.json'] === undefined;
  const forms: ToolForm[] = [];
  if (isDir) forms.push('dir');
  else if (documents['manifest.json'] !== undefined) forms.push('docker-archive');
  if (documents['index.json'] !== undefined) forms.push('oci-archive', 'oci-layout');
  const names = [...dockerImages, ...ociImages]
    .flatMap((image) => image.names)
    .filter((name) => name.includes(':'));
  const refs = listOf(documents['index.json']?.value, 'manifests').flatMap(
    (descriptor) => annotationOf(descriptor, REF_NAME) ?? [],
  );
  return { ...input, forms, names: oncePerMeaning(usable(names)), refs: usable(refs) };
}

/** `docker.io/hello:1` is `hello:1`: a command that removed one does not find the other. */
function oncePerMeaning(names: readonly string[]): readonly string[] {
  const meanings = names.map(normaliseName);
  return names.filter((_, position) => meanings.indexOf(meanings[position] ?? '') === position);
}

function usable(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => REFERENCE.test(name));
}
