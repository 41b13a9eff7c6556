import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTable } from '../../helpers/consumers/receptions.ts';
import { renderReceptions } from '../../helpers/proof/receptions/page.ts';
import { renderHtml } from '../../helpers/report/html/render-page.ts';
import { exampleGate, exampleReport } from '../self/report/example.ts';
import { hostileReport } from '../self/report/hostile.ts';
import { RECORDED, recordedReport } from '../self/report/recorded.ts';
import { type Browser, noBrowser, openBrowser } from './browser.ts';

/** Every kind of page in the widths of a phone, a tablet and a laptop. */

const SCREENSHOTS = 'report/screenshots';
const WIDTHS = [390, 768, 1400] as const;
const SMALLEST = 12;

async function pagesByName(): Promise<Readonly<Record<string, string>>> {
  const one = exampleReport({ engines: 1, requirements: 40, variants: 2 });
  const many = exampleReport({ engines: 8, requirements: 60, variants: 2 });
  const table = parseTable(await readFile('fixtures/consumers/receptions.json', 'utf8'));
  return {
    conformance: renderHtml({ ...one, kind: 'conformance' }),
    matrix: renderHtml(many),
    gate: renderHtml(many, { gate: exampleGate(many), baseline: many }),
    archives: renderHtml(await recordedReport(Object.values(RECORDED))),
    archive: renderHtml(await recordedReport([RECORDED.containerd])),
    tools: renderHtml({ ...many, kind: 'tools' }),
    hostile: renderHtml(hostileReport(), { gate: exampleGate(hostileReport()) }),
    receptions: renderReceptions({ ...table, archives: table.archives.slice(0, 40) }),
  };
}
const KINDS = [
  'conformance',
  'matrix',
  'gate',
  'archives',
  'archive',
  'tools',
  'hostile',
  'receptions',
] as const;
const LOOKS = [
  ['light', 'screen'],
  ['dark', 'screen'],
  ['light', 'print'],
] as const;

/** What does not fit, in words. What scrolls by itself may be wider than its box. Runs in the page. */
function misfits(smallest: number): readonly string[] {
  const told = new Set<string>();
  const scrolls = (element: Element | null): boolean => {
    for (let at = element; at !== null && at !== document.body; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== 'visible') return true;
    return false;
  };
  for (const element of document.body.querySelectorAll('*')) {
    const { parentElement } = element;
    const own = element.getBoundingClientRect();
    if (parentElement === null || own.width === 0 || scrolls(parentElement)) continue;
    if (['absolute', 'fixed'].includes(getComputedStyle(element).position)) continue;
    const right = parentElement.getBoundingClientRect().right;
    if (own.right > right + 1)
      told.add(`${element.tagName}.${element.className} ends ${own.right - right} px right of its parent`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const { parentElement } = node;
    if (parentElement === null || (node.textContent ?? '').trim() === '') continue;
    if (parentElement.getBoundingClientRect().width === 0) continue;
    const size = Number.parseFloat(getComputedStyle(parentElement).fontSize);
    if (size < smallest)
      told.add(`text of ${size} px in ${parentElement.tagName}.${parentElement.className}`);
  }
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) told.add(`the page is ${scrollWidth} px wide and scrolls sideways`);
  return [...told];
}

describe.skipIf(noBrowser !== undefined)(
  `the layout of every page${noBrowser ? ` (skipped: ${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    let folder: string;
    const addresses: Record<string, string> = {};
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'report-layout-'));
      await mkdir(SCREENSHOTS, { recursive: true });
      for (const [name, html] of Object.entries(await pagesByName())) {
        const path = join(folder, `${name}.html`);
        await writeFile(path, html);
        addresses[name] = pathToFileURL(path).href;
      }
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function open(name: string, width: number): Promise<{ page: Page; problems: string[] }> {
      const page = await browser.context.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => problems.push(message.text()));
      await page.setViewportSize({ width, height: 1000 });
      await page.goto(addresses[name] ?? '');
      return { page, problems };
    }

    it.each(KINDS.flatMap((kind) => WIDTHS.map((width) => [kind, width] as const)))(
      '%s fits %d px: nothing is wider than its parent, no text is under 12 px, nothing goes wrong',
      async (kind, width) => {
        const { page, problems } = await open(kind, width);
        for (const [colorScheme, media] of LOOKS) {
          await page.emulateMedia({ colorScheme, media });
          const look = media === 'print' ? media : colorScheme;
          await page.screenshot({ path: join(SCREENSHOTS, `${kind}-${width}-${look}.png`) });
          // Paper has a width of its own: the browser makes what is wider fit.
          if (media === 'screen') expect(await page.evaluate(misfits, SMALLEST), look).toEqual([]);
        }
        await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
        await page.evaluate(() => {
          for (const element of document.querySelectorAll('details')) element.open = true;
        });
        expect(await page.evaluate(misfits, SMALLEST), 'everything opened').toEqual([]);
        if ((await page.locator('#matrix td a').count()) > 0) {
          await page.locator('#matrix td a').first().click();
          expect(await page.evaluate(misfits, SMALLEST)).toEqual([]);
        }
        expect(problems).toEqual([]);
        await page.close();
      },
    );

    it('documents and small texts of an archive are shown with their lines, and secrets masked', async () => {
      const { page } = await open('archive', 1400);
      const config = page.locator('.image').first().locator('details', { hasText: 'Config and history' });
      await config.locator('summary').click();
      const text = await config.locator('pre').innerText();
      expect(JSON.parse(text)).toMatchObject({ architecture: 'amd64' });
      expect(text.split('\n').length).toBeGreaterThan(20);
      const layer = page.locator('.stack [data-layer="3"]').first();
      await layer.locator('summary').first().click();
      await layer.locator('td summary').click();
      expect(await layer.locator('pre.content').innerText()).toBe('b');
      await page.close();
    });

    it('a misfit is noticed', async () => {
      const { page } = await open('archive', 390);
      await page.evaluate(() => {
        const wide = document.createElement('p');
        wide.textContent = 'wide and small';
        wide.style.cssText = 'width: 900px; font-size: 9px';
        document.querySelector('main')?.prepend(wide);
      });
      expect((await page.evaluate(misfits, SMALLEST)).join('\n')).toMatch(
        /P\. ends \d+\S* px right[\s\S]*text of 9 px in P\.[\s\S]*scrolls sideways/,
      );
      await page.close();
    });

    it('leads with the steps, by builders of one engine and by engines of several', async () => {
      for (const [kind, title] of [
        ['conformance', 'Steps by builders'],
        ['matrix', 'Steps by engines'],
      ] as const) {
        const { page } = await open(kind, 1400);
        expect(await page.locator('main section h2').first().innerText()).toBe(title);
        const [count] = await page.locator('.steps .count').all();
        const href = await count?.getAttribute('href');
        await count?.click();
        const step = new URLSearchParams(href?.slice(1)).get('step');
        expect(step).not.toBeNull();
        expect(await page.locator('[name="step"]').inputValue()).toBe(step);
        await page.close();
      }
    });

    it('filters what needs attention and what differs, and finds by engine', async () => {
      const { page } = await open('matrix', 1400);
      const rows = () => page.locator('#matrix tr[data-id]:not([hidden])').count();
      const all = await rows();
      await page.locator('.toggle', { hasText: 'needs attention' }).click();
      const attention = await rows();
      expect(attention).toBeGreaterThan(0);
      expect(attention).toBeLessThan(all);
      expect(page.url()).toContain('only=attention');
      await page.locator('.toggle', { hasText: 'differs' }).click();
      expect(await rows()).toBeLessThanOrEqual(attention);
      await page.click('button[type="reset"]');
      await expect.poll(rows).toBe(all);
      const engine = await page.locator('#matrix thead th[data-owner]').first().innerText();
      await page.fill('[name="search"]', engine);
      expect(await rows()).toBeLessThan(all);
      await page.close();
    });

    it('the name of an archive stays in sight while its row scrolls sideways', async () => {
      const { page } = await open('receptions', 390);
      await page.locator('.scroll').evaluate((element) => element.scrollTo({ left: 400 }));
      const [box, frame] = await Promise.all([
        page.locator('tbody th[scope=row]').first().boundingBox(),
        page.locator('.scroll').boundingBox(),
      ]);
      expect(box?.x).toBe(frame?.x);
      expect(box?.width).toBeLessThan((frame?.width ?? 0) / 2);
      await page.close();
    });
  },
);
