import { once, onceFor } from '../common/once.ts';
import { readDockerfile } from '../engines/build-context.ts';
import { productOf, whyNotBuilt } from '../engines/builders/builder-features.ts';
import { toolWords } from '../engines/command.ts';
import { BUILDERS, type BuilderName, type EngineHandle, isPrivate } from '../engines/engine-model.ts';
import { limited } from '../engines/limited.ts';
import { type FlowSaver, saversOf } from '../engines/savers/savers.ts';
import { FlowError } from '../engines/step-error.ts';
import { watchEngine } from '../engines/watch-engine.ts';
import type {
  BuildEvidence,
  BuildersEvidence,
  BuiltTwice,
  CompileEvidence,
  ContextEvidence,
  FlowRequest,
  LoadEvidence,
  RunEvidence,
  SavedArchive,
  ShellEvidence,
} from '../requirements/procedure/evidence.ts';
import { DOCUMENTED, gatherBuild } from './build.ts';
import { gatherBuilders } from './builders.ts';
import { carryOutOn } from './carry-out.ts';
import { laterSecond } from './clock.ts';
import { gatherCompile } from './compile.ts';
import { following, type Gathered, unlessLacking } from './gathered.ts';
import type { GivenImage } from './given-image.ts';
import { gatherLoad } from './load.ts';
import { prepareDocumented, prepareGiven } from './prepare.ts';
import { weighRefusals } from './refusals.ts';
import { buildTwice } from './reproduce.ts';
import { gatherRun, whyNoRun } from './run.ts';
import { gatherSave } from './save.ts';
import { buildInShell, gatherShell, whyNoShell } from './shell.ts';

/** The whole procedure on one engine. Each piece of evidence is gathered once, however often it is asked for. */
export interface Flow {
  compile(): Promise<Gathered<CompileEvidence>>;
  builders(): Promise<Gathered<BuildersEvidence>>;
  shell(): Promise<Gathered<ShellEvidence>>;
  context(builder: BuilderName): Promise<Gathered<ContextEvidence>>;
  build(builder: BuilderName): Promise<Gathered<BuildEvidence>>;
  run(builder: BuilderName): Promise<Gathered<RunEvidence>>;
  save(builder: BuilderName, saver: FlowSaver): Promise<Gathered<SavedArchive>>;
  load(builder: BuilderName): Promise<Gathered<LoadEvidence>>;
  reproduce(builder: BuilderName): Promise<Gathered<BuiltTwice>>;
  /** Why there can be no such evidence, as far as that is known before anything is done. */
  whyNot(request: FlowRequest): Promise<string | undefined>;
  /** Begins everything in the order of the procedure, without waiting. */
  begin(): void;
}

export interface FlowOptions {
  /** Builders to go through; the others are `unsupported` with that reason. Default: all. */
  readonly builders?: readonly BuilderName[];
  /** An image of somebody's own, which is built in place of the documented one. */
  readonly image?: GivenImage;
  /** Builds the given image twice, with this SOURCE_DATE_EPOCH. */
  readonly epoch?: number;
}

export function createFlow(handle: EngineHandle, options: FlowOptions = {}): Flow {
  const { builders = BUILDERS, image, epoch } = options;
  const watch = watchEngine(handle);
  const carryOut = carryOutOn(handle, watch);
  const documented = once(() =>
    watch.during('compile', (lost) => limited('compile', () => prepareDocumented(handle), lost)),
  );
  const prepared =
    image === undefined
      ? documented
      : once(() =>
          watch.during('build', (lost) => limited('build', () => prepareGiven(handle, image), lost)),
        );
  const name = image?.name ?? DOCUMENTED;
  const whyNot = (builder: BuilderName) =>
    (builders.includes(builder) ? undefined : `not run: --builder selects only ${builders.join(', ')}`) ??
    (handle.builders.includes(builder)
      ? undefined
      : (handle.lacking[builder] ?? 'this engine lacks the builder'));
  const whyNoSaver = (saver: FlowSaver) =>
    handle.savers.includes(saver) ? undefined : (handle.lacking[saver] ?? 'this engine lacks the saver');
  const savers = (builder: BuilderName) => saversOf(builder).filter((saver) => handle.savers.includes(saver));

  const builtAt = new Map<BuilderName, number>();
  const inTurn = oneAfterTheOther();
  const tried = onceFor((builder: BuilderName) =>
    unlessLacking(whyNot(builder), async () => {
      const { context, expectedImage } = await prepared();
      try {
        return await inTurn(() =>
          carryOut('build', () => gatherBuild(handle, builder, context, expectedImage, name)),
        );
      } finally {
        builtAt.set(builder, Date.now());
      }
    }),
  );
  const weighed = weighRefusals(builders, tried, async (builder) =>
    whyNotBuilt(await readDockerfile((await prepared()).context), productOf(handle, builder)),
  );
  const build = image === undefined ? tried : weighed.build;
  const run = onceFor((builder: BuilderName) =>
    following(build(builder), (built) => carryOut('run', () => gatherRun(handle, built)), whyNoRun),
  );
  const save = onceFor((builder: BuilderName, saver: FlowSaver): Promise<Gathered<SavedArchive>> => {
    const unsupported = whyNot(builder) ?? whyNoSaver(saver);
    if (unsupported !== undefined) return Promise.resolve({ unsupported });
    return following(build(builder), async (built) => {
      const { context, program } = await prepared();
      // A time of saving shows in every archive or in none: no verdict depends on how fast an engine was.
      await laterSecond(builtAt.get(builder) ?? 0, isPrivate(handle) ? 'this host' : 'elsewhere');
      return carryOut('save', () => gatherSave(handle, saver, built, { name, context, program }));
    });
  });
  const load = onceFor((builder: BuilderName) =>
    following(build(builder), async (built) => {
      // The image leaves the store here, so everything that uses it comes first.
      const saves = savers(builder).map((saver) => save(builder, saver));
      await Promise.allSettled([run(builder), ...saves]);
      // Another builder, or the lines typed into the shell, may be working on top of the same cached image.
      const others = builders.map((other) => build(other));
      await Promise.allSettled(image === undefined ? [...others, shell()] : others);
      const saved = await saves[0];
      if (saved === undefined || 'unsupported' in saved)
        throw new FlowError('load', 'this engine has no saver, so there is nothing to load.');
      return carryOut('load', () => gatherLoad(handle, saved.evidence, built));
    }),
  );
  const reproduce = onceFor((builder: BuilderName) =>
    following(build(builder), async () => {
      // What is loaded and looked at goes first: these images share layers with it.
      await load(builder).catch(() => {});
      const { context } = await prepared();
      const request = { name, context, epoch: epoch ?? 0 };
      return inTurn(() => carryOut('reproduce', () => buildTwice(handle, builder, request)));
    }),
  );
  const noShell = once(() => whyNoShell(handle));
  const shell = once(async () => {
    const reason = await noShell();
    return unlessLacking(reason, async () => {
      const { context, expectedImage } = await documented();
      const built = await inTurn(() => carryOut('shell', () => buildInShell(handle, context)));
      return carryOut('shell', () => gatherShell(handle, built, expectedImage));
    });
  });
  const listBuilders = once(() =>
    unlessLacking(whyNoBuildx(handle), () => carryOut('builders', () => gatherBuilders(handle))),
  );
  const flow: Flow = {
    compile: once(async () => ({
      evidence: await gatherCompile((await documented()).compiled, handle.stack.platform ?? ''),
    })),
    builders: listBuilders,
    shell,
    context: weighed.context,
    build,
    run,
    save,
    load,
    reproduce,
    async whyNot(request) {
      if (request.step === 'builders') return whyNoBuildx(handle);
      if (request.step === 'shell') return noShell();
      if (!('builder' in request)) return undefined;
      return whyNot(request.builder) ?? ('saver' in request ? whyNoSaver(request.saver) : undefined);
    },
    begin() {
      const ofDocumented = image === undefined ? [flow.compile(), flow.shell()] : [];
      const again = epoch === undefined ? [] : builders.map((builder) => flow.reproduce(builder));
      const loads = builders.map((builder) => flow.load(builder));
      const begun = [flow.builders(), ...loads, ...ofDocumented, ...again];
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

function whyNoBuildx(handle: EngineHandle): string | undefined {
  if (toolWords(handle, 'docker') === undefined) return 'This engine has no docker command line.';
  return handle.features.includes('buildx') ? undefined : 'This engine has no buildx.';
}
