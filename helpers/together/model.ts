import type { Archive } from '../archive/model.ts';
import type { Circumstances } from '../deviations.ts';
import type { EngineHandle } from '../engine/model.ts';
import type { LoadForeign } from '../scenarios/load-foreign.ts';

/** The documented image as one builder of one engine made it. */
export interface BuiltImage {
  readonly engine: EngineHandle;
  readonly builder: string;
  readonly saver: string;
  readonly archive: Archive;
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
