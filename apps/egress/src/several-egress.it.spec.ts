import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, WebhookReceiver, type TestDatabase } from '@waypost/testkit';
import { startEgress, type RunningEgress } from './testing/start-egress.js';
import { TestWorkspace } from './testing/test-workspace.js';

const ACCOUNTS = 3;
const CHATS = 4;
const MESSAGES = 20;
const ALL = ACCOUNTS * CHATS * MESSAGES;

let db: TestDatabase;
let receiver: WebhookReceiver;

beforeAll(async () => {
  db = await createTestDatabase();
  receiver = await new WebhookReceiver().start();
});
afterAll(async () => {
  await receiver?.stop();
  await db?.drop();
});

/** Every message names its account, chat and place. */
async function happen(workspace: TestWorkspace): Promise<void> {
  const accounts = [workspace.accountId];
  while (accounts.length < ACCOUNTS) accounts.push(await workspace.addAccount());
  for (let place = 0; place < MESSAGES; place++) {
    for (const [account, accountId] of accounts.entries()) {
      for (let chat = 0; chat < CHATS; chat++) {
        const chatJid = `4930000000${chat}@s.whatsapp.net`;
        await workspace.happened('message', { chatJid, text: `${account}/${chat} ${place}` }, accountId);
      }
    }
  }
}

/** The texts of each chat in the order of their first arrival, repeats left out. */
function arrivals(): Map<string, number[]> {
  const byChat = new Map<string, number[]>();
  const seen = new Set<string>();
  for (const request of receiver.requests) {
    const { text } = (request.json as { message: { text: string } }).message;
    if (seen.has(text)) continue;
    seen.add(text);
    const [chat, place] = text.split(' ') as [string, string];
    byChat.set(chat, [...(byChat.get(chat) ?? []), Number(place)]);
  }
  return byChat;
}

/** Cuts every connection that egress has to Postgres, in the middle of whatever it does. */
async function cutConnections(): Promise<void> {
  await db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'waypost-egress'`,
  );
}

describe('several processes on the same events', () => {
  it('record and deliver each message once and in order, while connections break and one of them stops', async () => {
    const workspace = await TestWorkspace.create(db.pool, receiver.url);
    const running: RunningEgress[] = [await startEgress(db.url), await startEgress(db.url)];
    try {
      const writing = happen(workspace);
      for (const share of [0.1, 0.3, 0.5]) {
        await eventually(() => receiver.requests.length >= ALL * share, { withinMs: 20_000 });
        await cutConnections();
      }
      await running.pop()!.close();
      running.push(await startEgress(db.url));
      await writing;
      await eventually(
        async () => {
          const states = (await workspace.deliveries()).map(({ state }) => state);
          return states.length === ALL && states.every((state) => state === 'delivered');
        },
        { withinMs: 60_000, everyMs: 200 },
      );
    } finally {
      await Promise.all(running.map((egress) => egress.close()));
    }
    expect(await workspace.messages()).toHaveLength(ALL);
    expect(await workspace.chats()).toHaveLength(ACCOUNTS * CHATS);
    const inOrder = Array.from({ length: MESSAGES }, (_, place) => place);
    expect([...arrivals().values()]).toEqual(Array.from({ length: ACCOUNTS * CHATS }, () => inOrder));
    const ids = new Map<string, string>();
    for (const { headers, json } of receiver.requests) {
      const { message_id: messageId } = (json as { message: { message_id: string } }).message;
      const id = headers['webhook-id'] as string;
      expect(ids.get(messageId) ?? id).toBe(id);
      ids.set(messageId, id);
    }
    expect(ids.size).toBe(ALL);
  }, 90_000);
});
