import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, natsUrl, type TestDatabase } from '@waypost/testkit';
import { SessionOwner } from '../testing/session-owner.js';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { receive } from '../testing/test-chat.js';

const PACE_MS = 150;
const ROUNDING_MS = 2;

let database: TestDatabase;
let owner: SessionOwner;
let dispatcher: RunningDispatcher;
let account: TestAccount;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  dispatcher = await startDispatcher(database.url);
  account = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
});
afterEach(async () => {
  await dispatcher.close();
  await owner.stop();
  await database.drop();
});

const settled = () => eventually(async () => (await account.waiting()) === 0, { withinMs: 15_000 });

async function send(chat: string, ...texts: string[]): Promise<void> {
  await account.queue(texts, { chat });
  await settled();
}

/** The check of a number becomes so much older. */
const age = (jid: string, by: string) =>
  database.pool.query('update contact_address set checked_at = checked_at - $2::interval where jid = $1', [
    jid,
    by,
  ]);

describe('a number to which nothing was sent yet', () => {
  const jid = '14155550123@s.whatsapp.net';

  it('is looked up before its first message, and not again within a week', async () => {
    const chat = await account.chat({ jid });
    await send(chat, 'first', 'second');
    await age(jid, '6 days 23 hours');
    await send(chat, 'third');
    expect(owner.lookUps.map(({ request }) => request)).toEqual([
      expect.objectContaining({ accountId: account.id, epoch: 7, jid }),
    ]);
    await age(jid, '1 hour');
    await send(chat, 'fourth');
    expect(owner.lookUps).toHaveLength(2);
    expect(owner.sends.map(({ request }) => request.text)).toEqual(['first', 'second', 'third', 'fourth']);
    expect(owner.lookUps[0]!.at).toBeLessThan(owner.sends[0]!.at);
  });

  it('that is not on WhatsApp fails its messages with their credits back, asked about once an hour', async () => {
    owner.answerLookUps(() => ({ outcome: 'missing' }));
    const chat = await account.chat({ jid });
    await send(chat, 'first', 'second');
    await age(jid, '59 minutes');
    await send(chat, 'third');
    expect(owner.lookUps).toHaveLength(1);
    expect(await account.messages()).toEqual(
      Array(3).fill(
        expect.objectContaining({
          state: 'failed',
          failureCode: 'not_on_whatsapp',
          failureReason: 'This number is not on WhatsApp',
        }),
      ),
    );
    expect(await account.ledger()).toEqual({ balance: 3, sum: 3, refunds: 3 });

    owner.answerLookUps(() => ({ outcome: 'found', jid }));
    await age(jid, '1 minute');
    await send(chat, 'fourth');
    expect(owner.lookUps).toHaveLength(2);
    expect(owner.sends.map(({ request }) => request.text)).toEqual(['fourth']);
  });

  it('gets its messages at the address that WhatsApp names, which is one more of the same person', async () => {
    const asked = '5511987654321@s.whatsapp.net';
    const named = '551187654321@s.whatsapp.net';
    owner.answerLookUps(() => ({ outcome: 'found', jid: named }));
    const chat = await account.chat({ jid: asked });
    await send(chat, 'first', 'second');
    expect(owner.sends.map(({ request }) => request.recipientJid)).toEqual([named, named]);
    const { rows } = await database.pool.query(
      `select a.jid, a.send_to from contact_address a join chat c using (contact_id) where c.id = $1 order by jid`,
      [chat],
    );
    expect(rows).toEqual([
      { jid: named, send_to: named },
      { jid: asked, send_to: named },
    ]);
  });

  it('keeps the address of another person with that person', async () => {
    const theirs = await account.chat({ jid: '551187654321@s.whatsapp.net' });
    owner.answerLookUps(() => ({ outcome: 'found', jid: '551187654321@s.whatsapp.net' }));
    await send(await account.chat({ jid: '5511987654321@s.whatsapp.net' }), 'x');
    const { rows } = await database.pool.query(
      `select c.id from contact_address a join chat c using (contact_id) where a.jid = '551187654321@s.whatsapp.net'`,
    );
    expect(rows).toEqual([{ id: theirs }]);
    expect(owner.sends.map(({ request }) => request.recipientJid)).toEqual(['551187654321@s.whatsapp.net']);
  });
});

describe('nobody is looked up', () => {
  it('who wrote first, or is a group, or has no phone number', async () => {
    const chats = [
      await account.chat({ heardFrom: true }),
      await account.chat({ jid: '12036302@g.us' }),
      await account.chat({ jid: '77@lid' }),
    ];
    for (const chat of chats) await account.queue(['x'], { chat });
    await settled();
    expect(owner.lookUps).toEqual([]);
    expect(await account.states()).toEqual(['sent', 'sent', 'sent']);
  });

  it('who is known not to be on WhatsApp and wrote all the same', async () => {
    owner.answerLookUps(() => ({ outcome: 'missing' }));
    const chat = await account.chat();
    await send(chat, 'x');
    await receive(database.pool, account, chat);
    await send(chat, 'y');
    expect(await account.states()).toEqual(['failed', 'sent']);
    expect(owner.lookUps).toHaveLength(1);
  });
});

describe('look-ups', () => {
  it('of an account never follow each other faster than the pace', async () => {
    owner.answerLookUps(({ jid }) =>
      owner.lookUps.length % 2 === 0 ? { outcome: 'missing' } : { outcome: 'found', jid },
    );
    const chats = await Promise.all(Array.from({ length: 8 }, () => account.chat()));
    for (const chat of chats) await account.queue(['x'], { chat });
    await settled();
    const times = owner.lookUps.map(({ at }) => at);
    expect(times).toHaveLength(8);
    const gaps = times.slice(1).map((at, index) => at - times[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PACE_MS - ROUNDING_MS);
  });

  it('that bring no answer are made again at the pace; the message waits as queued', async () => {
    const outcomes = ['unknown', 'not_connected', 'unknown'] as const;
    owner.answerLookUps(async ({ jid }) => {
      const outcome = outcomes[owner.lookUps.length - 1];
      return outcome ? { outcome } : { outcome: 'found', jid };
    });
    await account.queue(['x'], { chat: await account.chat() });
    await eventually(async () => owner.lookUps.length === 1 && (await account.states())[0] === 'queued');
    await settled();
    expect(owner.lookUps).toHaveLength(4);
    expect(owner.sends).toHaveLength(1);
    const times = owner.lookUps.map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - times[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PACE_MS - ROUNDING_MS);
  });

  it('that are never answered hold nobody else up', async () => {
    owner.answerLookUps(({ accountId }) =>
      accountId === account.id ? new Promise(() => {}) : { outcome: 'found' },
    );
    const other = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
    await account.queue(['x'], { chat: await account.chat() });
    await eventually(() => owner.lookUps.length === 1);
    await other.queue(['y'], { chat: await other.chat() });
    await eventually(async () => (await other.states())[0] === 'sent');
    expect(await account.states()).toEqual(['sending']);
    owner.answerLookUps(() => ({ outcome: 'found' }));
    await settled();
    expect(await account.states()).toEqual(['sent']);
  });
});
