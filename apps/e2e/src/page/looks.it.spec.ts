import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NARROW, obstacles, WIDE, type Look } from './browser.js';
import { addManyChats } from './many-chats.js';
import { PageStory } from './page-story.js';
import { settled, signedIn } from './people.js';

const SCREENSHOTS = fileURLToPath(new URL('../../../../.cache/screenshots/', import.meta.url));

/** Each width and each colour scheme is looked through for obstacles once. */
const LOOKED_THROUGH = ['1440-light', '390-dark'];

const looks: [string, Look][] = [
  ['1440-light', { viewport: WIDE, colorScheme: 'light' }],
  ['1440-dark', { viewport: WIDE, colorScheme: 'dark' }],
  ['390-light', { viewport: NARROW, colorScheme: 'light' }],
  ['390-dark', { viewport: NARROW, colorScheme: 'dark' }],
];

const INVITED = 'zara@shop.example';

const PAGES = [
  '/accounts',
  '/chats',
  '/integrations/inbound-webhooks',
  '/integrations/outbound-webhook',
  '/overview',
  '/credits',
  '/team',
  '/audit-log',
  '/settings',
  '/no/such/page',
];

describe('every page of the console', () => {
  let story: PageStory;
  let chat: string;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    story = await PageStory.start();
    const { inboundWebhookUrl } = story.system.facts;
    await fetch(inboundWebhookUrl, {
      method: 'POST',
      body: '{"action":',
      headers: { 'content-type': 'application/json' },
    });
    await story.system.console.post('/invitations', { email: INVITED, role: 'owner' });
    await addManyChats(story.postgres, story.owner.email, { chats: 40, messages: 2_000, minutesApart: 15 });
    for (const last of [301, 302]) chat = await story.chatWith(`14155550${last}`, 'Hello from Waypost');
  }, 120_000);
  afterAll(() => story?.stop(), 60_000);

  it.each(looks)(
    'can be used by everybody at %s, and fits the screen',
    async (name, look) => {
      const found: string[] = [];
      const { page, context } = await signedIn(story.browser, story.owner, '/settings', look);
      for (const path of [...PAGES, `/chat/${chat}/messages/`]) {
        await page.goto(path);
        await settled(page);
        const file = path.replace(chat, 'id').replaceAll('/', '-').replace(/^-|-$/g, '');
        await page.screenshot({
          path: `${SCREENSHOTS}${file}-${name}.png`,
          fullPage: !path.startsWith('/chat'),
        });
        if (LOOKED_THROUGH.includes(name))
          found.push(...(await obstacles(page)).map((obstacle) => `${path}: ${obstacle}`));
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        if (tooWide) found.push(`${path}: must be scrolled sideways`);
      }
      await context.close();
      expect(found).toEqual([]);
    },
    90_000,
  );

  it('first of all those outside, and the first steps of an empty workspace', async () => {
    const { page, context } = await story.browser.person(looks[0]![1]);
    const outside = [
      ['sign-in', '/', 'Sign in'],
      ['forgot-password', '/forgot-password', 'Forgot your password?'],
      ['reset-password', '/reset-password#any', 'Choose a new password'],
      ['invitation', await story.mailedLink(INVITED), 'Join Demo'],
    ] as const;
    const found: string[] = [];
    for (const [name, path, heading] of outside) {
      // Where only what follows the # differs, a browser would not load the page anew.
      await page.goto('about:blank');
      await page.goto(path);
      await page.getByRole('heading', { name: heading }).waitFor();
      await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
      found.push(...(await obstacles(page)));
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(NARROW);
    await page.screenshot({ path: `${SCREENSHOTS}invitation-390-dark.png` });
    found.push(...(await obstacles(page)));
    await context.close();
    const empty = await signedIn(story.browser, await story.newWorkspace(), '/', looks[3]![1]);
    await empty.page.getByRole('heading', { name: 'First steps' }).waitFor();
    await settled(empty.page);
    await empty.page.screenshot({ path: `${SCREENSHOTS}first-steps.png`, fullPage: true });
    found.push(...(await obstacles(empty.page)));
    await empty.context.close();
    expect(found).toEqual([]);
  }, 90_000);
});
