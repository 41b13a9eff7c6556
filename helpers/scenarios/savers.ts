import type { SaverName } from '../engine/model.ts';

/** Savers that play scenarios, in the order of the reports. */
export const SCENARIO_SAVERS = [
  'docker-save',
  'api-save',
  'podman-docker-archive',
  'podman-oci-archive',
] as const satisfies readonly SaverName[];
