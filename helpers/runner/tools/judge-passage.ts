import { imagesOf } from '../../archive/images.ts';
import type { Archive } from '../../archive/model.ts';
import { readArchive, UnreadableError } from '../../archive/read-archive.ts';
import { DIFF_READ, DiffError, diffArchives } from '../../gate/diff/diff-archives.ts';
import { readObservations } from '../../gate/observations/read-observations.ts';
import { type Left, passThrough, type ToolInput, whyNotTaken } from '../../procedure/tools/pass-through.ts';
import type { RunningTool } from '../../procedure/tools/start.ts';
import { archiveReport } from '../../report/archive-report.ts';
import { ARCHIVE_REQUIREMENTS } from '../../requirements/archive/archive-requirements.ts';
import { checkArchive, evaluate } from '../../requirements/check.ts';
import { applyDeviations, loadRegister } from '../../requirements/deviations/apply.ts';
import type { Outcome } from '../../requirements/outcome.ts';
import { isAbout } from '../../requirements/tools/is-about.ts';
import type {
  Chain,
  Passage,
  PassageComparison,
  ToolForm,
  ToolOutput,
} from '../../requirements/tools/passage.ts';
import type { TimedJudged } from '../judged.ts';
import { PASSAGE_REQUIREMENTS } from '../steps.ts';

/** An input, read once for all chains that it goes through. */
export interface ReadInput extends ToolInput {
  readonly archive: Archive;
  /** What it breaks of the rules of any archive by itself. */
  readonly breaks: ReadonlySet<string>;
}

/** Sends an image through a chain and judges what comes out: by what must survive, and by the rules of any archive. */
export async function judgePassage(tool: RunningTool, chain: Chain, input: ReadInput): Promise<TimedJudged> {
  const { recipe } = tool;
  const started = performance.now();
  const subject = {
    id: `${recipe.name}/${chain.name}/${input.name}`,
    engine: recipe.name,
    builder: chain.name,
    saver: input.name,
  };
  const common = { subject, step: 'passage', observations: [] };
  const reason = whyNotTaken(chain, input);
  if (reason !== undefined)
    return {
      ...common,
      outcomes: PASSAGE_REQUIREMENTS.map(({ id }) => ({ id, status: 'unsupported', reason, findings: [] })),
      durationMs: 0,
    };
  const left = await passThrough(tool, chain, input);
  try {
    const passage = await readPassage(tool, chain, input, left);
    const outcomes = await markKnownOf(tool, chain, [
      ...PASSAGE_REQUIREMENTS.map((requirement) => evaluate(requirement, passage)),
      ...judgeOutput(passage, input),
    ]);
    const { output } = passage;
    const shows = output?.status === 'read' && outcomes.some(({ status }) => status === 'fail');
    return {
      ...common,
      outcomes,
      observations: observationsOf(passage, subject.id),
      ...(shows && { archive: archiveReport(output.archive, subject.id) }),
      durationMs: performance.now() - started,
    };
  } finally {
    await left.remove();
  }
}

/** What a chain left, read and held beside its input. */
async function readPassage(
  { recipe: { name, version, mayChange, mayRefuse } }: RunningTool,
  chain: Chain,
  input: ReadInput,
  left: Left,
): Promise<Passage> {
  const output = await readOutput(left);
  const applies = (filter: Parameters<typeof isAbout>[0]) => isAbout(filter, { version, chain, input });
  return {
    tool: name,
    chain,
    input: input.name,
    mayChange: mayChange.filter(applies),
    mayRefuse: mayRefuse.filter(applies),
    ending: left.ending,
    ...(output && { output }),
    ...(output?.status === 'read' && { comparison: compareWith(input, output.archive, chain) }),
  };
}

async function readOutput({ path, found }: Left): Promise<ToolOutput | undefined> {
  if (path === undefined || found === undefined) return undefined;
  if (found !== 'present') return { status: found };
  try {
    return { status: 'read', archive: await readArchive(path, DIFF_READ) };
  } catch (error) {
    if (error instanceof UnreadableError) return { status: 'unreadable', reason: error.message };
    throw error;
  }
}

function compareWith(
  { archive }: ReadInput,
  output: Archive,
  { reads, writes, platform }: Chain,
): PassageComparison | { readonly reason: string } {
  if (output.incomplete !== undefined)
    return { reason: `the output was not read to its end, because ${output.incomplete}` };
  if (imagesOf(output).length === 0) return { reason: 'the output holds no image' };
  try {
    const options = platform === undefined ? {} : { platform };
    return diffArchives(viewOf(archive, reads), viewOf(output, writes), ['input', 'output'], options);
  } catch (error) {
    if (error instanceof DiffError) return { reason: error.message };
    throw error;
  }
}

/** An archive may be of two forms at once, and a tool looks at one of them. */
function viewOf(archive: Archive, form: ToolForm): Archive {
  if (form === 'docker-archive') return { ...archive, ociImages: [] };
  return form === 'dir' ? archive : { ...archive, dockerImages: [] };
}

/** The rules of any archive. What the input breaks is no fault of the tool. */
function judgeOutput({ output }: Passage, { name, breaks }: ReadInput): readonly Outcome[] {
  if (output?.status !== 'read') return [];
  return checkArchive(output.archive, ARCHIVE_REQUIREMENTS).map((outcome): Outcome => {
    if ((outcome.status !== 'fail' && outcome.status !== 'warn') || !breaks.has(outcome.id)) return outcome;
    return {
      id: outcome.id,
      status: 'not-applicable',
      reason: `the input ${name} breaks it too`,
      findings: [],
    };
  });
}

/** With what the register knows of this tool. */
async function markKnownOf(
  { recipe: { product, version } }: RunningTool,
  { name }: Chain,
  outcomes: readonly Outcome[],
): Promise<readonly Outcome[]> {
  const circumstances = { versions: { [product]: version }, builder: name };
  return applyDeviations(
    outcomes,
    circumstances,
    await loadRegister(),
    new Date().toISOString().slice(0, 10),
  );
}

/** What may differ between two versions of a tool without breaking anything. */
function observationsOf(
  { output, comparison, ending }: Passage,
  subject: string,
): TimedJudged['observations'] {
  const differences = comparison !== undefined && 'differences' in comparison ? comparison.differences : [];
  return [
    { id: 'passage.ending', subject, value: ending.status },
    {
      id: 'passage.differences',
      subject,
      value: differences.map(({ area, what }) => `${area}: ${what}`).sort(),
    },
    ...(output?.status === 'read' ? readObservations(output.archive, subject) : []),
  ];
}
