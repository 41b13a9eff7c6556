import type { BuilderName, SaverName } from '../engine-model.ts';

/** Savers that take an image of any builder out of the engine's store. */
export const STORE_SAVERS = [
  'docker-save',
  'api-save',
  'podman-docker-archive',
  'podman-oci-archive',
] as const satisfies readonly SaverName[];

/** Exporters of buildx: they take an image out of its own build. */
export const EXPORTERS = ['buildx-docker', 'buildx-oci'] as const satisfies readonly SaverName[];
export type Exporter = (typeof EXPORTERS)[number];

/** Savers in the order of the reports. */
export const FLOW_SAVERS = [...STORE_SAVERS, ...EXPORTERS] as const;
export type FlowSaver = (typeof FLOW_SAVERS)[number];

export function isExporter(saver: SaverName): saver is Exporter {
  return (EXPORTERS as readonly SaverName[]).includes(saver);
}

/** The savers that can have an image of this builder. */
export function saversOf(builder: BuilderName): readonly FlowSaver[] {
  return builder === 'buildx' ? FLOW_SAVERS : STORE_SAVERS;
}
