import { renderHelp } from '../common/command-help.ts';
import { runByTable } from '../common/command-line.ts';
import { quoteWord } from '../common/escape.ts';
import { didYouMean } from '../common/suggest.ts';
import { printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import { measuredEffects } from '../consumers/measured.ts';
import { citedText, sourceUrl } from '../requirements/documents.ts';
import {
  allRequirements,
  findRequirements,
  type KnownRequirement,
  renderList,
} from './known-requirements.ts';
import { allTopics, type Topic } from './known-topics.ts';
import { EXPLAIN } from './options/tables.ts';

export function run(args: readonly string[]): Promise<number> {
  return runByTable(EXPLAIN, args, async (values, positionals) => {
    const requirements = await allRequirements();
    const topics = await allTopics();
    if (values.list) {
      printText(
        `${renderList(requirements)}${renderList(topics.map((topic) => ({ ...topic, level: topic.kind })))}`,
      );
      return 0;
    }
    if (positionals.length === 0)
      throw new UsageError(`Nothing to explain is named.\n\n${renderHelp(EXPLAIN)}`);
    const names = [...requirements, ...topics].flatMap(({ id, aliases = [] }) => [id, ...aliases]);
    const explained = positionals.map(async (name) => {
      const found = findRequirements(requirements, name);
      if (found.length > 0) return (await Promise.all(found.map(renderRequirement))).join('\n');
      const topic = findTopic(topics, name);
      if (topic !== undefined) return renderTopic(topic);
      throw new UsageError(
        `Nothing is called ${quoteWord(name)}.${didYouMean(name, names)} "explain --list" prints all names.`,
      );
    });
    printText((await Promise.all(explained)).join('\n'));
    return 0;
  });
}

function findTopic(topics: readonly Topic[], name: string): Topic | undefined {
  const wanted = name.toLowerCase();
  return topics.find(({ id, aliases }) => id === wanted || aliases.includes(wanted));
}

function renderTopic({ id, kind, title, lines }: Topic): string {
  return [
    id,
    `  ${title}.`,
    '',
    `  ${'Kind'.padEnd(9)} ${kind}`,
    ...lines.map(([name, text]) => `  ${name.padEnd(9)} ${text}`),
    '',
  ].join('\n');
}

/** One line for each defect that proves the check; those of the flow and of expectations are told by their file. */
async function mutantsOf({ id, subject }: KnownRequirement): Promise<readonly string[]> {
  if (subject === 'scenario') return ['in specs/self/runner/requirements.spec.ts'];
  if (subject === 'passage') return ['in specs/self/tools/passage.spec.ts'];
  if (subject === 'together') return ['in specs/self/runner/together.spec.ts'];
  if (subject !== 'archive') return ['in specs/self/procedure/mutants.ts'];
  if (id.startsWith('expectation.')) return ['in specs/self/requirements/expectation/mutants.spec.ts'];
  const { MUTANTS } = await import('../proof/mutants/archive-mutants.ts');
  const mutants: Readonly<Record<string, readonly { readonly name: string; readonly form: string }[]>> =
    MUTANTS;
  return (mutants[id] ?? []).map(({ name, form }) => `${name} (${form})`);
}

const LEVEL_MEANING = {
  must: 'MUST: a violation fails',
  should: 'SHOULD: a violation is a warning',
  consumer: 'consumer: mainstream consumers refuse it, or read another image out of it; a violation fails',
  practice: 'practice: a habit of producers, a limit of portability or a hardening; a violation is a warning',
  expectation: 'expectation: the documented procedure, or your own expectation, says so; a violation fails',
} as const;

async function renderRequirement(requirement: KnownRequirement): Promise<string> {
  const { id, title, level, source, aliases = [], consequence } = requirement;
  const mutants = await mutantsOf(requirement);
  const measured = (await measuredEffects([id])).get(id);
  return [
    id,
    `  ${title}.`,
    '',
    `  Level     ${LEVEL_MEANING[level]}`,
    ...(aliases.length > 0 ? [`  Also      ${aliases.join(', ')}`] : []),
    `  Says      ${citedText(source)}`,
    `  Source    ${sourceUrl(source)}`,
    `  Breaks    ${consequence}`,
    ...(measured === undefined ? [] : [`  Measured  ${measured}.`]),
    ...mutants.map((mutant, position) => `  ${(position === 0 ? 'Mutants' : '').padEnd(9)} ${mutant}`),
    '',
  ].join('\n');
}
