import { describe, expect, it } from '@jest/globals';
import { newWaKeyId } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import { randomBytes } from 'node:crypto';
import { allRecorded, anotherWorkspace, db, receiver, useEgress, workspace } from '../testing/scene.js';
import { ACCOUNT_JID, AT, GROUP, JANE, JANE_LID } from '../testing/test-workspace.js';
import { listWaitingEvents, markRecorded } from './account-events.js';

useEgress();

async function stateOf(keyId: string): Promise<string> {
  return (await workspace.message(keyId)).state;
}

describe('a message', () => {
  it('that WhatsApp replays is recorded once and delivered once', async () => {
    const keyId = newWaKeyId();
    for (let times = 0; times < 3; times++) await workspace.happened('message', { keyId, text: 'once' });
    await allRecorded();
    await workspace.happened('message', { keyId, text: 'once' });
    await workspace.happened('message', { text: 'marker' });
    await receiver.waitForRequests(2);
    expect((await workspace.messages()).map(({ text }) => text)).toEqual(['once', 'marker']);
    expect(await workspace.deliveries()).toHaveLength(2);
  });

  it('keeps WhatsApp’s time, and moves its chat to the top by it, never back', async () => {
    await workspace.happened('message', { timestamp: AT + 60 });
    await workspace.happened('message', { timestamp: AT });
    await allRecorded();
    const [chat] = await workspace.chats();
    expect(chat.last_message_at).toEqual(new Date((AT + 60) * 1000));
    expect((await workspace.messages()).map(({ message_at: at }) => at)).toEqual([
      new Date((AT + 60) * 1000),
      new Date(AT * 1000),
    ]);
  });

  it('with a file, or of a kind that is no text, is recorded and not delivered', async () => {
    await workspace.happened('message', { content: 'image', text: 'see the photo' });
    await workspace.happened('message', { content: 'poll', text: 'Lunch?' });
    await workspace.happened('message', { content: 'other', text: '' });
    await workspace.happened('message', { text: 'marker' });
    await receiver.waitForRequests(1);
    expect((await workspace.messages()).map(({ kind, text }) => [kind, text])).toEqual([
      ['image', 'see the photo'],
      ['poll', 'Lunch?'],
      ['other', ''],
      ['text', 'marker'],
    ]);
    expect(await workspace.deliveries()).toHaveLength(1);
  });

  it('from the phone is a sent one, of nobody else', async () => {
    const keyId = newWaKeyId();
    await workspace.happened('message', { keyId, chatJid: JANE, senderJid: ACCOUNT_JID, fromMe: true });
    await allRecorded();
    expect(await workspace.message(keyId)).toMatchObject({
      direction: 'sent',
      origin: 'phone',
      state: 'sent',
      sender_contact_id: null,
    });
  });

  it('of a status update or a channel is no message of a chat', async () => {
    await workspace.happened('message', { chatJid: 'status@broadcast', senderJid: 'status@broadcast' });
    await workspace.happened('message', { chatJid: '123@newsletter', senderJid: '123@newsletter' });
    await allRecorded();
    expect(await workspace.messages()).toEqual([]);
    expect(await workspace.chats()).toEqual([]);
  });

  it('in a group belongs to the chat of the group, whoever writes', async () => {
    await workspace.happened('message', { chatJid: GROUP, senderJid: JANE, pushName: 'Jane' });
    await workspace.happened('message', { chatJid: GROUP, senderJid: '972550000003@s.whatsapp.net' });
    await workspace.happened('message', { chatJid: GROUP, senderJid: ACCOUNT_JID, fromMe: true });
    await allRecorded();
    expect(await workspace.chats()).toEqual([
      expect.objectContaining({ group_jid: GROUP, contact_id: null, name: '120363000000000001' }),
    ]);
    const authors = (await workspace.messages()).map(({ sender_contact_id: id }) => id);
    expect(new Set(authors).size).toBe(3);
    expect(authors[2]).toBeNull();
  });
});

describe('one person', () => {
  it('has one chat, first met by LID, then by LID and number, then by number', async () => {
    await workspace.happened('message', { chatJid: JANE_LID, senderJid: JANE_LID });
    await workspace.happened('message', {
      chatJid: JANE_LID,
      chatAltJid: JANE,
      senderJid: JANE_LID,
      senderAltJid: JANE,
    });
    await workspace.happened('message', { chatJid: JANE });
    await allRecorded();
    expect(await workspace.messages()).toHaveLength(3);
    expect(await workspace.chats()).toEqual([expect.objectContaining({ name: '+972550000002' })]);
    expect(await workspace.contacts()).toEqual([
      expect.objectContaining({ phone: '+972550000002', name: null }),
    ]);
  });

  it('who was written to by number answers in that chat from a LID, and gives it their name', async () => {
    const { chatId } = await workspace.accepted({ keyId: newWaKeyId(), text: 'hi', state: 'sent' });
    await workspace.happened('message', {
      chatJid: JANE_LID,
      senderJid: JANE_LID,
      senderAltJid: JANE,
      pushName: 'Jane Smith',
    });
    await allRecorded();
    expect(await workspace.chats()).toEqual([expect.objectContaining({ id: chatId, name: 'Jane Smith' })]);
    await workspace.happened('message', { chatJid: JANE_LID, senderJid: JANE_LID });
    await allRecorded();
    expect(await workspace.chats()).toHaveLength(1);
  });

  it('is called by the latest name they gave themselves, and not by what the account calls itself', async () => {
    await workspace.happened('message', { pushName: 'Jane' });
    await workspace.happened('message', { pushName: 'Jane S.' });
    await workspace.happened('message', { pushName: '  ' });
    await workspace.happened('message', { senderJid: ACCOUNT_JID, fromMe: true, pushName: 'Amina' });
    await allRecorded();
    expect(await workspace.chats()).toEqual([expect.objectContaining({ name: 'Jane S.' })]);
  });

  it('who gives their name in a group is called so in their direct chat as well', async () => {
    await workspace.happened('message', { chatJid: JANE });
    await workspace.happened('message', { chatJid: GROUP, senderJid: JANE, pushName: 'Jane Smith' });
    await allRecorded();
    expect((await workspace.chats()).map(({ name }) => name)).toEqual(['Jane Smith', '120363000000000001']);
  });

  it('has a chat for each account that they write to', async () => {
    const second = await workspace.addAccount();
    await workspace.happened('message', {});
    await workspace.happened('message', {}, second);
    await allRecorded();
    expect(await workspace.chats()).toHaveLength(2);
  });
});

describe('a message sent through us', () => {
  it('is sent and delivered when WhatsApp acknowledged it, once, however often it says so', async () => {
    const keyId = newWaKeyId();
    await workspace.accepted({ keyId, text: 'hi' });
    await workspace.happened('ack', { keyId });
    await workspace.happened('ack', { keyId });
    await workspace.happened('receipt', { keyIds: [keyId], status: 'delivered' });
    await workspace.happened('message', { text: 'marker' });
    await receiver.waitForRequests(2);
    expect(await stateOf(keyId)).toBe('delivered');
    expect(await workspace.deliveries()).toHaveLength(2);
  });

  it('is delivered also when the sender noted the acknowledgement first', async () => {
    const keyId = newWaKeyId();
    await workspace.accepted({ keyId, text: 'hi', state: 'sent' });
    await workspace.happened('ack', { keyId });
    await receiver.waitForRequests(1);
  });

  it('is not delivered before', async () => {
    await workspace.accepted({ keyId: newWaKeyId(), text: 'hi', state: 'queued' });
    await workspace.happened('message', { text: 'marker' });
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({ message: { text: 'marker' } });
    expect(await workspace.deliveries()).toHaveLength(1);
  });

  it('is delivered also when the sender is just noting the acknowledgement', async () => {
    const keyId = newWaKeyId();
    const { messageId } = await workspace.accepted({ keyId, text: 'at the same time', state: 'sending' });
    const sender = await db.pool.connect();
    try {
      await sender.query('begin');
      await sender.query(`update message set state = 'sent' where id = $1`, [messageId]);
      await workspace.happened('ack', { keyId });
      await eventually(async () => {
        const { rowCount } = await db.pool.query(
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and query like '%update message%'`,
        );
        return rowCount;
      });
      await sender.query('commit');
    } finally {
      sender.release();
    }
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({ message: { message_id: `wa_backend:${keyId}` } });
  });

  it('whose acknowledgement went missing is sent and delivered by its receipt', async () => {
    const keyId = newWaKeyId();
    await workspace.accepted({ keyId, text: 'hi' });
    await workspace.happened('receipt', { keyIds: [keyId], status: 'read' });
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({ message: { message_id: `wa_backend:${keyId}` } });
    await workspace.happened('ack', { keyId });
    await allRecorded();
    expect(await stateOf(keyId)).toBe('read');
    expect(await workspace.deliveries()).toHaveLength(1);
  });

  describe.each(['sending', 'sent', 'queued'])('that WhatsApp refuses while it is %s', (state) => {
    it('fails with its code and is refunded once, however often it is told, and is not delivered', async () => {
      const keyId = newWaKeyId();
      const { messageId } = await workspace.accepted({ keyId, text: 'hi', state, cost: 2 });
      for (let times = 0; times < 2; times++) await workspace.happened('ack', { keyId, errorCode: '463' });
      await allRecorded();
      await workspace.happened('ack', { keyId, errorCode: '479' });
      await workspace.happened('ack', { keyId });
      await allRecorded();
      expect(await workspace.message(keyId)).toMatchObject({
        state: 'failed',
        failure_code: '463',
        failure_reason: 'WhatsApp does not let this account write to new contacts at present',
      });
      expect(await workspace.ledger()).toEqual([{ delta: 2, reason: 'refund', message_id: messageId }]);
      expect(await workspace.deliveries()).toEqual([]);
    });
  });

  it('that was acknowledged and refused at once is not delivered', async () => {
    const keyId = newWaKeyId();
    await workspace.accepted({ keyId, text: 'hi', cost: 1 });
    await workspace.happenedTogether([
      ['ack', { keyId }],
      ['ack', { keyId, errorCode: '479' }],
    ]);
    await allRecorded();
    expect(await stateOf(keyId)).toBe('failed');
    expect(await workspace.deliveries()).toEqual([]);
    expect(await workspace.ledger()).toHaveLength(1);
  });

  it.each(['delivered', 'read'])('that somebody got is not failed by a late refusal (%s)', async (status) => {
    const keyId = newWaKeyId();
    await workspace.accepted({ keyId, text: 'hi', cost: 1 });
    await workspace.happened('receipt', { keyIds: [keyId], status } as never);
    await workspace.happened('ack', { keyId, errorCode: '479' });
    await allRecorded();
    expect(await stateOf(keyId)).toBe(status);
    expect(await workspace.ledger()).toEqual([]);
  });

  it('that failed stays failed, whatever comes later', async () => {
    const keyId = newWaKeyId();
    await workspace.accepted({ keyId, text: 'hi', state: 'failed' });
    await workspace.happened('ack', { keyId });
    await workspace.happened('receipt', { keyIds: [keyId], status: 'read' });
    await allRecorded();
    expect(await stateOf(keyId)).toBe('failed');
    expect(await workspace.deliveries()).toEqual([]);
  });
});

describe('a receipt', () => {
  it('moves a message forward only', async () => {
    const keyId = newWaKeyId();
    await workspace.happened('message', { keyId, senderJid: ACCOUNT_JID, fromMe: true });
    for (const [status, state] of [
      ['delivered', 'delivered'],
      ['read', 'read'],
      ['delivered', 'read'],
    ] as const) {
      await workspace.happened('receipt', { keyIds: [keyId], status });
      await allRecorded();
      expect(await stateOf(keyId)).toBe(state);
    }
  });

  it('moves all messages that it names, and those of no other account', async () => {
    const [one, two, three] = [newWaKeyId(), newWaKeyId(), newWaKeyId()];
    const other = await workspace.addAccount();
    for (const keyId of [one, two]) await workspace.happened('message', { keyId, fromMe: true });
    await workspace.happened('message', { keyId: three, fromMe: true }, other);
    await allRecorded();
    await workspace.happened('receipt', { keyIds: [one, two, three, newWaKeyId()], status: 'read' });
    await allRecorded();
    expect(await Promise.all([one, two, three].map(stateOf))).toEqual(['read', 'read', 'sent']);
  });

  it('never touches what was received', async () => {
    const keyId = newWaKeyId();
    await workspace.happened('message', { keyId });
    await workspace.happened('receipt', { keyIds: [keyId], status: 'read' });
    await allRecorded();
    expect(await stateOf(keyId)).toBe('received');
  });
});

describe('an event', () => {
  it('that changes no chat is done with', async () => {
    await workspace.raw('undecryptable', { keyId: 'A1' });
    await workspace.raw('protocol', { anything: true });
    await workspace.raw('of a later version', {});
    await allRecorded();
    expect(await workspace.chats()).toEqual([]);
  });

  it('that could not be read at first and came again is recorded then', async () => {
    await workspace.raw('undecryptable', { keyId: 'A1' });
    await allRecorded();
    const message = { keyId: 'A1', chatJid: JANE, senderJid: JANE, fromMe: false, timestamp: AT };
    await db.pool.query(
      `update wa_event set kind = 'message', event = $2, recorded_at = null where account_id = $1`,
      [workspace.accountId, JSON.stringify({ ...message, content: 'text', text: 'now I see' })],
    );
    await receiver.waitForRequests(1);
  });

  it('that became readable while it was being done with still waits', async () => {
    // Not committed, so that egress does not see it.
    const writer = await db.pool.connect();
    try {
      await writer.query('begin');
      const { rows } = await writer.query(
        `insert into wa_event (account_id, kind, event) values ($1, 'message', '{}') returning id`,
        [workspace.accountId],
      );
      const id: string = rows[0].id;
      await markRecorded(writer, [{ id, accountId: workspace.accountId, kind: 'undecryptable', event: {} }]);
      const after = await writer.query('select recorded_at from wa_event where id = $1', [id]);
      expect(after.rows).toEqual([{ recorded_at: null }]);
    } finally {
      await writer.query('rollback');
      writer.release();
    }
  });

  it('that is large is read with few others, or alone, however well Postgres compresses it', async () => {
    const writer = await db.pool.connect();
    try {
      await writer.query('begin');
      await writer.query(
        `insert into wa_event (account_id, kind, event)
         select $1, 'message', jsonb_build_object('text', repeat(E'\\n', 50000)) from generate_series(1, 5)`,
        [workspace.accountId],
      );
      const read = async (events: number, bytes: number) => {
        const listed = await listWaitingEvents(writer, [workspace.accountId], { events, bytes });
        return [listed.events.length, listed.more];
      };
      expect(await read(500, 250_000)).toEqual([3, true]);
      expect(await read(500, 1)).toEqual([1, true]);
      expect(await read(2, 1_000_000)).toEqual([2, true]);
      expect(await read(500, 1_000_000)).toEqual([5, false]);
    } finally {
      await writer.query('rollback');
      writer.release();
    }
  });

  it('is recorded in one transaction with those of other accounts', async () => {
    const accounts = [workspace.accountId, await workspace.addAccount(), await workspace.addAccount()];
    await db.pool.query(
      `insert into wa_event (account_id, kind, event) select unnest($1::uuid[]), 'protocol', '{}'`,
      [accounts],
    );
    await allRecorded();
    const { rows } = await db.pool.query(
      'select distinct recorded_at from wa_event where account_id = any($1::uuid[])',
      [accounts],
    );
    expect(rows).toHaveLength(1);
  });

  it('that does not have the shape of its kind blocks nothing', async () => {
    await workspace.raw('message', { keyId: 'A1', text: 'no address' });
    await workspace.raw('receipt', { keyIds: 'A1' });
    await workspace.happened('message', { text: 'fine' });
    await receiver.waitForRequests(1);
    await allRecorded();
    expect((await workspace.messages()).map(({ text }) => text)).toEqual(['fine']);
  });

  it('that cannot be stored blocks nothing, before and after it', async () => {
    await workspace.happened('message', { text: 'before' });
    // Longer than a row of an index may be.
    await workspace.happened('message', { keyId: randomBytes(10_000).toString('hex'), text: 'poison' });
    await workspace.happened('message', { text: 'after' });
    await receiver.waitForRequests(2);
    await allRecorded();
    expect((await workspace.messages()).map(({ text }) => text)).toEqual(['before', 'after']);
  });

  it('of an account that is gone is done with', async () => {
    await workspace.raw('message', {}, workspace.endpointId);
    await eventually(async () => {
      const { rows } = await db.pool.query('select recorded_at from wa_event where account_id = $1', [
        workspace.endpointId,
      ]);
      expect(rows[0].recorded_at).not.toBeNull();
    });
  });

  it('waits while another process records its account, and others do not wait with it', async () => {
    const holder = await db.pool.connect();
    try {
      await holder.query('begin');
      await holder.query(`select pg_advisory_xact_lock(hashtext('waypost-recording'), hashtext($1))`, [
        workspace.accountId,
      ]);
      await workspace.happened('message', { text: 'held' });
      const other = await anotherWorkspace();
      await other.happened('message', { text: 'free' });
      await receiver.waitForRequests(1);
      expect(await workspace.waiting()).toBe(1);
      await holder.query('rollback');
      await receiver.waitForRequests(2);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  });
});
