import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, natsUrl, type TestDatabase } from '@waypost/testkit';
import { HeldSweep } from '../releasing/held-sweep.js';
import { SessionOwner } from '../testing/session-owner.js';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { receive } from '../testing/test-chat.js';

const HOUR_MS = 3_600_000;

let database: TestDatabase;
let owner: SessionOwner;
let dispatcher: RunningDispatcher;
let account: TestAccount;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  dispatcher = await startDispatcher(database.url, { sendPaceMinMs: 20, sendPaceMaxMs: 30 });
  account = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
});
afterEach(async () => {
  await dispatcher.close();
  await owner.stop();
  await database.drop();
});

const settled = () => eventually(async () => (await account.waiting()) === 0, { withinMs: 15_000 });
const sent = () => owner.sends.map(({ request }) => request.text);
const sweep = () => dispatcher.get(HeldSweep).sweep();
const holds = async () => (await account.messages()).map(({ hold }) => hold);

async function lockEnds(): Promise<void> {
  await account.lockNewChats(-1);
  await sweep();
  await settled();
}

/** WhatsApp refuses messages to people who never wrote. */
function refuseNewChats(newChatsLockedUntil?: number): void {
  owner.answer(({ text }) =>
    text.startsWith('new') ? { outcome: 'rejected', code: '463', newChatsLockedUntil } : { outcome: 'acked' },
  );
}

async function lockedFor(): Promise<number> {
  const { rows } = await database.pool.query(
    `select extract(epoch from new_chats_locked_until - now())::float8 * 1000 as ms from account where id = $1`,
    [account.id],
  );
  return rows[0].ms;
}

describe('when WhatsApp refuses a message to a new contact (463)', () => {
  it('that one fails and is refunded; others to new contacts are held, people who wrote and groups get theirs', async () => {
    refuseNewChats();
    const friend = await account.chat({ heardFrom: true });
    const group = await account.chat({ jid: '12036302@g.us' });
    await account.queue(['new 1'], { chat: await account.chat(), cost: 2 });
    await account.queue(['new 2'], { chat: await account.chat() });
    await account.queue(['friend'], { chat: friend });
    await account.queue(['new 3'], { chat: await account.chat({ jid: '77@lid' }) });
    await account.queue(['group'], { chat: group });
    await settled();
    expect(sent()).toEqual(['new 1', 'friend', 'group']);
    expect(await account.messages()).toEqual([
      expect.objectContaining({
        state: 'failed',
        failureCode: '463',
        failureReason: 'WhatsApp does not let this account write to new contacts at present',
      }),
      expect.objectContaining({ state: 'queued', hold: 'new_chats_locked' }),
      expect.objectContaining({ state: 'sent' }),
      expect.objectContaining({ state: 'queued', hold: 'new_chats_locked' }),
      expect.objectContaining({ state: 'sent' }),
    ]);
    expect(await account.ledger()).toMatchObject({ balance: 2, sum: 2, refunds: 1 });
    // Nobody is asked about numbers that may not be written to.
    expect(owner.lookUps).toHaveLength(1);
  });

  it('new contacts wait as long as WhatsApp says, else as long as configured', async () => {
    refuseNewChats(Date.now() + 5 * HOUR_MS);
    await account.queue(['new 1'], { chat: await account.chat() });
    await settled();
    expect(await lockedFor()).toBeGreaterThan(4.9 * HOUR_MS);
    expect(await lockedFor()).toBeLessThanOrEqual(5 * HOUR_MS);

    await account.lockNewChats(-1);
    refuseNewChats();
    await account.queue(['new 2'], { chat: await account.chat() });
    await settled();
    expect(await lockedFor()).toBeGreaterThan(0.9 * HOUR_MS);
    expect(await lockedFor()).toBeLessThanOrEqual(HOUR_MS);
  });

  it('other accounts write to new contacts as before', async () => {
    await account.lockNewChats(HOUR_MS);
    const other = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
    await other.queue(['x'], { chat: await other.chat() });
    await eventually(async () => (await other.states())[0] === 'sent');
  });
});

describe('messages that were held because of it', () => {
  it('stay while the lock lasts, and are sent in order when it is over', async () => {
    await account.lockNewChats(HOUR_MS);
    const [one, two] = [await account.chat(), await account.chat()];
    await account.queue(['a1', 'a2'], { chat: one });
    await account.queue(['b1'], { chat: two });
    await settled();
    await account.queue(['a3'], { chat: one });
    expect(await sweep()).toBe(0);
    await settled();
    expect(sent()).toEqual([]);
    expect(await holds()).toEqual(['new_chats_locked', 'behind', 'new_chats_locked', 'behind']);
    await lockEnds();
    expect(await holds()).toEqual([null, null, null, null]);
    expect(sent().filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(sent()).toContain('b1');
    expect(await account.states()).toEqual(Array(4).fill('sent'));
  });

  it('are not overtaken by one that was in the lane already when the lock ended', async () => {
    const chat = await account.chat({ checked: true });
    await account.queue(['1'], { chat });
    await settled();
    // Held as the head while the next ones are in the lane: as if the lock ended in between.
    const [second] = await account.queue(['2', '3', '4'], { chat, hold: 'new_chats_locked' });
    await database.pool.query(`update message set hold = null where chat_id = $1 and id <> $2`, [
      chat,
      second,
    ]);
    await database.pool.query(
      `select lane_enqueue('send', array_agg($1::text), array_agg(0::smallint), array_agg(id order by message_at))
       from message where chat_id = $2 and state = 'queued' and hold is null`,
      [account.id, chat],
    );
    await account.lockNewChats(-1);
    await eventually(async () => (await account.waiting()) === 0);
    await sweep();
    await settled();
    await eventually(async () => {
      await sweep();
      await settled();
      expect(await account.states()).toEqual(Array(4).fill('sent'));
    });
    expect(sent()).toEqual(['1', '2', '3', '4']);
  });

  it('are not overtaken by later ones when the contact writes meanwhile', async () => {
    await account.lockNewChats(HOUR_MS);
    const chat = await account.chat({ checked: true });
    await account.queue(['1'], { chat });
    await settled();
    await receive(database.pool, account, chat);
    await account.queue(['2'], { chat });
    await settled();
    expect(sent()).toEqual([]);
    await lockEnds();
    expect(sent()).toEqual(['1', '2']);
  });

  it('fail when they expire, with their credits back, and let go of what is behind them', async () => {
    await account.lockNewChats(HOUR_MS);
    const chat = await account.chat({ checked: true });
    await account.queue(['old'], { chat, cost: 2 });
    await settled();
    await database.pool.query(`update message set expires_at = now() where chat_id = $1`, [chat]);
    await receive(database.pool, account, chat);
    await account.queue(['young'], { chat });
    await sweep();
    await settled();
    expect(sent()).toEqual(['young']);
    expect(await account.messages()).toEqual([
      expect.objectContaining({ state: 'failed', failureCode: 'expired', hold: null }),
      expect.objectContaining({ state: 'sent', hold: null }),
    ]);
    expect(await account.ledger()).toEqual({ balance: 2, sum: 2, refunds: 1 });
  });
});

describe('a message whose file is being fetched', () => {
  it('expires like any other, and what is behind it goes on', async () => {
    const chat = await account.chat({ checked: true });
    await account.queue(['with file'], { chat, hold: 'file', expiresInMs: 0 });
    await account.queue(['next'], { chat });
    expect(sent()).toEqual([]);
    await sweep();
    await settled();
    expect(sent()).toEqual(['next']);
    expect(await account.states()).toEqual(['failed', 'sent']);
    expect(await account.ledger()).toEqual({ balance: 1, sum: 1, refunds: 1 });
  });

  it('holds back its own chat only', async () => {
    const chat = await account.chat({ checked: true });
    await account.queue(['with file'], { chat, hold: 'file' });
    await account.queue(['behind'], { chat });
    await account.queue(['other 1', 'other 2']);
    await settled();
    expect(await sweep()).toBe(0);
    expect(sent()).toEqual(['other 1', 'other 2']);
  });

  it('is sent with its file, by the name that was given, and its caption', async () => {
    const fileId = '018f0000-0000-7000-8000-000000000001';
    await database.pool.query(
      `insert into file (id, workspace_id, url, state, kind, mime_type) values ($1, $2, 'http://x/', 'stored', 'image', 'image/png')`,
      [fileId, account.workspaceId],
    );
    await account.queue(['Look!'], { file: { id: fileId, name: 'cat.png' } });
    await settled();
    expect(owner.sends[0]!.request).toMatchObject({
      text: 'Look!',
      file: { fileId, kind: 'image', name: 'cat.png', mimeType: 'image/png' },
    });
  });
});
