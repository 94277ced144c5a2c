import { beforeAll, describe, expect, it } from '@jest/globals';
import { addManyChats, type ManyChats } from './many-chats.js';
import type { PageStory } from './page-story.js';
import { signedIn, type Credentials } from './people.js';
import { missingIn, scrollThrough } from './scroll-through.js';

/** How the page does with long lists, in a workspace of its own of a running story. */
export function describeLongLists(running: () => PageStory): void {
  describe('in a workspace with 1,000 chats, one of 10,000 messages,', () => {
    let story: PageStory;
    let owner: Credentials;
    let many: ManyChats;

    beforeAll(async () => {
      story = running();
      owner = await story.newWorkspace();
      many = await addManyChats(story.postgres, owner.email, { chats: 1_000, messages: 10_000 });
    }, 60_000);

    it('the list goes on, in a small document', async () => {
      const { page, context } = await signedIn(story.browser, owner, '/chats');
      const list = page.getByRole('region', { name: 'Chats', exact: true });
      await list.getByRole('link', { name: /Person 1\b/ }).waitFor();
      const scroller = list.locator('[data-scroller]');
      const later = list.getByRole('link', { name: /Person 400\b/ });
      let most = 0;
      for (let tries = 0; tries < 400 && (await later.count()) === 0; tries++) {
        most = Math.max(
          most,
          await scroller.evaluate((box) => {
            box.scrollBy({ top: 2_000, behavior: 'instant' });
            return new Promise<number>((done) =>
              requestAnimationFrame(() => done(box.querySelectorAll('li').length)),
            );
          }),
        );
      }
      await later.waitFor();
      expect(most).toBeLessThanOrEqual(300);
      await context.close();
    }, 60_000);

    it('what is not read is counted, and read by looking at it', async () => {
      const { page, context } = await signedIn(story.browser, owner, '/chats');
      const row = page.getByRole('link', { name: /Person 1\b/ });
      await row.getByText('99+ unread').waitFor();
      await row.click();
      await page.getByRole('log').getByText('Message 10000 of it').waitFor();
      await row.getByText('unread').waitFor({ state: 'detached' });
      await context.close();
    }, 60_000);

    it('a permalink opens in the middle, and scrolling leaves out no message on either way', async () => {
      const messageId = await many.messageId(5_000);
      const { page, context } = await signedIn(story.browser, owner, `/permalink/${messageId}/`);
      await page.locator('[data-wanted]').getByText('Message 5000 of it').waitFor();
      const wanted = page.locator('[data-wanted]');
      const place = (await wanted.boundingBox())!;
      expect(place.y).toBeGreaterThan(150);
      expect(place.y).toBeLessThan(750);

      const up = await scrollThrough(page, { step: -700, until: 4_700 });
      const down = await scrollThrough(page, { step: 700, until: 5_300 });
      for (const way of [up, down]) {
        expect(missingIn(way.seen)).toEqual([]);
        expect(way.blankFrames).toBe(0);
        expect(way.mostRows).toBeLessThanOrEqual(400);
      }
      expect([up.seen[0]! <= 4_700, down.seen.at(-1)! >= 5_300]).toEqual([true, true]);

      await page.getByRole('button', { name: 'Show the newest messages' }).click();
      await page.getByRole('log').getByText('Message 10000 of it').waitFor();
      await context.close();
    }, 90_000);
  });
}
