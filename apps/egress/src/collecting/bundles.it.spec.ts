import { beforeEach, describe, expect, it } from '@jest/globals';
import { newWaKeyId } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import { EventRecorder } from '../recording/event-recorder.js';
import { allRecorded, db, egress, receiver, restartEgress, useEgress, workspace } from '../testing/scene.js';
import { ACCOUNT_JID, AT, GROUP, JANE, JANE_LID, OMAR } from '../testing/test-workspace.js';
import { BundleCloser } from './bundle-closer.js';

const HOUR_MS = 3_600_000;

useEgress();

beforeEach(async () => {
  await workspace.setEndpoint({ granularity_hours: 24 });
});

interface Posted {
  messages?: { text: string }[];
  message?: { text: string };
}

/** The texts of each request, in the order of arrival. */
function posted(): string[][] {
  return receiver.requests.map(({ json }) => {
    const { messages, message } = json as Posted;
    return (messages ?? [message!]).map(({ text }) => text);
  });
}

async function endWindows(): Promise<void> {
  await allRecorded();
  await workspace.endWindows();
  egress.get(BundleCloser).wake();
}

async function length(bundle: { opened_at: Date; closes_at: Date }): Promise<number> {
  return (bundle.closes_at.getTime() - bundle.opened_at.getTime()) / HOUR_MS;
}

describe('the payload of a bundle', () => {
  it('of a direct chat is the documented one, its fields in the documented order', async () => {
    const [first, second, third] = [newWaKeyId(), newWaKeyId(), newWaKeyId()];
    const tom = await workspace.addMember('Tom Mate');
    await workspace.happened('message', { keyId: first, pushName: 'Jane Smith', text: 'Hi! How are you?' });
    await workspace.happened('message', {
      keyId: second,
      chatJid: JANE,
      senderJid: ACCOUNT_JID,
      fromMe: true,
      text: 'I am fine, how are you?',
      timestamp: AT + 300,
    });
    await allRecorded();
    const [chat] = await workspace.chats();
    await workspace.accepted({
      ...{ keyId: third, text: '<3', origin: 'console', memberId: tom, timestamp: AT + 360 },
      chat: { id: chat.id, jid: JANE },
    });
    await workspace.happened('ack', { keyId: third, timestamp: AT + 360 });
    await endWindows();
    const [request] = await receiver.waitForRequests(1);
    const [message] = await workspace.messages();
    const jane = { full_name: 'Jane Smith', phone: '+972550000002' };
    const amina = { full_name: 'Amina Haddad', phone: '+972500000001' };
    const documented = {
      whatsapp_account: {
        full_name: 'Amina Haddad',
        email: workspace.emailOf('Amina'),
        phone: '+972500000001',
      },
      chat: {
        full_name: 'Jane Smith',
        responsible_name: '',
        responsible_email: '',
        chat_url: `https://console.example/chat/${chat.id}/messages/`,
        chat_id: chat.id,
        is_new_chat: true,
        is_group: false,
        phone: '+972550000002',
      },
      messages: [
        {
          direction: 'received',
          timestamp: '2021-02-24T16:30:29+0000',
          message_id: `wa_backend:${first}`,
          sender: jane,
          recipient: amina,
          text: 'Hi! How are you?',
        },
        {
          direction: 'sent',
          timestamp: '2021-02-24T16:35:29+0000',
          message_id: `wa_backend:${second}`,
          sender: amina,
          recipient: jane,
          text: 'I am fine, how are you?',
        },
        {
          direction: 'sent',
          timestamp: '2021-02-24T16:36:29+0000',
          message_id: `wa_backend:${third}`,
          sender: { full_name: 'Tom Mate', phone: '+972500000001' },
          recipient: jane,
          text: '<3',
        },
      ],
      first_message_timestamp: '2021-02-24T16:30:29+0000',
      last_message_timestamp: '2021-02-24T16:36:29+0000',
      aggregation:
        'from Jane Smith on 2021-02-24 16:30: Hi! How are you?<br/>' +
        'from Amina Haddad on 2021-02-24 16:35: I am fine, how are you?<br/>' +
        'from Tom Mate on 2021-02-24 16:36: &lt;3<br/>' +
        `Click <a href='https://console.example/permalink/${message.id}/'>here</a> to open the conversation in Waypost`,
    };
    expect(request!.body).toBe(JSON.stringify(documented));
  });

  it('of a group is the documented one: the participant writes, the group is written to, nobody’s phone is told', async () => {
    const [jane, tom, phone, api] = [newWaKeyId(), newWaKeyId(), newWaKeyId(), newWaKeyId()];
    const tomMate = await workspace.addMember('Tom "T" Mate');
    await workspace.happened('group', { jid: GROUP, subject: 'Fish & <Chips>' });
    await workspace.happened('message', {
      ...{ keyId: jane, chatJid: GROUP, senderJid: JANE_LID, senderAltJid: JANE, pushName: 'Jane Smith' },
      text: 'Is 3 < 5 & 5 > 3?\nIt\'s "so"',
    });
    await allRecorded();
    const [chat] = await workspace.chats();
    await db.pool.query('update chat set responsible_member_id = $2 where id = $1', [chat.id, tomMate]);
    const sent = { chat: { id: chat.id, jid: GROUP } };
    await workspace.accepted({
      ...{ ...sent, keyId: tom, text: 'yes', origin: 'console', memberId: tomMate, timestamp: AT + 60 },
    });
    await workspace.happened('ack', { keyId: tom, timestamp: AT + 60 });
    await workspace.happened('message', {
      ...{ keyId: phone, chatJid: GROUP, senderJid: ACCOUNT_JID, fromMe: true, text: 'from my phone' },
      timestamp: AT + 3_600,
    });
    await workspace.accepted({ ...sent, keyId: api, text: 'by API', timestamp: AT + 86_400 });
    await workspace.happened('ack', { keyId: api, timestamp: AT + 86_400 });
    await endWindows();
    const [request] = await receiver.waitForRequests(1);
    const [first] = await workspace.messages();
    const group = { full_name: 'Fish & <Chips>', phone: '' };
    const documented = {
      whatsapp_account: {
        full_name: 'Amina Haddad',
        email: workspace.emailOf('Amina'),
        phone: '+972500000001',
      },
      chat: {
        full_name: 'Fish & <Chips>',
        responsible_name: 'Tom "T" Mate',
        responsible_email: workspace.emailOf('Tom'),
        chat_url: `https://console.example/chat/${chat.id}/messages/`,
        chat_id: chat.id,
        is_new_chat: true,
        is_group: true,
        phone: '',
      },
      messages: [
        {
          direction: 'received',
          timestamp: '2021-02-24T16:30:29+0000',
          message_id: `wa_backend:${jane}`,
          sender: { full_name: 'Jane Smith', phone: '' },
          recipient: group,
          text: 'Is 3 < 5 & 5 > 3?\nIt\'s "so"',
        },
        {
          direction: 'sent',
          timestamp: '2021-02-24T16:31:29+0000',
          message_id: `wa_backend:${tom}`,
          sender: { full_name: 'Tom "T" Mate', phone: '' },
          recipient: group,
          text: 'yes',
        },
        {
          direction: 'sent',
          timestamp: '2021-02-24T17:30:29+0000',
          message_id: `wa_backend:${phone}`,
          sender: { full_name: 'Amina Haddad', phone: '' },
          recipient: group,
          text: 'from my phone',
        },
        {
          direction: 'sent',
          timestamp: '2021-02-25T16:30:29+0000',
          message_id: `wa_backend:${api}`,
          sender: { full_name: 'Amina Haddad', phone: '' },
          recipient: group,
          text: 'by API',
        },
      ],
      first_message_timestamp: '2021-02-24T16:30:29+0000',
      last_message_timestamp: '2021-02-25T16:30:29+0000',
      aggregation:
        'from Jane Smith on 2021-02-24 16:30: Is 3 &lt; 5 &amp; 5 &gt; 3?<br/>It&#39;s &quot;so&quot;<br/>' +
        'from Tom &quot;T&quot; Mate on 2021-02-24 16:31: yes<br/>' +
        'from Amina Haddad on 2021-02-24 17:30: from my phone<br/>' +
        'from Amina Haddad on 2021-02-25 16:30: by API<br/>' +
        `Click <a href='https://console.example/permalink/${first.id}/'>here</a> to open the conversation in Waypost`,
    };
    expect(request!.body).toBe(JSON.stringify(documented));
  });

  it('escapes names and texts in its HTML, and only there', async () => {
    const text = `<b>5 > 4</b> & "so"\nit's`;
    await workspace.happened('message', { pushName: 'Jane <3 O’Neil & "Sons"', text });
    await endWindows();
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({
      chat: { full_name: 'Jane <3 O’Neil & "Sons"' },
      messages: [{ text }],
      aggregation: expect.stringMatching(
        /^from Jane &lt;3 O’Neil &amp; &quot;Sons&quot; on 2021-02-24 16:30: &lt;b&gt;5 &gt; 4&lt;\/b&gt; &amp; &quot;so&quot;<br\/>it&#39;s<br\/>Click <a href='/,
      ),
    });
  });

  it('has its messages in the order of their times, whatever order they came in', async () => {
    for (const [text, seconds] of [
      ['third', 20],
      ['first', 0],
      ['second', 10],
    ] as const)
      await workspace.happened('message', { text, timestamp: AT + seconds });
    for (const text of ['fourth', 'fifth', 'sixth'])
      await workspace.happened('message', { text, timestamp: AT + 30 });
    await endWindows();
    const [request] = await receiver.waitForRequests(1);
    expect(posted()).toEqual([['first', 'second', 'third', 'fourth', 'fifth', 'sixth']]);
    expect(request!.json).toMatchObject({
      first_message_timestamp: '2021-02-24T16:30:29+0000',
      last_message_timestamp: '2021-02-24T16:30:59+0000',
    });
  });

  it('says that the chat is new when any of its messages opened it, and tells names as they are at its end', async () => {
    await workspace.happened('message', { text: 'opens', timestamp: AT + 60 });
    await workspace.happened('message', { text: 'earlier', pushName: 'Jane Smith', timestamp: AT });
    await endWindows();
    await receiver.waitForRequests(1);
    await workspace.happened('message', { text: 'later' });
    await endWindows();
    const requests = await receiver.waitForRequests(2);
    expect(requests.map(({ json }) => json)).toMatchObject([
      { chat: { full_name: 'Jane Smith', is_new_chat: true } },
      { chat: { full_name: 'Jane Smith', is_new_chat: false } },
    ]);
  });

  it('holds what was sent through us, under the id that was promised, once', async () => {
    const keyId = newWaKeyId();
    const memberId = await workspace.addMember('Omar Said');
    await workspace.accepted({ keyId, text: 'hi', origin: 'console', memberId });
    await workspace.happened('ack', { keyId });
    await workspace.happened('ack', { keyId });
    await workspace.happened('receipt', { keyIds: [keyId], status: 'read' });
    await workspace.happened('message', { content: 'image', text: 'see the photo' });
    await workspace.happened('message', { content: 'other', text: '' });
    await endWindows();
    const [request] = await receiver.waitForRequests(1);
    expect(request!.json).toMatchObject({
      messages: [
        {
          message_id: `wa_backend:${keyId}`,
          direction: 'sent',
          sender: { full_name: 'Omar Said' },
          text: 'hi',
        },
      ],
    });
    expect(posted()).toEqual([['hi']]);
  });
});

describe('a window', () => {
  it.each([1, 6, 12, 24])('of %d hours begins with the first message of its chat', async (hours) => {
    await workspace.changeGranularity(hours);
    await workspace.happened('message', { text: '1' });
    await allRecorded();
    const [before] = await workspace.bundles();
    await workspace.happened('message', { text: '2' });
    await workspace.happened('message', { text: 'other chat', chatJid: OMAR });
    await allRecorded();
    const bundles = await workspace.bundles();
    expect(bundles).toMatchObject([
      { id: before.id, closes_at: before.closes_at, messages: 2, bytes: 2 },
      { messages: 1, bytes: 10 },
    ]);
    for (const bundle of bundles) expect(await length(bundle)).toBe(hours);
    expect(receiver.requests).toHaveLength(0);
  });

  it('that is over is delivered by itself, once, and the next message begins another one', async () => {
    await workspace.happened('message', { text: '1' });
    await allRecorded();
    await workspace.endWindows();
    await receiver.waitForRequests(1);
    await workspace.happened('message', { text: '2' });
    await endWindows();
    await receiver.waitForRequests(2);
    expect(posted()).toEqual([['1'], ['2']]);
    expect(await workspace.bundles()).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
    const { rows } = await db.pool.query(
      'select count(*)::integer as count from bundle_message where endpoint_id = $1',
      [workspace.endpointId],
    );
    expect(rows[0].count).toBe(2);
  });

  it('outlives the process that opened it', async () => {
    await workspace.happened('message', { text: 'before' });
    await allRecorded();
    await restartEgress(() => workspace.endWindows());
    await receiver.waitForRequests(1);
    expect(posted()).toEqual([['before']]);
  });

  it('closes early when it holds 1,000 messages, and the next one opens', async () => {
    const events = Array.from({ length: 1_001 }, (_, number) => ({
      ...{
        keyId: newWaKeyId(),
        chatJid: JANE,
        senderJid: JANE,
        fromMe: false,
        timestamp: AT,
        content: 'text',
      },
      text: String(number),
    }));
    await db.pool.query(
      `insert into wa_event (account_id, kind, event) select $1, 'message', event from unnest($2::jsonb[]) as event`,
      [workspace.accountId, events.map((event) => JSON.stringify(event))],
    );
    egress.get(EventRecorder).wake();
    await receiver.waitForRequests(1, 20_000);
    await allRecorded();
    expect(posted()).toEqual([events.slice(0, 1_000).map(({ text }) => text)]);
    expect(await workspace.bundles()).toMatchObject([
      { state: 'closed', messages: 1_000 },
      { state: 'open', messages: 1 },
    ]);
  }, 40_000);

  it('closes early rather than hold more than 1 MiB', async () => {
    const text = '€'.repeat(100_000);
    for (let times = 0; times < 4; times++) await workspace.happened('message', { text });
    await receiver.waitForRequests(1, 20_000);
    await allRecorded();
    expect(posted()).toEqual([[text, text, text]]);
    expect(await workspace.bundles()).toMatchObject([
      { state: 'closed', messages: 3, bytes: 900_000 },
      { state: 'open', messages: 1, bytes: 300_000 },
    ]);
  });
});

describe('a change of granularity', () => {
  it('gives open windows the new length, counted from their first message', async () => {
    await workspace.happened('message', { text: '1' });
    await allRecorded();
    await workspace.changeGranularity(6);
    await workspace.happened('message', { text: '2' });
    await allRecorded();
    const [bundle] = await workspace.bundles();
    expect(bundle).toMatchObject({ state: 'open', messages: 2 });
    expect(await length(bundle)).toBe(6);
    expect(receiver.requests).toHaveLength(0);
  });

  it('to a length that is past delivers at once', async () => {
    await workspace.happened('message', { text: '1' });
    await allRecorded();
    await db.pool.query(`update bundle set opened_at = now() - interval '7 hours' where workspace_id = $1`, [
      workspace.id,
    ]);
    await workspace.changeGranularity(6);
    await receiver.waitForRequests(1);
  });

  it('to none keeps the order: the bundle, then what came later on its own; and back', async () => {
    await workspace.happened('message', { text: '1' });
    await workspace.happened('message', { text: '2' });
    await allRecorded();
    // The sweep of bundles is not woken, and slower than this: it is not what brings the order.
    await workspace.changeGranularity(0);
    await workspace.happened('message', { text: '3' });
    await workspace.happened('message', { text: '4' });
    await receiver.waitForRequests(3);
    expect(posted()).toEqual([['1', '2'], ['3'], ['4']]);
    await workspace.changeGranularity(1);
    await workspace.happened('message', { text: '5' });
    await endWindows();
    await receiver.waitForRequests(4);
    expect(posted().at(-1)).toEqual(['5']);
  });

  it('bundles nothing that was delivered before, and delivers nothing on its own that was bundled', async () => {
    const keyId = newWaKeyId();
    await workspace.accepted({ keyId, text: 'sent' });
    await workspace.changeGranularity(0);
    await workspace.happened('ack', { keyId });
    await receiver.waitForRequests(1);
    await workspace.changeGranularity(1);
    await workspace.happened('ack', { keyId });
    await workspace.happened('message', { text: 'marker' });
    await endWindows();
    await receiver.waitForRequests(2);
    await workspace.changeGranularity(0);
    await workspace.happened('ack', { keyId });
    await workspace.happened('message', { text: 'second marker' });
    await receiver.waitForRequests(3);
    expect(posted()).toEqual([['sent'], ['marker'], ['second marker']]);
  });
});

describe('an endpoint that bundles', () => {
  it('gets nothing of bundles that its owner dropped by switching off', async () => {
    await workspace.happened('message', { text: 'dropped' });
    await allRecorded();
    await workspace.setEndpoint({ enabled: false });
    await db.pool.query(`update bundle set state = 'dropped' where workspace_id = $1`, [workspace.id]);
    await workspace.happened('message', { text: 'while off' });
    await allRecorded();
    await workspace.setEndpoint({ enabled: true });
    await workspace.happened('message', { text: 'while on' });
    await endWindows();
    await receiver.waitForRequests(1);
    expect(posted()).toEqual([['while on']]);
  });

  it('still collects when it was disabled because of errors, and gets it when it is enabled again', async () => {
    await workspace.setEndpoint({ state: 'disabled' });
    await workspace.happened('message', { text: 'kept' });
    await endWindows();
    await eventually(async () => expect(await workspace.deliveries()).toHaveLength(1));
    expect(receiver.requests).toHaveLength(0);
    await workspace.enableAgain();
    await receiver.waitForRequests(1);
    expect(posted()).toEqual([['kept']]);
  });
});
