import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicMessageId } from '@waypost/kernel';
import { eventually, fileAnswers, FileHost } from '@waypost/testkit';
import { createHash, randomBytes } from 'node:crypto';
import type { Chat, LedgerEntry, Message, ShownMessage } from './api-types.js';
import { Standalone } from './standalone.js';

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
/** One transparent pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
/** The head of a tag and of a frame, and noise. */
const MP3 = Buffer.concat([
  Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 0, 0xff, 0xfb, 0x90, 0x44]),
  randomBytes(5_000),
]);
const within = { withinMs: 30_000, everyMs: 100 };

describe('what the inbound webhook sends', () => {
  let standalone: Standalone;
  let host: FileHost;

  beforeAll(async () => {
    host = await new FileHost().start();
    standalone = await Standalone.start({ env: { SEND_PACE_MIN_MS: '50', SEND_PACE_MAX_MS: '80' } });
  }, 120_000);

  afterAll(async () => {
    await standalone?.stop();
    await host?.stop();
  }, 60_000);

  const shownAt = (phone: string, count: number) =>
    eventually(async () => {
      const messages = await standalone.sandbox.get<ShownMessage[]>(`/contacts/${phone}/messages`);
      if (messages.length < count) throw new Error(`${messages.length} of ${count} are shown`);
      return messages;
    }, within);

  const messageOf = async (phone: string, messageId: string): Promise<Message | undefined> => {
    const { items } = await standalone.console.get<{ items: Chat[] }>(`/chats?search=${phone}`);
    const messages = items[0] ? await standalone.console.list<Message>(`/chats/${items[0].id}/messages`) : [];
    return messages.find((message) => message.messageId === messageId);
  };

  it('are files, fetched and shown byte for byte, with the text as caption where there are captions', async () => {
    const phone = '14155550201';
    const url = host.at('/shop.png', fileAnswers.serve(PNG));
    const messageId = await standalone.send({
      phone,
      text: 'Our shop',
      file_url: url,
      file_name: 'shop.png',
    });
    const [shown] = await shownAt(phone, 1);
    expect(publicMessageId(shown!.id)).toBe(messageId);
    expect(shown).toMatchObject({
      text: 'Our shop',
      media: { kind: 'image', mimeType: 'image/png', sha256: sha256(PNG) },
    });
    await eventually(async () => {
      expect(await messageOf(phone, messageId)).toMatchObject({
        state: 'delivered',
        attachment: { name: 'shop.png', kind: 'image', mimeType: 'image/png', size: PNG.length },
      });
    }, within);
  });

  it('are a file and then its text, where the file can have no caption, and other messages behind both', async () => {
    const phone = '14155550202';
    const url = host.at('/greeting.mp3', fileAnswers.serve(MP3));
    await standalone.send({ phone, text: 'Listen', file_url: url, file_name: 'greeting.mp3' });
    await standalone.send({ phone, text: 'And then?' });
    expect(await shownAt(phone, 3)).toMatchObject([
      { text: '', media: { kind: 'audio', sha256: sha256(MP3) } },
      { text: 'Listen' },
      { text: 'And then?' },
    ]);
  });

  it('fails and gives its credits back when the link leads to a web page', async () => {
    const phone = '14155550203';
    const url = host.at('/share', fileAnswers.webPage());
    const before = (await standalone.console.get<{ balance: number }>('/credits')).balance;
    const messageId = await standalone.send({ phone, text: 'The file', file_url: url, file_name: 'a.pdf' });
    await eventually(async () => {
      expect(await messageOf(phone, messageId)).toMatchObject({
        state: 'failed',
        failure: {
          code: 'file_web_page',
          reason: 'file_url returned a web page, not a file; use a direct download link',
        },
      });
    }, within);
    expect((await standalone.console.get<{ balance: number }>('/credits')).balance).toBe(before);
    const ledger = (await standalone.console.list<LedgerEntry>('/credits/ledger')).filter(
      (entry) => entry.messageId === messageId,
    );
    expect(ledger.map(({ reason, delta }) => [reason, delta])).toEqual([
      ['refund', 2],
      ['charge', -2],
    ]);
  });

  it('fails when the number is not on WhatsApp, and holds nobody up', async () => {
    await standalone.sandbox.put('/contacts/14155550204', { onWhatsApp: false });
    const messageId = await standalone.send({ phone: '14155550204', text: 'Anybody?' });
    await standalone.send({ phone: '14155550205', text: 'You are' });
    await shownAt('14155550205', 1);
    await eventually(async () => {
      expect(await messageOf('14155550204', messageId)).toMatchObject({
        state: 'failed',
        failure: { code: 'not_on_whatsapp', reason: 'This number is not on WhatsApp' },
      });
    }, within);
  });

  it('reaches groups, by their JID and by the name of their chat', async () => {
    const { account } = standalone.facts;
    const [ada, bob] = ['+14155550206', '+14155550207'];
    const { jid } = await standalone.sandbox.post<{ jid: string }>('/groups', {
      subject: 'Team',
      participants: [account.phone, ada, bob],
    });
    await standalone.send({ jid, text: 'By address' });
    await standalone.send({ chat_name: jid.split('@')[0]!, text: 'By name' });
    for (const phone of [ada, bob]) {
      expect(await shownAt(phone, 2)).toMatchObject([{ text: 'By address' }, { text: 'By name' }]);
    }
  });

  it('is in the log of attempts, with what became of it', async () => {
    const phone = '14155550208';
    const messageId = await standalone.send({ phone, text: 'Note me', colour: 'red' });
    const refused = await fetch(standalone.facts.inboundWebhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{"action":"send",\n}',
    });
    expect(refused.status).toBe(400);
    await eventually(async () => {
      const { items } = await standalone.console.get<{ items: unknown[] }>(
        '/inbound-webhook/attempts?limit=2',
      );
      expect(items).toMatchObject([
        {
          status: 400,
          refusal: expect.stringContaining('line 2'),
          bodyStart: '{"action":"send",\n}',
          message: null,
        },
        { status: 200, ignoredFields: ['colour'], message: { messageId, state: 'delivered' } },
      ]);
    }, within);
  });

  it('is one message for one Idempotency-Key', async () => {
    const phone = '14155550209';
    const post = async (text: string) => {
      const response = await fetch(standalone.facts.inboundWebhookUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'order-4711', connection: 'close' },
        body: JSON.stringify({ action: 'send', phone, text }),
      });
      return { status: response.status, body: await response.text() };
    };
    const answers = await Promise.all([post('Once'), post('Once'), post('Once')]);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect((await post('Twice')).status).toBe(409);
    await standalone.send({ phone, text: 'Last' });
    expect(await shownAt(phone, 2)).toMatchObject([{ text: 'Once' }, { text: 'Last' }]);
  });
});
