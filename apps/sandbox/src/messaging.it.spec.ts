import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually, found } from './testing/waiting.js';

describe('messages between a linked device and simulated people', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  let lastContact = 0;
  const owner = '+4915100000001';

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    device = await new TestDevice(sandbox).linkByQr(owner);
  });

  afterAll(async () => {
    await device?.stop();
    await sandbox.stop();
  });

  const newContact = async (settings: object = {}): Promise<string> => {
    const phone = `+49152000${String(++lastContact).padStart(5, '0')}`;
    await sandbox.ask('PUT', `/contacts/${phone}`, settings);
    return phone;
  };
  const statusesOf = (id: string) =>
    device.updates.filter(({ key }) => key.id === id).map(({ update }) => update.status);
  const receivedAs = (id: string) => found(() => device.received.find(({ key }) => key.id === id));

  it('shows a text on the phone of the contact, once, under its id', async () => {
    const contact = await newContact();
    const id = await device.send(contact, 'Guten Tag', '3EB0AAAAAAAAAAAA0001');
    await eventually(async () =>
      expect(await sandbox.messages(contact)).toEqual([
        { id, from: owner, text: 'Guten Tag', receivedAt: expect.any(String), timesReceived: 1 },
      ]),
    );
    const ownPhone = await sandbox.messages(owner);
    expect(ownPhone).toContainEqual(
      expect.objectContaining({ id, from: owner, to: contact, text: 'Guten Tag' }),
    );
  });

  it('makes a contact of an unknown number that is written to', async () => {
    const contact = '+4915299999999';
    const id = await device.send(contact, 'Who are you?');
    await eventually(async () => expect(await sandbox.messages(contact)).toMatchObject([{ id }]));
  });

  it('acknowledges each message before the delivered receipt, and the read receipt follows for who reads', async () => {
    const contact = await newContact({ readsMessages: true });
    const id = await device.send(contact, 'Read me');
    // Baileys may fold two updates into one.
    await eventually(() => expect(statusesOf(id).at(-1)).toBe(4));
    const of = device.stanzas.filter(({ attrs }) => attrs.id === id);
    expect(of.map(({ tag, attrs }) => [tag, attrs.type ?? attrs.class])).toEqual([
      ['ack', 'message'],
      ['receipt', undefined],
      ['receipt', 'read'],
    ]);
    expect(of[0]!.attrs).toMatchObject({ from: `${contact.slice(1)}@s.whatsapp.net` });
    expect(of[0]!.attrs.error).toBeUndefined();
  });

  it('sends the read receipt later, when the person begins to read', async () => {
    const contact = await newContact();
    const id = await device.send(contact, 'Later');
    await eventually(() => expect(statusesOf(id)).toEqual([3]));
    await sandbox.ask('PUT', `/contacts/${contact}`, { readsMessages: true });
    await eventually(() => expect(statusesOf(id).at(-1)).toBe(4));
  });

  it('keeps a message for a phone that is offline until it is back', async () => {
    const contact = await newContact({ online: false });
    const id = await device.send(contact, 'Are you there?');
    await eventually(() => device.acks.some((ack) => ack.id === id));
    expect(await sandbox.messages(contact)).toEqual([]);
    await sandbox.ask('PUT', `/contacts/${contact}`, { online: true });
    expect(await sandbox.messages(contact)).toMatchObject([{ id, text: 'Are you there?' }]);
    await eventually(() => expect(statusesOf(id)).toEqual([3]));
  });

  it('brings a text of a contact to the device, and notes its receipt', async () => {
    const contact = await newContact({ name: 'Ada' });
    const path = `/contacts/${contact}/messages`;
    const { id } = await sandbox.ask<{ id: string }>('POST', path, { to: owner, text: 'Hello there' });
    const message = await receivedAs(id);
    expect(message.message?.conversation).toBe('Hello there');
    expect(message.pushName).toBe('Ada');
    expect(message.key).toMatchObject({ remoteJid: `${contact.slice(1)}@s.whatsapp.net`, fromMe: false });
    await eventually(async () =>
      expect(await sandbox.journal('receipt_from_device')).toContainEqual(
        expect.objectContaining({ id, type: 'delivered', peer: contact, phone: owner, device: 1 }),
      ),
    );
    await device.socket.readMessages([message.key]);
    await eventually(async () =>
      expect(await sandbox.journal('receipt_from_device')).toContainEqual(
        expect.objectContaining({ id, type: 'read' }),
      ),
    );
    expect(await sandbox.messages(owner)).toContainEqual(expect.objectContaining({ id, from: contact }));
  });

  it('keeps one ratchet through a conversation in both directions', async () => {
    const contact = await newContact();
    for (let turn = 0; turn < 5; turn++) {
      const id = await device.send(contact, `question ${turn}`);
      await eventually(async () =>
        expect(await sandbox.messages(contact)).toContainEqual(expect.objectContaining({ id })),
      );
      const answer = { to: owner, text: `answer ${turn}` };
      const { id: answerId } = await sandbox.ask<{ id: string }>(
        'POST',
        `/contacts/${contact}/messages`,
        answer,
      );
      await receivedAs(answerId);
    }
    expect(device.unreadable()).toEqual([]);
    expect(await sandbox.journal('message_unreadable')).toEqual([]);
  });

  it('survives that both sides write first at the same time', async () => {
    const contact = await newContact();
    const [id, { id: answerId }] = await Promise.all([
      device.send(contact, 'me first'),
      sandbox.ask<{ id: string }>('POST', `/contacts/${contact}/messages`, { to: owner, text: 'no, me' }),
    ]);
    await receivedAs(answerId);
    await eventually(async () => expect(await sandbox.messages(contact)).toMatchObject([{ id }]));
    const next = await device.send(contact, 'fine');
    await eventually(async () =>
      expect(await sandbox.messages(contact)).toMatchObject([{ id }, { id: next }]),
    );
  });

  it('speaks under the LID for a contact who is known by it', async () => {
    const lid = '123450000000001';
    const contact = await newContact({ lid, addressing: 'lid' });
    const path = `/contacts/${contact}/messages`;
    const { id } = await sandbox.ask<{ id: string }>('POST', path, { to: owner, text: 'from the shadow' });
    const message = await receivedAs(id);
    expect(message.key).toMatchObject({
      remoteJid: `${lid}@lid`,
      remoteJidAlt: `${contact.slice(1)}@s.whatsapp.net`,
    });
    const answer = await device.send(`${lid}@lid`, 'into the shadow');
    await eventually(async () => expect(await sandbox.messages(contact)).toMatchObject([{ id: answer }]));
    await eventually(() => expect(statusesOf(answer)).toEqual([3]));
  });

  it('gives the device a copy of what the owner writes on the phone', async () => {
    const contact = await newContact();
    const path = `/accounts/${owner}/messages`;
    const { id } = await sandbox.ask<{ id: string }>('POST', path, { to: contact, text: 'from my phone' });
    const message = await receivedAs(id);
    expect(message.key).toMatchObject({ remoteJid: `${contact.slice(1)}@s.whatsapp.net`, fromMe: true });
    expect(message.message?.conversation).toBe('from my phone');
    expect(await sandbox.messages(contact)).toMatchObject([{ id, from: owner, text: 'from my phone' }]);
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.queued.messages).toBe(0));
  });

  it('says who is on WhatsApp, and shows nothing to who is not', async () => {
    const somebody = await newContact();
    const nobody = await newContact({ onWhatsApp: false });
    const found = await device.socket.onWhatsApp(somebody, nobody, '+4915288888888');
    expect(found).toEqual([
      { jid: `${somebody.slice(1)}@s.whatsapp.net`, exists: true },
      { jid: '4915288888888@s.whatsapp.net', exists: true },
    ]);
    const id = await device.send(nobody, 'into the void');
    await eventually(() => device.acks.some((ack) => ack.id === id));
    expect(await sandbox.messages(nobody)).toEqual([]);
  });

  it('shows a message that arrives twice once, counts it, and acknowledges both', async () => {
    const contact = await newContact();
    const id = await device.send(contact, 'again', '3EB0AAAAAAAAAAAA0002');
    await device.send(contact, 'again', id);
    await eventually(() => expect(device.acks.filter((ack) => ack.id === id)).toHaveLength(2));
    expect(await sandbox.messages(contact)).toMatchObject([{ id, timesReceived: 2 }]);
    const arrivals = (await sandbox.journal('message_from_device')).filter((entry) => entry.id === id);
    expect(arrivals.map(({ timesReceived }) => timesReceived)).toEqual([1, 2]);
  });

  it('asks the device to encrypt again what a phone cannot read', async () => {
    const contact = await newContact();
    await device.send(contact, 'first');
    const returnToOldKeys = device.rememberKeys();
    await device.send(contact, 'uses a key');
    returnToOldKeys();
    const id = await device.send(contact, 'uses the same key');
    await eventually(async () =>
      expect(await sandbox.messages(contact)).toContainEqual(expect.objectContaining({ id })),
    );
    expect(await sandbox.journal('message_unreadable')).toContainEqual(
      expect.objectContaining({ phone: contact, id, retry: 1 }),
    );
  });

  it('encrypts again what the device cannot read', async () => {
    const contact = await newContact();
    await device.send(contact, 'hello');
    const path = `/contacts/${contact}/messages`;
    await receivedAs((await sandbox.ask<{ id: string }>('POST', path, { to: owner, text: 'hello' })).id);
    device.forgetSessions();
    const { id } = await sandbox.ask<{ id: string }>('POST', path, { to: owner, text: 'can you read this?' });
    await eventually(() =>
      device.received.some(({ key, message }) => key.id === id && message?.conversation),
    );
    const receipts = (await sandbox.journal('receipt_from_device')).filter((entry) => entry.id === id);
    expect(receipts.map(({ type }) => type)).toEqual(expect.arrayContaining(['retry', 'delivered']));
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.queued.messages).toBe(0));
  });

  it('counts everything that arrived before the device hung up', async () => {
    const other = await new TestDevice(sandbox).linkByQr('+4915100000003');
    const contact = await newContact();
    await other.send(contact, 'first');
    const texts = Array.from({ length: 20 }, (_, each) => `last words ${each}`);
    for (const text of texts) await other.send(contact, text);
    await other.stop();
    await eventually(async () =>
      expect((await sandbox.messages(contact)).map(({ text }) => text)).toEqual(['first', ...texts]),
    );
    const journal = await sandbox.journal('message_from_device', 'connection_closed');
    expect(journal.at(-1)).toMatchObject({ kind: 'connection_closed', phone: '+4915100000003' });
  });

  it('passes messages between two accounts', async () => {
    const other = await new TestDevice(sandbox).linkByQr('+4915100000002');
    const id = await device.send('+4915100000002', 'account to account');
    await eventually(() =>
      other.received.some(({ key, message }) => key.id === id && message?.extendedTextMessage?.text),
    );
    await eventually(() => expect(statusesOf(id)).toContain(3));
    await other.stop();
  });
});
