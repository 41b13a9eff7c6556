/** Savers of the flow: those that take an image out of the engine's store. (The exporters of buildx take it out of a build.) */
export const FLOW_SAVERS = [
  'docker-save',
  'api-save',
  'podman-docker-archive',
  'podman-oci-archive',
] as const;
export type FlowSaver = (typeof FLOW_SAVERS)[number];
