import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchiveBytes } from '../../archive/read-archive.ts';
import { projectFolder } from '../../common/project-files.ts';
import { describeInput } from '../../procedure/tools/describe-input.ts';
import type { ToolInput } from '../../procedure/tools/pass-through.ts';
import { render } from '../mutants/forms.ts';
import { namedDraft, richDraft } from './rich-image.ts';

/** The documented image, as each generation of producers wrote it. */
const RECORDED: Readonly<Record<string, string>> = {
  'docker-20': 'docker-20.10.24-overlay2-classic/hello.tar',
  'docker-26': 'docker-26.1.5-overlay2-buildkit/hello.tar',
  'docker-28-containerd': 'docker-28.5.2-containerd-buildkit/hello.tar',
  'podman-5-docker': 'podman-5.4.2/docker-archive-hello.tar',
  'podman-5-oci': 'podman-5.4.2/oci-archive-hello.tar',
  'buildx-oci': 'docker-28.5.2-containerd-buildx/oci.tar',
  'skopeo-dir': 'skopeo-1.18.0/skopeo-dir.tar',
};

/** Images of several platforms, with attestations and without. */
const PLATFORMS: Readonly<Record<string, string>> = {
  'platforms-attested': 'docker-28.5.2-containerd-buildx/oci-platforms.tar',
  'platforms-plain': 'docker-28.5.2-containerd-buildkit/platforms-no-provenance.tar',
};

/** Every image that tools are given, each in one file. */
export async function listToolInputs(): Promise<readonly ToolInput[]> {
  const recorded = [recordedAs('hello', RECORDED), recordedAs('platforms', PLATFORMS)].flat();
  const made = [
    describe('rich-docker', 'rich', render(richDraft('hybrid'))),
    describe('rich-oci', 'rich', render(richDraft('oci'))),
    describe('names-docker', 'names', render(namedDraft('hybrid'))),
    describe('names-oci', 'names', render(namedDraft('oci'))),
  ];
  return Promise.all([...recorded, ...made]);
}

function recordedAs(kind: string, files: Readonly<Record<string, string>>): readonly Promise<ToolInput>[] {
  return Object.entries(files).map(async ([name, file]) =>
    describe(name, kind, await readFile(join(projectFolder('fixtures/archives'), file))),
  );
}

async function describe(name: string, kind: string, bytes: Uint8Array): Promise<ToolInput> {
  return describeInput({ name, kind, bytes, archive: await readArchiveBytes(bytes) });
}
