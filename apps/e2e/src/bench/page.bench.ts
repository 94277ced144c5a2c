// npm run bench -- page [--chats 1000] [--messages 10000]
import { parseArgs } from 'node:util';
import { conditions } from '@waypost/testkit';
import type { Page } from 'playwright-core';
import { addManyChats } from '../page/many-chats.js';
import { PageStory } from '../page/page-story.js';
import { signedIn } from '../page/people.js';
import { missingIn, scrollThrough } from '../page/scroll-through.js';

const { values } = parseArgs({
  options: {
    chats: { type: 'string', default: '1000' },
    messages: { type: 'string', default: '10000' },
  },
});
const CHATS = Number(values.chats);
const MESSAGES = Number(values.messages);
// Less than the list is high, so that every message comes into view.
const STEP_PX = 600;

const say = (line: string) => process.stdout.write(`${line}\n`);
const story = await PageStory.start();
try {
  for (const line of await conditions(story.postgres.pool)) say(line);
  say(`the built page in headless Chromium, no throttling; ${CHATS} chats, one of ${MESSAGES} messages`);
  const owner = await story.newWorkspace();
  const { longChatId } = await addManyChats(story.postgres, owner.email, {
    chats: CHATS,
    messages: MESSAGES,
  });
  const { page, context } = await signedIn(story.browser, owner, '/settings');
  await firstLoad(page);
  await scrolling(page, longChatId);
  await context.close();
} finally {
  await story.stop();
}

/** A browser with an empty cache that opens the chats, until its first row can be clicked and nothing long runs any more. */
async function firstLoad(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.clearBrowserCache');
  const bytes = { page: 0, api: 0 };
  const api = new Set<string>();
  client.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (new URL(request.url).pathname.startsWith('/api/')) api.add(requestId);
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes[api.has(requestId) ? 'api' : 'page'] += encodedDataLength;
  });
  await page.goto('/chats');
  await page.getByRole('link', { name: /Person 1\b/ }).waitFor();
  const { interactive, blocked } = await page.evaluate(async () => {
    const listed = performance.now();
    const long: PerformanceEntry[] = [];
    const observer = new PerformanceObserver((entries) => long.push(...entries.getEntries()));
    observer.observe({ type: 'longtask', buffered: true });
    await new Promise((done) => setTimeout(done, 1_000));
    const ends = long.map(({ startTime, duration }) => startTime + duration);
    return {
      interactive: Math.max(listed, ...ends),
      blocked: long.reduce((sum, { duration }) => sum + duration - 50, 0),
    };
  });
  const kB = (count: number) => `${(count / 1_000).toFixed(0)} kB`;
  say(
    `first load of /chats: ${kB(bytes.page)} transferred for the page, and ${kB(bytes.api)} of what it shows`,
  );
  say(`  interactive after ${interactive.toFixed(0)} ms, blocked for ${blocked.toFixed(0)} ms of them`);
}

/** From the newest message to the oldest, with older ones coming in, and back. */
async function scrolling(page: Page, chatId: string): Promise<void> {
  await page.goto(`/chat/${chatId}/messages/`);
  await page.getByRole('log').getByText(`Message ${MESSAGES} of it`).waitFor();
  for (const [name, step, until] of [
    ['up', -STEP_PX, 1],
    ['down', STEP_PX, MESSAGES],
  ] as const) {
    const { seen, mostRows, frames, blankFrames, medianFrameMs, longestFrameMs } = await scrollThrough(page, {
      step,
      until,
    });
    say(
      `scrolling ${name} at ${STEP_PX} px a frame: ${seen.length} of ${MESSAGES} messages seen, ${missingIn(seen).length} left out; ` +
        `at most ${mostRows} in the document`,
    );
    say(
      `  ${frames} frames, ${blankFrames} of them blank; ${medianFrameMs.toFixed(1)} ms a frame (median), ${longestFrameMs.toFixed(0)} ms at most`,
    );
  }
}
