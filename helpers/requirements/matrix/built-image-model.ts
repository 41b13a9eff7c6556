import type { Json } from '../../common/json.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';

import type { Circumstances } from '../deviations/apply.ts';

/** An image as one builder of one engine made it: what can be compared of it, as plain data that a shard can store. */
export interface BuiltImage {
  readonly engine: Pick<EngineHandle, 'name' | 'stack'>;
  readonly builder: string;
  readonly saver: string;
  /** What was built: the documented context (`hello`), a given one (`given`), or a scenario. */
  readonly scenario: string;
  /** Absolute path of the archive, while its engine runs. */
  readonly file: string;
  readonly configDigest: string | null;
  readonly diffIds: readonly string[];
  /** The entries of each layer, bottom first. */
  readonly layers: readonly Json[];
  /** Digest of the compiled program that went into the build; `null` where none did. Other programs are another context. */
  readonly program: string | null;
  /** The build made entries of its own, of the time when it did: no two builds write the same layers. */
  readonly hasBuildTimes?: true;
}

/** Whether it went through the procedure, and was not played in a scenario. */
export function isOfProcedure({ scenario }: Pick<BuiltImage, 'scenario'>): boolean {
  return scenario === 'hello' || scenario === 'given';
}

/** One image beside the others of its kind. */
export interface Compared {
  readonly own: BuiltImage;
  /** The first image of the same kind, which the others are held against. */
  readonly reference: BuiltImage;
}

/** An archive of one engine, loaded by another. */
export interface Loaded {
  readonly saved: BuiltImage;
  readonly loader: EngineHandle;
  readonly answer: LoadForeign;
  /** Why it may be refused; absent where it must load. */
  readonly refused?: string;
}

/** An entry of fixtures/across: whom it is about. */
export interface ProducerRange {
  readonly name: string;
  readonly versions: string;
  readonly store?: Circumstances['store'];
}

/** What became of an archive that another engine saved. */
export interface LoadForeign {
  readonly loaded: boolean;
  /** What the engine said, on one line, when it refused. */
  readonly said: string;
  /** Of the image that the load named; `[]` when there is none. */
  readonly diffIds: readonly string[];
  /** Its name, as the engine gave it. */
  readonly name: string;
}
