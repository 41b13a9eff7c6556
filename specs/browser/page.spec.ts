import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderHtml } from '../../helpers/report/html/render-page.ts';
import type { Report } from '../../helpers/report/report-model.ts';
import { exampleGate, exampleReport, HOSTILE } from '../self/report/example.ts';
import { hostileReport } from '../self/report/hostile.ts';
import { RECORDED, recordedReport } from '../self/report/recorded.ts';
import { type Browser, noBrowser, openBrowser } from './browser.ts';

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

const SCREENSHOTS = 'report/screenshots';

describe.skipIf(noBrowser !== undefined)(
  `the page in a browser${noBrowser ? ` (skipped: ${noBrowser})` : ''}`,
  () => {
    let browser: Browser;
    let folder: string;
    let page: Page;
    let problems: string[];
    const addresses: Record<'matrix' | 'recorded' | 'hostile' | 'small', string> = {
      small: '',
      matrix: '',
      recorded: '',
      hostile: '',
    };
    let recorded: Report;
    const matrix = exampleReport({ engines: 20, requirements: 100, variants: 1 });

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'report-pages-'));
      await mkdir(SCREENSHOTS, { recursive: true });
      recorded = await recordedReport(Object.values(RECORDED));
      // The same views with fewer cells: the accessibility checker looks at each of them for seconds.
      const small = exampleReport({ engines: 4, requirements: 24, variants: 1 });
      const pages = {
        small: renderHtml(small, { gate: exampleGate(small) }),
        matrix: renderHtml(matrix, { gate: exampleGate(matrix), baseline: matrix }),
        recorded: renderHtml(recorded),
        hostile: renderHtml(hostileReport(), { gate: exampleGate(hostileReport()) }),
      };
      for (const [name, html] of Object.entries(pages)) {
        const path = join(folder, `${name}.html`);
        await writeFile(path, html);
        addresses[name as keyof typeof addresses] = pathToFileURL(path).href;
      }
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      page = await browser.context.newPage();
      problems = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => problems.push(message.text()));
      page.on('dialog', (dialog) => problems.push(`dialog ${dialog.message()}`));
    });
    afterEach(async () => {
      await page.close();
      expect(problems).toEqual([]);
      expect(browser.requests).toEqual([]);
    });

    const shownRows = () => page.locator('#matrix tr[data-id]:not([hidden])');
    const screenshot = (name: string) => page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });

    it('says the verdict first', async () => {
      await page.goto(addresses.matrix);
      expect(await page.locator('h1').innerText()).toMatch(/No-go: .* between docker-20.10 and docker-28/);
      await screenshot('verdict-light');
    });

    it('filters by level, step, engine and status, searches, and shows all again', async () => {
      await page.goto(addresses.matrix);
      const matching = (test: (requirement: Report['requirements'][number]) => boolean) =>
        matrix.requirements.filter(test).length;
      await page.selectOption('[name="level"]', 'should');
      expect(await shownRows().count()).toBe(matching(({ level }) => level === 'should'));
      await page.selectOption('[name="step"]', 'run');
      expect(await shownRows().count()).toBe(
        matching(({ level, step }) => level === 'should' && step === 'run'),
      );
      await page.click('button[type="reset"]');
      await expect.poll(() => shownRows().count()).toBe(100);
      await page.fill('[name="search"]', 'HOLDS A PLATFORM');
      expect(await shownRows().count()).toBe(matching(({ title }) => title.includes('holds a platform')));
      await page.click('button[type="reset"]');
      await page.selectOption('[name="engine"]', 'docker-21');
      expect(await page.locator('#matrix tr[data-id] >> nth=0').locator('td:visible').count()).toBe(1);
      await page.locator('.toggle', { hasText: 'fail' }).click();
      const failing = matrix.subjects
        .find(({ engine }) => engine === 'docker-21')
        ?.outcomes.filter(({ status }) => status === 'fail');
      expect(failing?.length).toBeGreaterThan(0);
      expect(await shownRows().count()).toBe(failing?.length);
      expect(await page.locator('[data-shown]').innerText()).toBe(
        `${failing?.length} of 100 requirements shown`,
      );
      await screenshot('filtered');
    });

    it('keeps its filters in the address', async () => {
      await page.goto(`${addresses.matrix}#engine=docker-21&status=fail`);
      const before = await shownRows().count();
      expect(before).toBeLessThan(100);
      await page.reload();
      expect(await shownRows().count()).toBe(before);
      expect(await page.locator('[name="engine"]').inputValue()).toBe('docker-21');
    });

    it('opens a finding from its cell, and closes it by keyboard', async () => {
      await page.goto(addresses.matrix);
      await page.locator('#matrix td a.fail').first().click();
      const panel = page.locator('dialog[open]');
      for (const text of [
        'Expected',
        'Actual',
        'What it means',
        'Where it is written',
        'See it again',
        'npm run matrix -- --engine docker-21',
      ]) {
        expect(await panel.innerText()).toContain(text);
      }
      await screenshot('finding-light');
      await page.keyboard.press('Escape');
      await expect.poll(() => panel.count()).toBe(0);
      expect(new URL(page.url()).hash).not.toContain('cell=');
    });

    it('opens the cell that a link names', async () => {
      await page.goto(addresses.matrix);
      const href = await page.locator('#matrix td a.known').first().getAttribute('href');
      const other = await browser.context.newPage();
      await other.goto(addresses.matrix + href);
      expect(await other.locator('dialog[open] .tags').innerText()).toContain('known deviation');
      await other.goBack();
      await other.close();
    });

    it('walks through cells with the arrow keys, and through the page with one stop for the matrix', async () => {
      await page.goto(addresses.matrix);
      expect(await page.locator('#matrix td a[tabindex="0"]').count()).toBe(1);
      await page.locator('#matrix td a[tabindex="0"]').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      const focused = await page.evaluate(() => document.activeElement?.getAttribute('href'));
      const below = await page.locator('#matrix tr[data-id] >> nth=1').getAttribute('data-id');
      const second = matrix.requirements.find(({ id }) => id === below);
      expect(decodeURIComponent(focused ?? '')).toBe(`#cell=${second?.id}@docker-21`);
      await page.keyboard.press('Enter');
      expect(await page.locator('dialog[open] h2').innerText()).toBe(second?.title);
    });

    it('shows a recorded archive: members, layers to size, effects and the flattened root', async () => {
      await page.goto(addresses.recorded);
      const explorer = page.locator('[data-explorer-view]');
      const text = await explorer.innerText();
      for (const said of ['manifest.json', 'Layer 0', 'replaces 1', 'Flattened root'])
        expect(text).toContain(said);
      const [image] = recorded.archives[0]?.images ?? [];
      const heights = await explorer
        .locator('.stack li')
        .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().height));
      const sizes = [...(image?.layers ?? [])].reverse().map(({ uncompressedSize }) => uncompressedSize);
      expect(heights).toHaveLength(sizes.length);
      expect(heights.indexOf(Math.max(...heights))).toBe(sizes.indexOf(Math.max(...sizes)));
      await explorer.locator('.stack summary').first().click();
      expect(await explorer.innerText()).toContain(image?.layers.at(-1)?.diffId);
      await page.locator('#archives').scrollIntoViewIfNeeded();
      await screenshot('archive');
    });

    it('draws the root beside the layers, with what the open layer does to it', async () => {
      await page.goto(addresses.recorded);
      const root = page.locator('[data-root="0"]');
      const summaries = page.locator('[data-explorer-view] .stack').first().locator('summary');
      expect(await root.locator('.changed code').allInnerTexts()).toEqual(['final.txt']);
      await summaries.last().click();
      await expect.poll(() => root.locator('.added code').allInnerTexts()).toEqual(['hello']);
      expect(await root.innerText()).not.toContain('final.txt');
      await summaries.first().click();
      await expect.poll(() => root.locator('.changed code').allInnerTexts()).toEqual(['final.txt']);
    });

    it('lays two archives side by side and marks what differs', async () => {
      await page.goto(addresses.recorded);
      await page.selectOption('[name="with"]', { index: 2 });
      const explorer = page.locator('[data-explorer-view]');
      expect(await explorer.innerText()).toMatch(/\d+ differences\./);
      expect(await explorer.locator('tr.differs').count()).toBeGreaterThan(3);
      const all = await explorer.locator('tr.same').count();
      expect(all).toBeGreaterThan(0);
      await explorer.locator('[name="only-differences"]').check();
      expect(await explorer.locator('tr.same:visible').count()).toBe(0);
      await screenshot('compare');
    });

    it('shows what an upgrade breaks, changes and fixes', async () => {
      await page.goto(addresses.matrix);
      const text = await page.locator('#gate').innerText();
      expect(await page.locator('h1').innerText()).toContain('No-go');
      for (const said of ['Broken 1', 'Changed 2', 'Fixed 1', 'What to do:', 'allowed by gate.json'])
        expect(text).toContain(said);
    });

    it('keeps hostile names text everywhere', async () => {
      for (const hash of ['', '#matrix']) {
        await page.goto(addresses.hostile + hash);
        await page.locator('#matrix td a').first().click();
        expect(await page.locator('dialog[open]').innerText()).toContain(HOSTILE.markup);
        await page.keyboard.press('Escape');
        expect(await page.locator('[data-explorer-view]').innerText()).toContain(HOSTILE.markup);
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        expect(await page.locator('img').count()).toBe(0);
        expect(await page.title()).not.toBe('hacked');
        const text = await page.locator('body').innerText();
        for (const character of ['\u202e', '\u001b']) expect(text).not.toContain(character);
      }
      await screenshot('hostile');
    });

    it.each(['light', 'dark'] as const)(
      'has no accessibility violation in the %s scheme',
      async (colorScheme) => {
        const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
        await page.emulateMedia({ colorScheme });
        const analyse = async (): Promise<readonly string[]> => {
          // Evaluated by the debugger, which the page's policy does not bind.
          await page.evaluate(source);
          const results = (await page.evaluate('axe.run()')) as AxeResults;
          return results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        };
        await page.goto(addresses.recorded);
        expect(await analyse()).toEqual([]);
        await page.selectOption('[name="with"]', { index: 2 });
        expect(await analyse()).toEqual([]);
        await page.goto(addresses.matrix);
        await screenshot(`matrix-top-${colorScheme}`);
        await page.locator('#matrix').scrollIntoViewIfNeeded();
        await screenshot(`matrix-${colorScheme}`);
        await page.goto(addresses.small);
        expect(await analyse()).toEqual([]);
        await page.locator('#matrix td a.fail').first().click();
        expect(await analyse()).toEqual([]);
        await screenshot(`finding-${colorScheme}`);
      },
    );

    it('fits a phone without scrolling the page sideways', async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      for (const address of [addresses.matrix, addresses.recorded, addresses.hostile]) {
        await page.goto(address);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      }
      await page.goto(addresses.matrix);
      await screenshot('phone-top');
      await page.locator('#matrix table').scrollIntoViewIfNeeded();
      await screenshot('phone-matrix');
    });

    it('prints verdict, problems and the whole matrix', async () => {
      await page.goto(addresses.recorded);
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('nav').isVisible()).toBe(false);
      expect(
        await page.locator('#matrix .scroll').evaluate((box) => box.scrollHeight - box.clientHeight),
      ).toBe(0);
      await page.pdf({ path: join(SCREENSHOTS, 'print.pdf'), format: 'A4' });
    });

    it('opens and filters quickly: figures, no limit', async () => {
      await page.addInitScript(() => {
        const tasks: number[] = [];
        Object.assign(window, { longTasks: tasks });
        new PerformanceObserver((list) =>
          tasks.push(...list.getEntries().map(({ duration }) => duration)),
        ).observe({
          type: 'longtask',
          buffered: true,
        });
      });
      const longest = async () =>
        page.evaluate(async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          const tasks = (window as unknown as { longTasks: number[] }).longTasks;
          const found = tasks.splice(0);
          return found.length === 0 ? 'none over 50 ms' : `longest ${Math.round(Math.max(...found))} ms`;
        });
      await page.goto(addresses.matrix);
      const figures = [`opening: ${await longest()}`];
      await page.fill('[name="search"]', 'layer');
      figures.push(`search: ${await longest()}`);
      await page.fill('[name="search"]', '');
      await page.selectOption('[name="engine"]', 'docker-21');
      figures.push(`engine: ${await longest()}`);
      await page.click('button[type="reset"]');
      await page.locator('.toggle', { hasText: 'fail' }).click();
      figures.push(`status: ${await longest()}`);
      await page.locator('#matrix td a.fail').first().click();
      figures.push(`finding: ${await longest()}`);
      console.log(`Long tasks, 20 engines x 100 requirements: ${figures.join('; ')}`);
      expect(figures).toHaveLength(5);
    });
  },
);
