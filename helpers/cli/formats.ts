import { REPORT_FORMATS } from '../report/formats.ts';
import type { Report } from '../report/report-model.ts';

export interface FormatOptions {
  readonly color: boolean;
  /** Only what needs attention. */
  readonly quiet: boolean;
}

export interface Format {
  readonly summary: string;
  readonly load: () => Promise<(report: Report, options: FormatOptions) => string>;
}

const { json: _whole, ...others } = REPORT_FORMATS;

/**
 * What `check --format` can write to standard output: everything from the one report, each loaded only when asked for.
 * A format that is added to `REPORT_FORMATS` is here too.
 */
export const FORMATS: Readonly<Record<string, Format>> = {
  text: {
    summary: 'for people',
    load: async () => (await import('../report/check-text.ts')).renderCheckText,
  },
  json: {
    summary: 'stable, described by helpers/report/check.schema.json',
    load: async () => (await import('../report/check-json.ts')).renderCheckJson,
  },
  ...Object.fromEntries(Object.entries(others).map(([name, format]) => [name, withoutOptions(format)])),
};

/** The other formats have options of their own, which those of a terminal must not reach. */
function withoutOptions({ summary, load }: (typeof REPORT_FORMATS)[string]): Format {
  return {
    summary,
    load: async () => {
      const render = await load();
      return (report) => render(report);
    },
  };
}

/** What a run and `report` can print: text, or any format of the report. */
export const RUN_FORMATS: Readonly<Record<string, { readonly summary: string }>> = {
  text: { summary: 'for people' },
  ...REPORT_FORMATS,
};

/** What `gate` can print. */
export const GATE_FORMATS = {
  text: { summary: 'for people' },
  json: { summary: 'described by helpers/report/gate.schema.json' },
  markdown: { summary: 'for a pull request or a CI summary' },
} as const;
