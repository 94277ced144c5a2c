import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findChromium } from './chromium-program.js';

const CACHE = fileURLToPath(new URL('../../../../.cache', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

export interface Look {
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
}

/** A headless Chromium, and what goes wrong in the pages that it shows. */
export class TestBrowser {
  /** Errors of scripts, and what the policy of the page refused. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly address: string,
  ) {}

  static async start(address: string): Promise<TestBrowser> {
    const { path, libraries } = await findChromium(CACHE);
    const browser = await chromium.launch({
      executablePath: path,
      // Root has no user namespace to put it in, and what it opens is ours.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
      env: { ...process.env, ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}) } as Record<string, string>,
    });
    return new TestBrowser(browser, address);
  }

  /** A browser profile of its own: nobody is signed in. */
  async person(look: Look = {}): Promise<{ context: BrowserContext; page: Page }> {
    const context = await this.browser.newContext({
      baseURL: this.address,
      viewport: look.viewport ?? WIDE,
      colorScheme: look.colorScheme ?? 'light',
      locale: 'en-GB',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text())) {
        this.complaints.push(message.text());
      }
    });
    return { context, page };
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}

/** What keeps people with disabilities from using the page as it is now, by WCAG 2.2 AA: one line each. */
export async function obstacles(page: Page): Promise<string[]> {
  // Scripts of a test come past the policy of the page.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(where: unknown, options: object): Promise<{ violations: Violation[] }> };
    };
    interface Violation {
      id: string;
      impact: string | null;
      help: string;
      nodes: { html: string; failureSummary?: string }[];
    }
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) =>
        nodes.map(
          ({ html, failureSummary }) => `${id}: ${help}\n${html.slice(0, 200)}\n${failureSummary ?? ''}`,
        ),
      );
  });
  return found;
}
