import { SPEC_DOCUMENTS, sourceUrl } from '../requirements/documents.ts';
import type { KnownRequirement } from './known-requirements.ts';

export const START = '<!-- catalogue -->';
export const END = '<!-- /catalogue -->';

/**
 * The catalogue as Markdown: one table for what is judged of a saved archive, of an expectation, and of each step.
 * Links that lead nowhere on the web are paths from the root of the repository, where the README stands.
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
  return subject === 'archive' ? 'Any saved archive' : `The documented procedure: ${subject}`;
}

function renderTable(requirements: readonly KnownRequirement[]): string {
  const rows = requirements.map(({ id, level, title, source }) => {
    const document = SPEC_DOCUMENTS[source.document]?.title ?? source.document;
    const url = sourceUrl(source).replaceAll(' ', '%20');
    return `| \`${id}\` | ${level} | ${cell(title)} | [${cell(document)}](${url}) |`;
  });
  return ['| id | level | claim | source |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function cell(text: string): string {
  return text.replace(/[|\\<>]/g, '\\$&').replaceAll('\n', ' ');
}

/** The text with everything between the markers replaced; `undefined` when it has no markers. */
export function replaceBetweenMarkers(text: string, content: string): string | undefined {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) return undefined;
  return `${text.slice(0, start + START.length)}\n\n${content}\n${text.slice(end)}`;
}
