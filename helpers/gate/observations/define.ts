import type { Archive } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { maskSecrets } from '../../common/secrets.ts';

/** What observations are read from; a part that a run does not have is left out, and its observations are not read. */
export interface Evidence {
  readonly archive?: Archive;
  /** What the engine reports as the image's ID: `sha256:…`. */
  readonly imageId?: string;
  /** Whether two saves of one image are the same bytes. */
  readonly savedTwice?: 'identical' | 'different';
}

/** Something observable that may differ between engines without breaking a requirement. */
export interface ObservationDefinition {
  /** `observation.what`, stable, never reused. */
  readonly id: string;
  /** What is read, as a noun. */
  readonly title: string;
  /** Reports something never seen before: empty in every known engine. */
  readonly alarm?: true;
  /** Pure. `undefined` where the evidence has nothing to read; values hold no digest, time or name of one run. */
  readonly read: (evidence: Evidence) => Json | undefined;
  /** A table by name of member; `observation.members` already reports that a name comes or goes. */
  readonly byMember?: true;
  readonly advice: Advice;
}

export interface Words {
  /** What a difference means for a consumer. */
  readonly means: string;
  /** What to do about it. */
  readonly do: string;
}

export interface Advice extends Words {
  /** Words for changes that the general ones do not fit; the first that fits counts. */
  readonly cases?: readonly AdviceCase[];
}

export interface AdviceCase extends Words {
  /** Where the title of the observation is not clear enough. */
  readonly title?: string;
  readonly fits: (before: Json | undefined, after: Json | undefined) => boolean;
}

/** An observation about a saved archive. */
interface ArchiveObservation extends Omit<ObservationDefinition, 'read'> {
  readonly read: (archive: Archive) => Json | undefined;
}

/** Types the declarations of observations about an archive, reads nothing where there is none, and keeps no secret. */
export function defineArchiveObservations<const Id extends string>(
  observations: readonly (ArchiveObservation & { readonly id: Id })[],
): readonly (ObservationDefinition & { readonly id: Id })[] {
  return observations.map(({ read, ...observation }) => ({
    ...observation,
    read: ({ archive }: Evidence) => {
      const value = archive === undefined ? undefined : read(archive);
      return value === undefined ? undefined : maskSecrets(value);
    },
  }));
}
