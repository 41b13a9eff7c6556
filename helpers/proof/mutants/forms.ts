import type { Draft, Form } from './draft.ts';
import { renderCrane } from './forms/crane.ts';
import { renderDockerDir } from './forms/docker-dir.ts';
import { renderLayout } from './forms/layout.ts';
import { renderLegacy } from './forms/legacy.ts';
import { renderPodman } from './forms/podman.ts';

const RENDERERS: Readonly<Record<Form, (draft: Draft) => Uint8Array>> = {
  hybrid: renderLayout,
  containerd: renderLayout,
  oci: renderLayout,
  legacy: renderLegacy,
  podman: renderPodman,
  crane: renderCrane,
  'docker-dir': renderDockerDir,
};

/** Writes the archive that a draft describes. */
export function render(draft: Draft): Uint8Array {
  return RENDERERS[draft.form](draft);
}
