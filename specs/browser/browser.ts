import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Debian's Chromium; `CHROMIUM` names another. */
const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why there is no browser, in one sentence; `undefined` where there is one. */
export const noBrowser = existsSync(executable)
  ? undefined
  : `There is no browser at ${executable}: apt-get install chromium, or name one in CHROMIUM.`;

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser {
  readonly context: BrowserContext;
  /** Addresses that pages asked for, apart from the opened file itself. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** A browser with a profile of its own, which is gone afterwards. */
export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'report-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    args: ARGUMENTS,
    viewport: { width: 1400, height: 1000 },
  });
  const requests: string[] = [];
  context.on('request', (request) => {
    if (!(request.isNavigationRequest() && request.url().startsWith('file://'))) requests.push(request.url());
  });
  return {
    context,
    requests,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
