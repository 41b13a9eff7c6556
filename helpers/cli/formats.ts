import type { Report } from '../report/model.ts';

export interface FormatOptions {
  readonly color: boolean;
  /** Only what needs attention. */
  readonly quiet: boolean;
}

export interface Format {
  readonly summary: string;
  readonly load: () => Promise<(report: Report, options: FormatOptions) => string>;
}

/** What `check --format` can write to standard output: everything from the one report, each loaded only when asked for. */
export const FORMATS: Readonly<Record<string, Format>> = {
  text: {
    summary: 'for people',
    load: async () => (await import('../report/check-text.ts')).renderCheckText,
  },
  json: {
    summary: 'stable, described by helpers/report/check.schema.json',
    load: async () => (await import('../report/check-json.ts')).renderCheckJson,
  },
  markdown: {
    summary: 'for a pull request or a CI summary',
    load: async () => (await import('../report/markdown.ts')).renderMarkdown,
  },
  junit: {
    summary: 'JUnit XML',
    load: async () => (await import('../report/junit.ts')).renderJUnit,
  },
};
