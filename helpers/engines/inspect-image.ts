import type { AnswerKind } from './answer-schemas.ts';
import type { Ancestor, InspectedImage, StepName } from './answers.ts';
import { askEngineJson } from './api.ts';
import { within } from './client.ts';
import { clientOf, runTool } from './command.ts';
import type { EngineHandle } from './engine-model.ts';
import { readAnswer } from './read-answer.ts';
import { FlowError } from './step-error.ts';
import { limitMs, STEP_LIMIT } from './time-limits.ts';

/** What `image inspect` answers, through the API or the command line; both spell the fields alike. */
interface Inspected {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Parent?: string;
  readonly Os?: string;
  readonly Architecture?: string;
  readonly Created?: string;
  readonly Config?: {
    readonly Cmd?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Env?: readonly string[] | null;
    readonly Labels?: Readonly<Record<string, string>> | null;
  } | null;
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
}

export async function inspectImage(
  handle: EngineHandle,
  step: StepName,
  reference: string,
): Promise<InspectedImage> {
  return toInspectedImage(await inspect(handle, step, reference));
}

async function inspect(handle: EngineHandle, step: StepName, reference: string): Promise<Inspected> {
  if (handle.dockerHost !== undefined)
    return within(step, `inspect of ${reference}`, ask<Inspected>(handle, 'image', reference, 'json'));
  const { exitCode, stdout, stderr } = await runTool(handle, clientOf(handle), [
    'image',
    'inspect',
    reference,
  ]);
  if (exitCode !== 0) throw new FlowError(step, `inspect of ${reference} failed: ${stderr}`);
  const [image] = readAnswer<readonly Inspected[]>('images', `image inspect ${reference}`, stdout);
  if (image === undefined) throw new FlowError(step, `inspect of ${reference} gave no image.`);
  return image;
}

/** `GET /images/NAME/json` and the like, asked again for as long as the step may take. */
function ask<T>(
  { dockerHost = '', toolEnvironment }: EngineHandle,
  kind: AnswerKind,
  reference: string,
  what: string,
): Promise<T> {
  return askEngineJson<T>(kind, dockerHost, `/images/${encodeURI(reference)}/${what}`, {
    timeoutMs: limitMs(STEP_LIMIT),
    environment: { ...process.env, ...toolEnvironment },
  });
}

function toInspectedImage(image: Inspected): InspectedImage {
  return {
    id: image.Id,
    tags: image.RepoTags ?? [],
    ...(image.RepoDigests?.[0] !== undefined && { repoDigest: image.RepoDigests[0] }),
    parent: image.Parent ?? '',
    os: image.Os ?? '',
    architecture: image.Architecture ?? '',
    created: image.Created ?? '',
    cmd: image.Config?.Cmd ?? null,
    entrypoint: image.Config?.Entrypoint ?? null,
    ...(image.Config?.Env && { env: image.Config.Env }),
    labels: image.Config?.Labels ?? {},
    diffIds: image.RootFS?.Layers ?? [],
  };
}

/** The chain of parents that the engine names, nearest first. */
export async function inspectAncestors(
  handle: EngineHandle,
  image: InspectedImage,
): Promise<readonly Ancestor[]> {
  const ancestors: Ancestor[] = [];
  for (let parent = image.parent; parent !== ''; ) {
    const inspected = await inspectImage(handle, 'build', parent);
    ancestors.push({ id: inspected.id, tags: inspected.tags, diffIds: inspected.diffIds });
    parent = inspected.parent;
    if (ancestors.length > 100) throw new FlowError('build', `the parents of ${image.id} do not end.`);
  }
  return ancestors;
}

/** `created_by` of each entry of the history, oldest first. */
export async function readHistory(handle: EngineHandle, reference: string): Promise<readonly string[]> {
  if (handle.dockerHost !== undefined) {
    const work = ask<readonly { readonly CreatedBy?: string }[]>(handle, 'history', reference, 'history');
    const entries = await within('build', `history of ${reference}`, work);
    return entries.map(({ CreatedBy = '' }) => CreatedBy).reverse();
  }
  const args = ['history', '--no-trunc', '--format', '{{.CreatedBy}}', reference];
  const { exitCode, stdout, stderr } = await runTool(handle, clientOf(handle), args);
  if (exitCode !== 0) throw new FlowError('build', `history of ${reference} failed: ${stderr}`);
  return stdout.trimEnd().split('\n').reverse();
}
