import type { Report } from './report-model.ts';

/** A stored report in other words; each is loaded only when asked for. */
interface ReportFormat {
  readonly summary: string;
  readonly load: () => Promise<(report: Report) => string>;
}

export const REPORT_FORMATS: Readonly<Record<string, ReportFormat>> = {
  html: {
    summary: 'one self-contained page',
    load: async () => (await import('./html/render-page.ts')).renderHtml,
  },
  markdown: {
    summary: 'for a pull request or a CI summary',
    load: async () => (await import('./markdown.ts')).renderMarkdown,
  },
  junit: { summary: 'JUnit XML', load: async () => (await import('./junit.ts')).renderJUnit },
  sarif: {
    summary: 'SARIF 2.1.0 for code scanning',
    load: async () => (await import('./sarif.ts')).renderSarif,
  },
  gitlab: {
    summary: "findings for GitLab's code quality",
    load: async () => (await import('./gitlab.ts')).renderGitLab,
  },
  github: {
    summary: 'annotations for GitHub Actions',
    load: async () => (await import('./github.ts')).renderAnnotations,
  },
  json: { summary: 'the report as it is', load: async () => (await import('./write.ts')).renderJson },
};
