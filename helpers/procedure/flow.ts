import { join } from 'node:path';
import { once, onceFor } from '../common/once.ts';
import type { StepName } from '../engines/answers.ts';
import { readContextFiles, writeContext } from '../engines/build-context.ts';
import { assertIdentity } from '../engines/client.ts';
import { toolWords } from '../engines/command.ts';
import { BUILDERS, type BuilderName, type EngineHandle, isPrivate } from '../engines/engine-model.ts';
import { limited } from '../engines/limited.ts';
import { runForms, runImage } from '../engines/run-image.ts';
import { type FlowSaver, saversOf } from '../engines/savers/savers.ts';
import { runAgainIfSilent } from '../engines/silent-run.ts';
import { FlowError } from '../engines/step-error.ts';
import { type EngineWatch, watchEngine } from '../engines/watch-engine.ts';
import type {
  BuildEvidence,
  BuildersEvidence,
  CompileEvidence,
  FlowRequest,
  LoadEvidence,
  RunEvidence,
  SavedArchive,
  ShellEvidence,
} from '../requirements/procedure/evidence.ts';
import { gatherBuild } from './build.ts';
import { gatherBuilders } from './builders.ts';
import { laterSecond } from './clock.ts';
import { compile, gatherCompile } from './compile.ts';
import { readExpectedImage } from './expected-image.ts';
import { gatherLoad } from './load.ts';
import { gatherSave } from './save.ts';
import { buildInShell, gatherShell, whyNoShell } from './shell.ts';

/** What the engine cannot do is no violation of a requirement; it is told, with the reason. */
export type Gathered<Evidence> = { readonly evidence: Evidence } | { readonly unsupported: string };

/** The whole procedure on one engine. Each piece of evidence is gathered once, however often it is asked for. */
export interface Flow {
  compile(): Promise<Gathered<CompileEvidence>>;
  builders(): Promise<Gathered<BuildersEvidence>>;
  shell(): Promise<Gathered<ShellEvidence>>;
  build(builder: BuilderName): Promise<Gathered<BuildEvidence>>;
  run(builder: BuilderName): Promise<Gathered<RunEvidence>>;
  save(builder: BuilderName, saver: FlowSaver): Promise<Gathered<SavedArchive>>;
  load(builder: BuilderName): Promise<Gathered<LoadEvidence>>;
  /** Why there can be no such evidence, as far as that is known before anything is done. */
  whyNot(request: FlowRequest): Promise<string | undefined>;
  /** Begins everything in the order of the procedure, without waiting. */
  begin(): void;
}

export interface FlowOptions {
  /** Builders to go through; the others are `unsupported` with that reason. Default: all. */
  readonly builders?: readonly BuilderName[];
}

export function createFlow(handle: EngineHandle, { builders = BUILDERS }: FlowOptions = {}): Flow {
  const watch = watchEngine(handle);
  const prepare = async () => {
    const [compiled, { expectedImage }] = await Promise.all([
      compile(join(handle.workDir, 'c')),
      readExpectedImage(),
    ]);
    const context = await writeContext(
      join(handle.workDir, 'context'),
      await readContextFiles(compiled.program),
    );
    return { compiled, expectedImage, context };
  };
  const prepared = once(() => watch.during('compile', (lost) => limited('compile', prepare, lost)));
  const whyNot = (builder: BuilderName) =>
    (builders.includes(builder) ? undefined : `not run: --builder selects only ${builders.join(', ')}`) ??
    (handle.builders.includes(builder)
      ? undefined
      : (handle.lacking[builder] ?? 'this engine lacks the builder'));
  const whyNoSaver = (saver: FlowSaver) =>
    handle.savers.includes(saver) ? undefined : (handle.lacking[saver] ?? 'this engine lacks the saver');
  const explain = explainFailure(handle, watch);
  const savers = (builder: BuilderName) => saversOf(builder).filter((saver) => handle.savers.includes(saver));

  const builtAt = new Map<BuilderName, number>();
  const inTurn = oneAfterTheOther();
  const build = onceFor((builder: BuilderName) =>
    attempt(whyNot(builder), async () => {
      const { context, expectedImage } = await prepared();
      try {
        return await inTurn(() =>
          explain('build', () => gatherBuild(handle, builder, context, expectedImage)),
        );
      } finally {
        builtAt.set(builder, Date.now());
      }
    }),
  );
  const run = onceFor((builder: BuilderName) =>
    following(build(builder), (built) =>
      explain('run', async () => {
        const runs = await Promise.all(
          runForms(handle).map((form) => runAgainIfSilent(() => runImage(handle, 'run', built.tag, form))),
        );
        return { builder, expectedImage: built.expectedImage, runs };
      }),
    ),
  );
  const save = onceFor((builder: BuilderName, saver: FlowSaver): Promise<Gathered<SavedArchive>> => {
    const unsupported = whyNot(builder) ?? whyNoSaver(saver);
    if (unsupported !== undefined) return Promise.resolve({ unsupported });
    return following(build(builder), async (built) => {
      const { context } = await prepared();
      // A time of saving shows in every archive or in none: no verdict depends on how fast an engine was.
      await laterSecond(builtAt.get(builder) ?? 0, isPrivate(handle) ? 'this host' : 'elsewhere');
      return explain('save', () => gatherSave(handle, saver, built, context));
    });
  });
  const load = onceFor((builder: BuilderName) =>
    following(build(builder), async (built) => {
      // The image leaves the store here, so everything that uses it comes first.
      const uses = [run(builder), ...savers(builder).map((saver) => save(builder, saver))];
      const [, first] = await Promise.allSettled(uses);
      // Another builder, or the lines typed into the shell, may be working on top of the same cached image.
      await Promise.allSettled([...builders.map((other) => build(other)), shell()]);
      const [saver] = savers(builder);
      if (saver === undefined)
        throw new FlowError('load', 'this engine has no saver, so there is nothing to load.');
      if (first?.status === 'rejected') throw first.reason;
      return explain('load', () => gatherLoad(handle, saver, built));
    }),
  );
  const shell = once(async () => {
    const reason = await whyNoShell(handle);
    return attempt(reason, async () => {
      const { context, expectedImage } = await prepared();
      const built = await inTurn(() => explain('shell', () => buildInShell(handle, context)));
      return explain('shell', () => gatherShell(handle, built, expectedImage));
    });
  });
  const listBuilders = once(() =>
    attempt(whyNoBuildx(handle), () => explain('builders', () => gatherBuilders(handle))),
  );
  const flow: Flow = {
    compile: once(async () => ({
      evidence: await gatherCompile((await prepared()).compiled, handle.stack.platform ?? ''),
    })),
    builders: listBuilders,
    shell,
    build,
    run,
    save,
    load,
    async whyNot(request) {
      if (request.step === 'builders') return whyNoBuildx(handle);
      if (request.step === 'shell') return whyNoShell(handle);
      if (!('builder' in request)) return undefined;
      return whyNot(request.builder) ?? ('saver' in request ? whyNoSaver(request.saver) : undefined);
    },
    begin() {
      const begun = [
        flow.compile(),
        flow.builders(),
        ...builders.map((builder) => flow.load(builder)),
        flow.shell(),
      ];
      for (const work of begun) work.catch(() => {});
    },
  };
  return flow;
}

/** One build after the other: two at a time would answer from each other's cache. */
function oneAfterTheOther() {
  let turn: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
}

/**
 * Goes through one step, and asserts before and after it that the engine is there and is the one that was resolved: what a
 * dying engine says, in whatever words, is no evidence.
 */
function explainFailure(handle: EngineHandle, watch: EngineWatch) {
  const identity = once(() => assertIdentity(handle));
  const carryOut = async <T>(step: StepName, work: () => Promise<T>): Promise<T> => {
    await identity();
    const result = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    try {
      await assertIdentity(handle);
    } catch (cause) {
      throw new FlowError(
        'engine',
        `${handle.name} was lost during the step ${step}: ${(cause as Error).message}`,
        { cause },
      );
    }
    if ('error' in result) throw result.error;
    return result.value;
  };
  return <T>(step: StepName, work: () => Promise<T>): Promise<T> =>
    watch.during(step, (lost) => limited(step, () => carryOut(step, work), lost));
}

function whyNoBuildx(handle: EngineHandle): string | undefined {
  if (toolWords(handle, 'docker') === undefined) return 'This engine has no docker command line.';
  return handle.features.includes('buildx') ? undefined : 'This engine has no buildx.';
}

async function attempt<T>(unsupported: string | undefined, gather: () => Promise<T>): Promise<Gathered<T>> {
  return unsupported === undefined ? { evidence: await gather() } : { unsupported };
}

async function following<T, U>(
  before: Promise<Gathered<T>>,
  gather: (evidence: T) => Promise<U>,
): Promise<Gathered<U>> {
  const gathered = await before;
  return 'unsupported' in gathered ? gathered : { evidence: await gather(gathered.evidence) };
}
