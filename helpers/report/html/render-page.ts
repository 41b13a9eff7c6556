import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { GateReport } from '../gate-model.ts';
import type { Report } from '../report-model.ts';
import { ownerOf } from '../summary.ts';
import { pageAssets } from './assets.ts';
import { allArchives, type PageData } from './data.ts';
import { h } from './element.ts';
import { escapeHtml, toHtml } from './to-html.ts';
import { archives } from './views/archives.ts';
import { engines } from './views/engines.ts';
import { gate } from './views/gate.ts';
import { type Hero, header, heroOf } from './views/header.ts';
import { matrix } from './views/matrix.ts';
import { observations } from './views/observations.ts';
import { problems } from './views/problems.ts';
import { steps } from './views/steps.ts';

export interface HtmlOptions {
  /** An upgrade's gate, shown first; the report itself is then the candidate's. */
  readonly gate?: GateReport;
  /** The report compared with; the explorer offers its archives beside the report's own. */
  readonly baseline?: Report;
}

/**
 * One HTML file that needs nothing else: script, style and data stand in it, and its policy allows no more than those
 * two by their hashes. Verdict, problems, engines and matrix are readable without scripts.
 */
export function renderHtml(report: Report, options: HtmlOptions = {}): string {
  const { script, style } = pageAssets();
  const hero = heroOf(report, options.gate);
  const data: PageData = {
    report,
    ...(options.gate && { gate: options.gate }),
    baselineArchives: (options.baseline?.archives ?? []).map((archive) => ({
      ...archive,
      id: `baseline: ${archive.id}`,
    })),
  };
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(`${hero.word}: ${hero.reason}`)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    toHtml(body(data, hero)),
    `<script type="application/gzip+base64" id="data">${embedData(data)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function body(data: PageData, hero: Hero) {
  const { report, gate: gateReport } = data;
  const sections = [
    gateReport && gate(gateReport, new Set(report.subjects.map(ownerOf))),
    steps(report),
    problems(report),
    engines(report),
    matrix(report),
    archives(allArchives(data)),
    observations(report),
  ].filter((part) => part !== undefined);
  return h(
    'div',
    { class: 'page' },
    h('a', { class: 'skip', href: '#matrix' }, 'Skip to the matrix'),
    header(report, hero),
    h(
      'nav',
      { 'aria-label': 'Parts of the report' },
      sections.map((part) => {
        const title = part.children[0];
        return h('a', { href: `#${part.attributes.id}` }, typeof title === 'object' ? title.children : '');
      }),
    ),
    h('main', {}, sections),
    h(
      'footer',
      {},
      `${report.suite.name} ${report.suite.version}. This file is complete: it loads nothing and sends nothing.`,
    ),
    h(
      'dialog',
      { id: 'panel', 'aria-labelledby': 'panel-title' },
      h('form', { method: 'dialog' }, h('button', { class: 'close', 'aria-label': 'Close' }, '×')),
      h('div', { id: 'panel-content' }),
    ),
  );
}

function policy(script: string, style: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
}

/**
 * The data as JSON, gzip, base64: a matrix repeats the same words ten thousand times, and nothing in it can end the
 * script element or be taken for markup.
 */
function embedData(data: PageData): string {
  return gzipSync(JSON.stringify(data)).toString('base64');
}
