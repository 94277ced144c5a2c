import { beforeEach, describe, expect, it } from '@jest/globals';
import { newWaKeyId } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import { BundleCloser } from '../collecting/bundle-closer.js';
import { InboundRequests } from '../testing/inbound-requests.js';
import { allRecorded, db, egress, receiver, useEgress, workspace } from '../testing/scene.js';
import { GROUP, JANE, JANE_LID, OMAR, OMAR_LID } from '../testing/test-workspace.js';

let webhook: InboundRequests;

useEgress();

beforeEach(async () => {
  webhook = await InboundRequests.open(db.pool, workspace.id);
});

/** As a person writes from one address. */
async function from(jid: string, text: string, more: object = {}): Promise<void> {
  await workspace.happened('message', { chatJid: jid, senderJid: jid, text, ...more });
  await allRecorded();
}

/** A message that tells that Jane's addresses are one person's. */
const told = (text: string, more: object = {}) =>
  from(JANE_LID, text, { chatAltJid: JANE, senderAltJid: JANE, ...more });

const living = async () => (await workspace.chats()).filter(({ merged_into: into }) => into === null);

async function textsOf(chatId: string): Promise<string[]> {
  const messages = await workspace.messages();
  return messages.filter(({ chat_id: id }) => id === chatId).map(({ text }) => text);
}

function posted(): string[] {
  return receiver.requests.flatMap(({ json }) => {
    const { messages, message } = json as { messages?: { text: string }[]; message?: { text: string } };
    return (messages ?? [message!]).map(({ text }) => text);
  });
}

describe('a person met under two addresses', () => {
  it('has one chat, the older one, as soon as an event tells that they are one', async () => {
    await from(JANE_LID, 'by LID', { pushName: 'Jane' });
    await from(JANE, 'by number');
    await from(GROUP, 'in the group', { senderJid: JANE });
    expect(await living()).toHaveLength(3);
    await told('now it is known');
    await from(JANE, 'from then on');

    const [older, younger, group] = await workspace.chats();
    expect(await textsOf(older.id)).toEqual(['by LID', 'by number', 'now it is known', 'from then on']);
    expect(older).toMatchObject({ name: 'Jane', merged_into: null });
    expect(younger).toMatchObject({ contact_id: null, merged_into: older.id });
    const { rows: addresses } = await db.pool.query(
      'select jid, contact_id from contact_address where account_id = $1 order by jid',
      [workspace.accountId],
    );
    expect(addresses).toEqual([JANE_LID, JANE].map((jid) => ({ jid, contact_id: older.contact_id })));
    const [kept, gone] = await workspace.contacts();
    expect([kept.phone, kept.name, gone.merged_into]).toEqual(['+972550000002', 'Jane', kept.id]);
    expect(await textsOf(group.id)).toEqual(['in the group']);
    await receiver.waitForRequests(5);
    const inGroup = receiver.requests.find(({ json }) => JSON.stringify(json).includes('in the group'));
    expect(inGroup!.json).toMatchObject({ message: { sender: { full_name: '+972550000002' } } });
  });

  it('keeps the older chat also when that was made by the webhook, with its teammate and order', async () => {
    await webhook.send({ jid: JANE }, 'offer');
    const [older] = await workspace.chats();
    await from(JANE_LID, 'answer');
    const teammate = await workspace.addMember('Tom Mate');
    await db.pool.query(
      'update chat set responsible_member_id = $2 where merged_into is null and id <> $1 and workspace_id = $3',
      [older.id, teammate, workspace.id],
    );
    await told('thanks');
    expect(await textsOf(older.id)).toEqual(['offer', 'answer', 'thanks']);
    expect((await living()).map(({ id, responsible_member_id: by }) => [id, by])).toEqual([
      [older.id, teammate],
    ]);
  });

  it('is one when three addresses come together, and when one event brings all of it', async () => {
    const second = '972550000099@s.whatsapp.net';
    for (const jid of [JANE, JANE_LID, second]) await from(jid, jid);
    await workspace.happened('message', {
      chatJid: JANE_LID,
      chatAltJid: second,
      senderJid: JANE_LID,
      senderAltJid: JANE,
    });
    await allRecorded();
    const [only, ...others] = await living();
    expect(others).toEqual([]);
    expect((await workspace.chats()).map(({ merged_into: into }) => into)).toEqual([null, only.id, only.id]);
    expect(await textsOf(only.id)).toHaveLength(4);
  });

  it('is one when the events of one batch meet them twice before they tell', async () => {
    await workspace.happenedTogether([
      ['message', { chatJid: JANE_LID, senderJid: JANE_LID, text: '1' }],
      ['message', { chatJid: JANE, senderJid: JANE, text: '2' }],
      ['message', { chatJid: JANE, senderJid: JANE, senderAltJid: JANE_LID, text: '3' }],
    ]);
    await allRecorded();
    expect(await workspace.chats()).toHaveLength(1);
    await receiver.waitForRequests(3);
    expect(posted()).toEqual(['1', '2', '3']);
  });

  it('takes all their messages along, however many they are', async () => {
    await from(JANE_LID, 'by LID');
    await from(JANE, 'by number');
    const [older, younger] = await workspace.chats();
    await db.pool.query(
      `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, message_at)
       select gen_random_uuid(), workspace_id, account_id, chat_id, 'K' || n, direction, origin, 'old', state,
         message_at - n / 3 * interval '1 second'
       from message, generate_series(1, 20001) n where chat_id = $1`,
      [younger.id],
    );
    await told('one');
    expect(await textsOf(older.id)).toHaveLength(20_004);
    expect(await textsOf(younger.id)).toEqual([]);
  });

  it('is not joined with whoever had their new number before', async () => {
    await from(JANE_LID, 'Jane', { senderAltJid: JANE });
    await from(OMAR_LID, 'Omar', { senderAltJid: OMAR });
    await from(JANE_LID, 'with Omar’s former number', { senderAltJid: OMAR });
    const [jane, omar] = await living();
    expect(await textsOf(jane.id)).toEqual(['Jane', 'with Omar’s former number']);
    expect(await textsOf(omar.id)).toEqual(['Omar']);
  });

  it('is not taken for whoever has a number of theirs now', async () => {
    await from(JANE_LID, 'Jane', { senderAltJid: JANE });
    await from(JANE_LID, 'with another number', { senderAltJid: '14155559999@s.whatsapp.net' });
    await from(OMAR_LID, 'with Jane’s former number', { senderAltJid: JANE });
    await from(JANE_LID, 'Jane again');
    const [jane, omar] = await living();
    expect(await textsOf(jane.id)).toEqual(['Jane', 'with another number', 'Jane again']);
    expect(await textsOf(omar.id)).toEqual(['with Jane’s former number']);
  });

  it('can be written to by the id and the name of either chat', async () => {
    await from(JANE_LID, 'by LID');
    await from(JANE, 'by number');
    const [older, younger] = await workspace.chats();
    await told('one', { pushName: 'Jane' });
    for (const to of [
      { chatId: younger.id },
      { chatId: older.id },
      { chatName: younger.name },
      { chatName: 'Jane' },
    ])
      await webhook.send(to, 'reply');
    expect(await textsOf(older.id)).toHaveLength(7);
    const { rows } = await db.pool.query(
      `select distinct recipient_jid from message where origin = 'webhook' and chat_id = $1`,
      [older.id],
    );
    expect(rows).toEqual([{ recipient_jid: JANE }]);

    // The former name belongs to whoever has it now.
    await from(OMAR, 'I am new', { pushName: younger.name });
    const omar = (await living()).find(({ id }) => id !== older.id);
    await webhook.send({ chatName: younger.name }, 'to Omar');
    expect(await textsOf(omar.id)).toEqual(['I am new', 'to Omar']);
  });

  it('keeps what is held for them in order, behind what was held in the older chat', async () => {
    await webhook.send({ jid: JANE }, 'first');
    await webhook.send({ jid: JANE_LID }, 'second');
    await db.pool.query(
      `update message set hold = 'file' where text in ('first', 'second') and workspace_id = $1`,
      [workspace.id],
    );
    await told('one');
    await webhook.send({ jid: JANE_LID }, 'third');
    const { rows } = await db.pool.query(
      `select text, hold from message where workspace_id = $1 and hold is not null order by message_at`,
      [workspace.id],
    );
    expect(rows.map(({ text, hold }) => [text, hold])).toEqual([
      ['first', 'file'],
      ['second', 'file'],
      ['third', 'behind'],
    ]);
    expect(await living()).toHaveLength(1);
  });
});

describe('what was collected when two chats become one', () => {
  it('is delivered once each, in the order in which it was recorded, before what comes later', async () => {
    await workspace.backsOff(60_000);
    const texts = ['1', '2', '3', '4', '5', '6'];
    for (const [place, text] of texts.entries()) await from(place % 2 === 0 ? JANE_LID : JANE, text);
    await told('7');
    await from(JANE, '8');
    const deliveries = await workspace.deliveries();
    expect(deliveries).toHaveLength(8);
    expect(new Set(deliveries.map(({ chat_id: id }) => id)).size).toBe(1);
    await workspace.enableAgain();
    await receiver.waitForRequests(8);
    expect(posted()).toEqual([...texts, '7', '8']);
  });

  it('is delivered in order, one at a time, also when one was on its way as they became one', async () => {
    await workspace.backsOff(3_600_000);
    await from(JANE, 'by number');
    await workspace.enableAgain();
    await receiver.waitForRequests(1);
    let fail!: () => void;
    let open = 0;
    let most = 0;
    receiver.answer(async ({ json }) => {
      most = Math.max(most, ++open);
      const isFirst =
        JSON.stringify(json).includes('"A"') && posted().filter((text) => text === 'A').length === 1;
      if (isFirst) await new Promise<void>((resolve) => (fail = resolve));
      open--;
      return { status: isFirst ? 500 : 200 };
    });
    await from(JANE_LID, 'A');
    await from(JANE_LID, 'B');
    await receiver.waitForRequests(2);
    await told('C');
    // Another chat is served meanwhile.
    await from(OMAR, 'from Omar');
    await receiver.waitForRequests(3);
    fail();
    await receiver.waitForRequests(6);
    expect(posted().filter((text) => text !== 'from Omar')).toEqual(['by number', 'A', 'A', 'B', 'C']);
  });

  it('is one bundle, with the window that opened first', async () => {
    await workspace.setEndpoint({ granularity_hours: 24 });
    await from(JANE_LID, '1');
    await from(JANE, '2');
    const [first, second] = await workspace.bundles();
    await told('3');
    const bundles = await workspace.bundles();
    expect(bundles).toEqual([expect.objectContaining({ messages: 3, bytes: 3, closes_at: first.closes_at })]);
    expect(second.closes_at > first.closes_at).toBe(true);
    await workspace.endWindows();
    egress.get(BundleCloser).wake();
    await receiver.waitForRequests(1);
    const [only] = await living();
    expect(posted()).toEqual(['1', '2', '3']);
    expect(receiver.requests[0]!.json).toMatchObject({ chat: { chat_id: only.id, is_new_chat: true } });
  });

  it('goes out as a bundle of its own where one would be too large', async () => {
    await workspace.setEndpoint({ granularity_hours: 24 });
    await from(JANE_LID, '1');
    await from(JANE, '2');
    await db.pool.query('update bundle set messages = 600 where workspace_id = $1', [workspace.id]);
    await told('3');
    await receiver.waitForRequests(1);
    expect(posted()).toEqual(['2']);
    expect((await workspace.bundles()).filter(({ state }) => state === 'open')).toMatchObject([
      { messages: 601 },
    ]);
  });

  it.each([0, 24])(
    'shows and delivers once what WhatsApp told under both addresses (every %i hours)',
    async (hours) => {
      await workspace.setEndpoint({ granularity_hours: hours });
      await workspace.backsOff(60_000);
      const keyId = newWaKeyId();
      await from(JANE_LID, 'the same', { keyId });
      await from(JANE, 'the same', { keyId });
      await from(JANE, 'another');
      await told('marker');
      await told('again', { keyId });
      const [only] = await living();
      expect(await textsOf(only.id)).toEqual(['the same', 'another', 'marker']);
      await workspace.enableAgain();
      await workspace.endWindows();
      egress.get(BundleCloser).wake();
      await eventually(() => expect(posted()).toContain('marker'));
      expect(posted().sort()).toEqual(['another', 'marker', 'the same']);
      await eventually(async () =>
        expect((await workspace.deliveries()).filter(({ state }) => state === 'pending')).toEqual([]),
      );
    },
  );
});

describe('accepting and merging at the same time', () => {
  it('leaves one chat for each person, with all messages in it, and a right balance', async () => {
    const people = Array.from({ length: 25 }, (_, place) => ({
      phone: `9725600000${10 + place}@s.whatsapp.net`,
      lid: `2040000000000${10 + place}@lid`,
    }));
    let sent = 0;
    const write = async (to: { jid: string } | { chatId: string }, text: string) => {
      await webhook.send(to, text);
      sent++;
    };
    const happen = (event: object) => workspace.happened('message', event);
    await Promise.all(
      people.map(async ({ phone, lid }) => {
        await Promise.all([write({ jid: phone }, 'a'), happen({ chatJid: lid, senderJid: lid, text: 'b' })]);
        const { rows } = await db.pool.query<{ id: string }>(
          `select c.id from chat c join contact_address a on a.contact_id = c.contact_id where a.account_id = $1 and a.jid = $2`,
          [workspace.accountId, phone],
        );
        await Promise.all([
          happen({ chatJid: lid, senderJid: lid, senderAltJid: phone, text: 'c' }),
          ...[1, 2, 3].map(() => write({ jid: phone }, 'd')),
          ...[1, 2, 3].map(() => write({ jid: lid }, 'e')),
          ...[1, 2].map(() => write({ chatId: rows[0]!.id }, 'f')),
        ]);
      }),
    );
    await allRecorded();
    const chats = await living();
    expect(chats).toHaveLength(people.length);
    for (const { id } of chats) expect((await textsOf(id)).sort()).toEqual([...'abcdddeeeff']);
    expect(await workspace.messages()).toHaveLength(people.length * 11);
    const { rows: addresses } = await db.pool.query(
      `select count(*)::integer as count from contact_address a join chat c on c.contact_id = a.contact_id where a.account_id = $1`,
      [workspace.accountId],
    );
    expect(addresses).toEqual([{ count: people.length * 2 }]);
    const { rows: ledger } = await db.pool.query(
      `select balance, (select count(*)::integer from credit_entry e where e.workspace_id = b.workspace_id) as charges
       from credit_balance b where workspace_id = $1`,
      [workspace.id],
    );
    expect(ledger).toEqual([{ balance: 1_000_000 - sent, charges: sent }]);
  });
});
