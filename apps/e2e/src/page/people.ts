import type { BrowserContext, Page } from 'playwright-core';
import type { Look, TestBrowser } from './browser.js';

export interface Credentials {
  email: string;
  password: string;
}

/** Opens a page in a browser of its own and signs in there. */
export async function signedIn(
  browser: TestBrowser,
  who: Credentials,
  path = '/',
  look?: Look,
): Promise<{ page: Page; context: BrowserContext }> {
  const { page, context } = await browser.person(look);
  await page.goto(path);
  await fillSignIn(page, who);
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'attached' });
  return { page, context };
}

export async function fillSignIn(page: Page, { email, password }: Credentials): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Resolves when what the page shows has come from the API. */
export async function settled(page: Page): Promise<void> {
  await page
    .getByRole('heading', { level: 1 })
    .or(page.getByRole('heading', { level: 2 }))
    .first()
    .waitFor();
  await page.waitForFunction(() => !document.querySelector('[role=status][aria-label=Loading]'));
}
