import type { Archive, Profile } from '../archive/model.ts';
import { effectsOf, type MeasuredEffect, type ReceptionEffect } from './describe-receptions.ts';
import type { MeasuredConsumer, ReceptionTable } from './receptions.ts';

/** What a consumer was measured to do with archives that have something in common with this one. */
export interface Reason {
  /** Which ones: `archives that break config.diff-id`, `all 84 measured archives of the form oci`. */
  readonly archives: string;
  readonly effect: Exclude<ReceptionEffect, 'takes'>;
  /** True where it does so with every one of them, false where with some. */
  readonly always: boolean;
  readonly words?: string;
}

export interface Prediction {
  readonly consumer: MeasuredConsumer;
  /** Empty where nothing is known against the archive. */
  readonly reasons: readonly Reason[];
  /** Why the table says nothing of archives like this one; then no reasons are no promise. */
  readonly unlike?: string;
}

/** The measured correct archive that is written like those of each producer. */
export const CORRECT_FORMS = {
  'docker-graphdriver-legacy': 'legacy',
  'docker-graphdriver-hybrid': 'hybrid',
  'docker-containerd': 'containerd',
  'buildkit-docker': 'containerd',
  'buildkit-oci': 'oci',
  'podman-docker-archive': 'podman',
  'podman-oci-archive': 'oci',
  'docker-dir': 'docker-dir',
  'go-containerregistry': 'crane',
  umoci: 'oci',
  'oci-layout': 'oci',
} as const satisfies Partial<Record<Profile, string>>;

/** What consumers will do with an archive that breaks these requirements, from the table alone. */
export function predictReceptions(
  table: ReceptionTable,
  archive: Archive,
  broken: readonly string[],
  names: readonly string[],
): readonly Prediction[] {
  const forms: Readonly<Partial<Record<Profile, string>>> = CORRECT_FORMS;
  const form = forms[archive.fingerprint.profile];
  const unlike = whyUnlike(archive, form);
  return table.consumers
    .filter(({ name }) => names.includes(name))
    .map((consumer) => ({
      consumer,
      reasons: [
        ...(form === undefined ? [] : formReason(table, consumer, form)),
        ...broken.flatMap((requirement) => reasonOf(table, consumer, requirement, broken)),
      ],
      ...(unlike !== undefined && { unlike }),
    }));
}

/** The correct archives of the table are tars of one image, in the forms of known producers. */
function whyUnlike(
  { form, fingerprint, dockerImages, ociImages }: Archive,
  known: string | undefined,
): string | undefined {
  if (form === 'directory') return 'it is a folder, and consumers were given files';
  if (known === undefined) return `no archive of its form (${fingerprint.profile}) was measured`;
  if (ociImages.some(({ kind }) => kind === 'artifact')) return 'it holds something that is no image';
  const images = [...dockerImages, ...ociImages.filter(({ kind }) => kind === 'image')];
  const count = new Set(images.map(({ config }) => config?.digest)).size;
  return count > 1 ? `it holds ${count} images, and archives of one were measured` : undefined;
}

/** A consumer that took none of the archives of a form, the correct one and all that producers wrote, does not read it. */
function formReason(table: ReceptionTable, { name }: MeasuredConsumer, form: string): readonly Reason[] {
  const position = table.consumers.findIndex((consumer) => consumer.name === name);
  const golden = `golden/${form}`;
  const receptions = table.archives
    .filter(({ id, control }) => id === golden || (id.startsWith('archive/') && control === golden))
    .flatMap(({ receptions }) => receptions[position] ?? []);
  const [first] = receptions;
  if (!first || receptions.some(({ status }) => status === 'taken' || status === 'lossy')) return [];
  const archives = `all ${receptions.length} measured archives of the form ${form}`;
  const words = first.words === undefined ? {} : { words: first.words };
  return [{ archives, effect: 'refuses', always: true, ...words }];
}

/** A mutant that breaks something else too says nothing of an archive that does not. */
function reasonOf(
  table: ReceptionTable,
  consumer: MeasuredConsumer,
  requirement: string,
  broken: readonly string[],
): readonly Reason[] {
  const measured = table.archives
    .filter((archive) => archive.requirement === requirement)
    .filter(({ company = [] }) => company.every((id) => broken.includes(id)))
    .flatMap(({ id }) => effectsOf(table, id).filter((each) => each.consumer.name === consumer.name));
  const harm = measured.filter(isHarm);
  const [first] = harm;
  if (!first) return [];
  const words = first.words ?? first.lost?.join(', ');
  const always = harm.length === measured.length;
  const archives = `archives that break ${requirement}`;
  return [{ archives, effect: first.effect, always, ...(words !== undefined && { words }) }];
}

type Harm = MeasuredEffect & { readonly effect: Reason['effect'] };

function isHarm(measured: MeasuredEffect): measured is Harm {
  return measured.effect !== 'takes';
}
