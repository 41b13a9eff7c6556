import { readArchive } from '../archive/read-archive.ts';
import type { StepName } from '../engines/answers.ts';
import type { BuilderName, EngineHandle } from '../engines/engine-model.ts';
import type { FlowSaver } from '../engines/savers/savers.ts';
import type { Gathered } from '../procedure/gathered.ts';
import type { GivenImage } from '../procedure/given-image.ts';
import { readFor } from '../requirements/expectation/check.ts';
import type {
  BuiltTwice,
  FlowEvidence,
  FlowRequest,
  ReproduceEvidence,
  SavedArchive,
  SaveEvidence,
} from '../requirements/procedure/evidence.ts';
import { compareBuilt } from './built-twice.ts';

/** The evidence of one engine. Each piece is gathered once, however many tests ask for it, and rejects with the reason. */
export interface EvidenceSource {
  readonly engine: EngineHandle;
  /** An image of somebody's own in place of the documented one. */
  readonly image?: GivenImage;
  /** Whether the given image is built twice. */
  readonly isReproduced?: boolean;
  /** Why there can be no such evidence, as far as that is known beforehand. */
  whyNot(request: FlowRequest): Promise<string | undefined>;
  evidenceOf<Step extends Exclude<StepName, 'save'>>(
    request: FlowRequest & { readonly step: Step },
  ): Promise<Gathered<FlowEvidence[Step]>>;
  /** The archive is read where it is judged. */
  savedEvidenceOf(builder: BuilderName, saver: FlowSaver): Promise<Gathered<SaveEvidence>>;
}

/** Contents are kept up to this size: all but the program are texts of a few bytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** How evidence is gathered. */
export interface Gatherer {
  readonly image?: GivenImage | undefined;
  readonly isReproduced?: boolean;
  ask(request: FlowRequest): Promise<Gathered<unknown>>;
  whyNot(request: FlowRequest): Promise<string | undefined>;
}

export function createEvidenceSource(
  engine: EngineHandle,
  { ask, whyNot, image, isReproduced = false }: Gatherer,
): EvidenceSource {
  const answers = new Map<string, Promise<Gathered<unknown>>>();
  const remember = (request: FlowRequest, work: () => Promise<Gathered<unknown>>) => {
    const key = JSON.stringify(request);
    const answer = answers.get(key) ?? work();
    answers.set(key, answer);
    return answer;
  };
  return {
    engine,
    ...(image && { image }),
    isReproduced,
    whyNot,
    evidenceOf: <Step extends Exclude<StepName, 'save'>>(request: FlowRequest & { readonly step: Step }) =>
      remember(request, async () =>
        request.step === 'reproduce' ? compared(await ask(request)) : ask(request),
      ) as Promise<Gathered<FlowEvidence[Step]>>,
    savedEvidenceOf(builder, saver) {
      const request = { step: 'save', builder, saver } as const;
      return remember(request, async () =>
        readSaved((await ask(request)) as Gathered<SavedArchive>, image),
      ) as Promise<Gathered<SaveEvidence>>;
    },
  };
}

/** The archives of two builds are compared where they are judged. */
async function compared(built: Gathered<unknown>): Promise<Gathered<ReproduceEvidence>> {
  return 'unsupported' in built ? built : { evidence: await compareBuilt(built.evidence as BuiltTwice) };
}

async function readSaved(
  saved: Gathered<SavedArchive>,
  image: GivenImage | undefined,
): Promise<Gathered<SaveEvidence>> {
  if ('unsupported' in saved) return saved;
  const { file, program: _, ...evidence } = saved.evidence;
  // Of a given image, which may be large, only what its expectation looks into.
  const archive =
    image === undefined
      ? await readArchive(file, { contents: { paths: 'all', maxFileBytes: MAX_FILE_BYTES } })
      : await readFor(image.expectation ?? {}, (contents) => readArchive(file, { contents }));
  return { evidence: { ...evidence, archive: { ...archive, source: 'hello.tar' } } };
}
