import { BUDGETS } from '../archive/limits.ts';
import { SPEC_DOCUMENTS, sourceUrl } from '../requirements/documents.ts';
import type { KnownRequirement } from './known-requirements.ts';

export const CATALOGUE_START = '<!-- catalogue -->';
export const CATALOGUE_END = '<!-- /catalogue -->';

/**
 * The catalogue as Markdown: one table for what is judged of a saved archive, of an expectation, and of each step.
 */
export function renderCatalogueTable(requirements: readonly KnownRequirement[]): string {
  const groups = new Map<string, KnownRequirement[]>();
  for (const requirement of requirements) {
    const name = groupOf(requirement);
    groups.set(name, [...(groups.get(name) ?? []), requirement]);
  }
  return [...groups].map(([name, members]) => `### ${name}\n\n${renderTable(members)}`).join('\n');
}

function groupOf({ id, subject }: KnownRequirement): string {
  if (id.startsWith('expectation.')) return 'What an expectation file states';
  if (subject === 'passage') return 'An image on its way through a tool';
  return subject === 'archive' ? 'Any saved archive' : `The documented procedure: ${subject}`;
}

function renderTable(requirements: readonly KnownRequirement[]): string {
  const rows = requirements.map(({ id, level, title, source }) => {
    const document = SPEC_DOCUMENTS[source.document]?.title ?? source.document;
    const url = fromSpecs(sourceUrl(source)).replaceAll(' ', '%20');
    return `| \`${id}\` | ${level} | ${cell(title)} | [${cell(document)}](${url}) |`;
  });
  return ['| id | level | title | source |', '|---|---|---|---|', ...rows, ''].join('\n');
}

/** Paths of the repository count from its root, and the catalogue stands in a folder. */
function fromSpecs(url: string): string {
  return /^https?:/.test(url) ? url : `../${url}`;
}

function cell(text: string): string {
  return text.replace(/[|\\<>]/g, '\\$&').replaceAll('\n', ' ');
}

export const BUDGETS_START = '<!-- budgets -->';
export const BUDGETS_END = '<!-- /budgets -->';

/** Every budget against hostile input, as Markdown. */
export function renderBudgetTable(): string {
  const rows = BUDGETS.map(({ what, value, beyond }) => {
    const isId = /^[a-z-]+\.[a-z-]+$/.test(beyond);
    return `| ${cell(what)} | ${cell(value)} | ${isId ? `\`${beyond}\`` : cell(beyond)} |`;
  });
  return ['| what is counted | at most | beyond it |', '|---|---|---|', ...rows, ''].join('\n');
}

/** The text with everything between the markers replaced; `undefined` when it has no markers. */
export function replaceBetweenMarkers(
  text: string,
  content: string,
  [opening, closing]: readonly [string, string] = [CATALOGUE_START, CATALOGUE_END],
): string | undefined {
  const start = text.indexOf(opening);
  const end = text.indexOf(closing, start);
  if (start < 0 || end < 0) return undefined;
  return `${text.slice(0, start + opening.length)}\n\n${content}\n${text.slice(end)}`;
}
