import { imageKey } from '../../archive/images.ts';
import type { Archive, JsonDocument } from '../../archive/model.ts';
import { pointerSegment } from '../../archive/oci/guards.ts';
import type { Locator } from '../../common/locator.ts';
import { CONFIG_FIELDS, fieldSteps } from './config-fields.ts';
import {
  cite,
  configObjects,
  defineForArchive,
  hasConfig,
  indexes,
  isDockerArchive,
  manifests,
  violationAt,
} from './support.ts';

/** Of indexes and manifests. */
const OCI_FIELDS = /^\/(?:schemaVersion|(?:manifests|layers)\/\d+\/size|(?:config|subject)\/size)$/;
const LAYER_SOURCES = /^\/\d+\/LayerSources\/[^/]+\/size$/;
const CONFIG_POINTERS = new Set(
  Object.entries(CONFIG_FIELDS)
    .filter(([, type]) => type === 'integer')
    .map(([path]) => fieldSteps(path).map(pointerSegment).join('')),
);

/** How whole numbers are written: `862.0` has the right value, and typed parsers refuse it. */
export const WHOLE_NUMBER_REQUIREMENTS = defineForArchive([
  {
    id: 'json.whole-numbers',
    title: 'Whole numbers are written without fraction and exponent',
    level: 'consumer',
    source: cite('descriptor', 'properties', '- **`size`** *int64*'),
    consequence:
      'Consumers in Go stop with "cannot unmarshal number 862.0": scripts that go through floating point write such sizes.',
    when: (archive) => hasDocuments(archive) || 'the archive has no JSON with whole numbers',
    *check(archive) {
      for (const { where, document, isWhole } of places(archive)) {
        for (const { pointer, text } of document.fractions ?? []) {
          // A number that is not whole is the violation of the field's own requirement.
          if (!isWhole(pointer) || !Number.isSafeInteger(Number(text))) continue;
          yield violationAt(
            { ...where, member: document.member, pointer },
            String(Number(text)),
            text,
            `${document.member} ${pointer}`,
          );
        }
      }
    },
  },
]);

interface Place {
  readonly where: Locator;
  readonly document: JsonDocument;
  readonly isWhole: (pointer: string) => boolean;
}

function places(archive: Archive): readonly Place[] {
  const oci = [...indexes(archive), ...manifests(archive).map(({ manifest }) => manifest)];
  const docker = archive.documents['manifest.json'];
  const all: readonly Place[] = [
    ...oci.map((document) => ({ where: {}, document, isWhole: (at: string) => OCI_FIELDS.test(at) })),
    ...(docker ? [{ where: {}, document: docker, isWhole: (at: string) => LAYER_SOURCES.test(at) }] : []),
    ...configObjects(archive).map(({ image, config }) => ({
      where: { image: imageKey(image) },
      document: config,
      isWhole: (at: string) => CONFIG_POINTERS.has(at),
    })),
  ];
  return [...new Map(all.map((place) => [place.document.member, place])).values()];
}

function hasDocuments(archive: Archive): boolean {
  return indexes(archive).length > 0 || isDockerArchive(archive) === true || hasConfig(archive) === true;
}
