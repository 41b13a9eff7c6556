import type { Json } from '../../common/json.ts';
import type { GateWeight } from '../../report/gate-model.ts';
import { stopsLine } from './flow.ts';
import type { ObservationId } from './observations.ts';
import { isList } from './values.ts';

/** Forms of `created` that strict clients fail on. */
const CANNOT_BE_READ: ReadonlySet<Json | undefined> = new Set(['absent', 'null', 'the year 1']);

type Weighing = GateWeight | ((before: Json | undefined, after: Json | undefined) => GateWeight);

/**
 * How much a change of each observation weighs. `scripts`: who follows the baseline finds nothing, or something else, and
 * fails. `bytes`: digests, caches and comparisons change. `cosmetic`: nobody who parses notices.
 */
const WEIGHTS: Readonly<Record<ObservationId, Weighing>> = {
  'observation.layout': 'scripts',
  'observation.documents': unlessAdded,
  'observation.trailing-newline': 'cosmetic',
  'observation.oci-layout-bytes': 'cosmetic',
  'observation.repositories': (before) => (before === 'absent' ? 'bytes' : 'scripts'),
  'observation.manifest-json-keys': unlessAdded,
  'observation.layer-sources': 'bytes',
  'observation.layer-paths': unlessAdded,
  'observation.repo-tags': unlessAdded,
  'observation.ref-name': unlessAdded,
  'observation.containerd-name': unlessAdded,
  'observation.index-annotations': unlessAdded,
  'observation.index-target': unlessAdded,
  'observation.descriptor-keys': unlessAdded,
  'observation.compression-of-archive': 'scripts',
  'observation.members': unlessAdded,
  'observation.member-order': 'bytes',
  'observation.member-types': 'scripts',
  'observation.member-modes': 'bytes',
  'observation.member-mode-type-bits': 'cosmetic',
  'observation.member-mtimes': 'bytes',
  'observation.member-owners': 'bytes',
  'observation.tar-format': unlessAdded,
  'observation.manifest-media-types': unlessAdded,
  'observation.config-media-types': unlessAdded,
  'observation.layer-media-types': unlessAdded,
  'observation.layer-compression': 'scripts',
  'observation.attestations': 'scripts',
  'observation.attestation-predicates': unlessAdded,
  'observation.manifest-annotations': 'bytes',
  'observation.digest-algorithms': (before) => (isList(before) && before.length === 0 ? 'bytes' : 'scripts'),
  'observation.config-keys': unlessAdded,
  'observation.runtime-config-keys': 'bytes',
  'observation.docker-version': (_, after) => (after === 'absent' ? 'scripts' : 'bytes'),
  'observation.path-default': 'scripts',
  'observation.working-dir-default': 'bytes',
  'observation.entrypoint-default': 'bytes',
  'observation.labels': unlessAdded,
  'observation.created': (_, after) => (CANNOT_BE_READ.has(after) ? 'scripts' : 'bytes'),
  'observation.history-wording': 'cosmetic',
  'observation.history-comments': 'cosmetic',
  'observation.history-keys': 'bytes',
  'observation.layer-count': 'bytes',
  'observation.layer-tar-format': 'bytes',
  'observation.layer-mode-type-bits': 'bytes',
  'observation.layer-owner-names': 'bytes',
  'observation.layer-directories': 'bytes',
  'observation.layer-pax-keys': unlessAdded,
  'observation.layer-mtime-precision': 'bytes',
  'observation.layer-trailer': 'bytes',
  'observation.image-id': 'scripts',
  'observation.save-repeats': (_, after) => (after === 'identical' ? 'cosmetic' : 'bytes'),
  'observation.unknown-members': 'bytes',
  'observation.unknown-keys': 'scripts',
  'observation.unknown-media-types': 'scripts',
  'observation.unreferenced-blobs': 'bytes',
};

/** The same of what the documented procedure records. */
const PROCEDURE_WEIGHTS: Readonly<Record<string, Weighing>> = {
  'flow.builder': 'scripts',
  'flow.builder-driver': 'scripts',
  'flow.builder-buildkit': 'cosmetic',
  'flow.builder-platforms': unlessAdded,
  'flow.labels-added': unlessAdded,
  'flow.lines-as-written': (before, after) => (stopsLine(before, after) ? 'scripts' : 'cosmetic'),
};

/** The weight of one change; what this version of the suite does not know is taken for heavy. */
export function weightOf(id: string, before: Json | undefined, after: Json | undefined): GateWeight {
  const known: Readonly<Record<string, Weighing>> = { ...WEIGHTS, ...PROCEDURE_WEIGHTS };
  const weighing = Object.hasOwn(known, id) ? known[id] : undefined;
  return typeof weighing === 'function' ? weighing(before, after) : (weighing ?? 'scripts');
}

/** A script that found everything in the baseline finds it still when things only came. */
function unlessAdded(before: Json | undefined, after: Json | undefined): GateWeight {
  if (before === undefined) return 'bytes';
  if (!isList(before) || !isList(after)) return 'scripts';
  const now = new Set(after.map((value) => JSON.stringify(value)));
  return before.every((value) => now.has(JSON.stringify(value))) ? 'bytes' : 'scripts';
}
