import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicMessageId } from '@waypost/kernel';
import { eventually, WebhookReceiver } from '@waypost/testkit';
import { Webhook } from 'standardwebhooks';
import type { Chat } from './api-types.js';
import { Standalone } from './standalone.js';

const JANE = '14155550177';
const ARRIVES_WITHIN_MS = 15_000;

describe('the outbound webhook', () => {
  let standalone: Standalone;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    standalone = await Standalone.start({ env: { SEND_PACE_MIN_MS: '50', SEND_PACE_MAX_MS: '80' } });
    receiver = await new WebhookReceiver().start();
    await standalone.console.patch('/outbound-webhook', { url: `${receiver.url}/hook`, enabled: true });
    await standalone.sandbox.put(`/contacts/${JANE}`, { name: 'Jane Smith' });
  }, 120_000);

  afterAll(async () => {
    await receiver?.stop();
    await standalone?.stop();
  }, 60_000);

  /** The document of `spec: Don't aggregate`, of the chat of the demo account with Jane. */
  async function payload(message: {
    direction: 'received' | 'sent';
    id: string;
    text: string;
    isNew: boolean;
  }) {
    const { consoleUrl } = standalone.facts;
    const { id } = (await standalone.console.list<Chat>('/chats')).find(({ phone }) => phone === `+${JANE}`)!;
    const jane = { full_name: 'Jane Smith', phone: `+${JANE}` };
    const owner = { full_name: 'Demo Owner', phone: '+14155550100' };
    return {
      whatsapp_account: { ...owner, email: 'owner@demo.waypost.local' },
      chat: {
        ...jane,
        responsible_name: '',
        responsible_email: '',
        chat_url: `${consoleUrl}/chat/${id}/messages/`,
        chat_id: id,
        is_new_chat: message.isNew,
        is_group: false,
      },
      message: {
        direction: message.direction,
        timestamp: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/),
        message_id: message.id,
        sender: message.direction === 'received' ? jane : owner,
        recipient: message.direction === 'received' ? owner : jane,
        text: message.text,
      },
    };
  }

  it('gets what a contact writes, then what the owner writes on the phone, then what the inbound webhook sends', async () => {
    const { sandbox } = standalone;
    const received = await sandbox.post<{ id: string }>(`/contacts/${JANE}/messages`, {
      to: '14155550100',
      text: 'I am fine, how are you? 🙂',
    });
    const [first] = await receiver.waitForRequests(1, ARRIVES_WITHIN_MS);
    expect(first).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'webhook-id': expect.any(String),
        'webhook-timestamp': expect.stringMatching(/^\d+$/),
        'webhook-signature': expect.stringMatching(/^v1,/),
      },
    });
    expect(first!.json).toEqual(
      await payload({
        direction: 'received',
        id: publicMessageId(received.id),
        text: 'I am fine, how are you? 🙂',
        isNew: true,
      }),
    );

    const fromPhone = await sandbox.post<{ id: string }>('/accounts/14155550100/messages', {
      to: JANE,
      text: 'Written on the phone',
    });
    const [, second] = await receiver.waitForRequests(2, ARRIVES_WITHIN_MS);
    expect(second!.json).toEqual(
      await payload({
        direction: 'sent',
        id: publicMessageId(fromPhone.id),
        text: 'Written on the phone',
        isNew: false,
      }),
    );

    const messageId = await standalone.send({ phone: `+${JANE}`, text: 'Sent by a system' });
    const [, , third] = await receiver.waitForRequests(3, ARRIVES_WITHIN_MS);
    expect(third!.json).toEqual(
      await payload({ direction: 'sent', id: messageId, text: 'Sent by a system', isNew: false }),
    );
  }, 60_000);

  it('gets a test, a bundle when the owner wants it now, and shows both in its log', async () => {
    const { console: api, sandbox } = standalone;
    const before = receiver.requests.length;
    expect(await api.post('/outbound-webhook/test')).toMatchObject({ ok: true, status: 200 });
    await receiver.waitForRequests(before + 1, ARRIVES_WITHIN_MS);

    await api.patch('/outbound-webhook', { granularityHours: 24 });
    for (const text of ['One <b>', 'Two'])
      await sandbox.post(`/contacts/${JANE}/messages`, { to: '14155550100', text });
    await eventually(
      async () =>
        expect(await api.get('/outbound-webhook')).toMatchObject({ openBundles: 1, bundledMessages: 2 }),
      { withinMs: ARRIVES_WITHIN_MS },
    );
    expect(receiver.requests).toHaveLength(before + 1);
    await api.post('/outbound-webhook/flush');
    const bundle = (await receiver.waitForRequests(before + 2, ARRIVES_WITHIN_MS)).at(-1)!;
    expect(bundle.json).toMatchObject({
      chat: { full_name: 'Jane Smith', is_new_chat: false },
      messages: [{ text: 'One <b>' }, { text: 'Two' }],
      aggregation: expect.stringMatching(
        /: One &lt;b&gt;<br\/>from Jane Smith on .*: Two<br\/>Click <a href='/,
      ),
    });
    const secret = (await api.get<{ secret: string }>('/outbound-webhook')).secret;
    expect(() =>
      new Webhook(secret).verify(bundle.body, bundle.headers as Record<string, string>),
    ).not.toThrow();

    const [latest, test] = await eventually(async () => {
      const requests = await api.list<{ isTest: boolean; requestBody: string; status: number }>(
        '/outbound-webhook/requests',
      );
      return requests[0]?.requestBody === bundle.body ? requests : null;
    });
    expect(latest).toMatchObject({ isTest: false, status: 200 });
    expect(test).toMatchObject({ isTest: true, status: 200 });
  }, 60_000);
});
