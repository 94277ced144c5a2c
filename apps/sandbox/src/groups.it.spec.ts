import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { GroupView } from './people/group-chats.js';
import type { ShownMessage } from './people/screen.js';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually, found } from './testing/waiting.js';

describe('groups', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  let other: TestDevice;
  const more: TestDevice[] = [];
  let lastContact = 0;
  const owner = '+4915100000001';
  const otherOwner = '+4915100000002';

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    device = await new TestDevice(sandbox).linkByQr(owner);
    other = await new TestDevice(sandbox).linkByQr(otherOwner, 'Other');
  });

  afterEach(async () => {
    for (const each of more.splice(0)) await each.stop();
  });

  afterAll(async () => {
    await device?.stop();
    await other?.stop();
    await sandbox.stop();
  });

  const newContact = async (settings: object = {}): Promise<string> => {
    const phone = `+49152000${String(++lastContact).padStart(5, '0')}`;
    await sandbox.ask('PUT', `/contacts/${phone}`, settings);
    return phone;
  };
  const newGroup = async (participants: string[], settings: object = {}): Promise<string> => {
    const body = { subject: 'Garden', participants, ...settings };
    return (await sandbox.ask<GroupView>('POST', '/groups', body)).jid;
  };
  const write = async (jid: string, from: string, text: string): Promise<string> =>
    (await sandbox.ask<{ id: string }>('POST', `/groups/${jid}/messages`, { from, text })).id;
  const shownIn = (jid: string): Promise<ShownMessage[]> => sandbox.ask('GET', `/groups/${jid}/messages`);
  const shows = (phone: string, id: string) =>
    eventually(async () =>
      expect(await sandbox.messages(phone)).toContainEqual(expect.objectContaining({ id })),
    );
  const readBy = (reader: TestDevice, id: string) =>
    found(() => reader.received.find(({ key, message }) => key.id === id && message));
  const textOf = async (reader: TestDevice, id: string) => {
    const { message } = await readBy(reader, id);
    return message?.conversation || message?.extendedTextMessage?.text;
  };
  const lidOf = async (phone: string) =>
    (await sandbox.ask<{ lid: string }>('GET', `/contacts/${phone}`)).lid;
  const journalOf = async (id: string) => (await sandbox.journal()).filter((entry) => entry.id === id);

  it('bring what an account writes to the phones of contacts and to the devices of other accounts', async () => {
    const [ada, bob] = [await newContact(), await newContact()];
    const jid = await newGroup([owner, ada, bob, otherOwner]);
    const id = await device.send(jid, 'To all of you');
    await shows(ada, id);
    await shows(bob, id);
    expect(await sandbox.messages(ada)).toEqual([
      {
        id,
        from: owner,
        group: jid,
        text: 'To all of you',
        receivedAt: expect.any(String),
        timesReceived: 1,
      },
    ]);
    expect(await textOf(other, id)).toBe('To all of you');
    expect((await readBy(other, id)).key).toMatchObject({
      remoteJid: jid,
      participant: `${await lidOf(owner)}@lid`,
      participantAlt: `${owner.slice(1)}@s.whatsapp.net`,
      fromMe: false,
    });
    await shows(owner, id);
    expect(await shownIn(jid)).toEqual([
      { id, from: owner, text: 'To all of you', receivedAt: expect.any(String), timesReceived: 1 },
    ]);
    const next = await device.send(jid, 'Now without keys');
    await shows(ada, next);
    expect(await textOf(other, next)).toBe('Now without keys');
    expect(await sandbox.journal('message_unreadable', 'unsupported')).toEqual([]);
  });

  it('acknowledge a message before each member confirms it, and those who read say so', async () => {
    const [ada, bob] = [await newContact({ readsMessages: true }), await newContact()];
    const jid = await newGroup([ada, bob, owner]);
    const id = await device.send(jid, 'Who is there?');
    const stanzas = () => device.stanzas.filter(({ attrs }) => attrs.id === id);
    await eventually(() => expect(stanzas()).toHaveLength(4));
    const [adaJid, bobJid] = [`${await lidOf(ada)}@lid`, `${await lidOf(bob)}@lid`];
    expect(stanzas().map(({ tag, attrs }) => [tag, attrs.from, attrs.participant, attrs.type])).toEqual([
      ['ack', jid, undefined, undefined],
      ['receipt', jid, adaJid, undefined],
      ['receipt', jid, adaJid, 'read'],
      ['receipt', jid, bobJid, undefined],
    ]);
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.queued.receipts).toBe(0));
  });

  it('tell a member who else is in them, and nobody else', async () => {
    const ada = await newContact();
    const jid = await newGroup([ada, owner]);
    expect(await device.socket.groupMetadata(jid)).toMatchObject({
      id: jid,
      subject: 'Garden',
      addressingMode: 'lid',
      owner: `${await lidOf(ada)}@lid`,
      participants: [
        { id: `${await lidOf(ada)}@lid`, phoneNumber: `${ada.slice(1)}@s.whatsapp.net`, admin: 'superadmin' },
        { id: `${await lidOf(owner)}@lid`, phoneNumber: `${owner.slice(1)}@s.whatsapp.net`, admin: null },
      ],
    });
    expect(Object.keys(await device.socket.groupFetchAllParticipating())).toContain(jid);
    await expect(other.socket.groupMetadata(jid)).rejects.toMatchObject({ data: 403 });
    await expect(device.socket.groupMetadata('120363000@g.us')).rejects.toMatchObject({ data: 404 });
    expect(Object.keys(await other.socket.groupFetchAllParticipating())).not.toContain(jid);
  });

  it('bring what a contact writes to every device of the accounts in it', async () => {
    const [ada, bob] = [await newContact({ name: 'Ada' }), await newContact()];
    const jid = await newGroup([ada, bob, owner, otherOwner]);
    const ids = [await write(jid, ada, 'one'), await write(jid, ada, 'two'), await write(jid, bob, 'three')];
    for (const reader of [device, other]) {
      const texts = await Promise.all(ids.map((id) => textOf(reader, id)));
      expect(texts).toEqual(['one', 'two', 'three']);
      const message = await readBy(reader, ids[0]!);
      expect(message.pushName).toBe('Ada');
      expect(message.key).toMatchObject({
        remoteJid: jid,
        participant: `${await lidOf(ada)}@lid`,
        participantAlt: `${ada.slice(1)}@s.whatsapp.net`,
        addressingMode: 'lid',
        fromMe: false,
      });
    }
    expect((await shownIn(jid)).map(({ from, text }) => [from, text])).toEqual([
      [ada, 'one'],
      [ada, 'two'],
      [bob, 'three'],
    ]);
    expect((await sandbox.messages(bob)).map(({ text }) => text)).toEqual(['one', 'two']);
    // The key of a phone goes out once for each device.
    const firsts = device.stanzas.filter(({ tag, attrs }) => tag === 'message' && attrs.from === jid);
    expect(firsts.map(({ content }) => (content as unknown[]).length)).toEqual([2, 1, 2]);
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.queued.messages).toBe(0));
    expect((await journalOf(ids[0]!)).filter(({ kind }) => kind === 'receipt_from_device')).toContainEqual(
      expect.objectContaining({ phone: owner, peer: ada, group: jid, type: 'delivered' }),
    );
  });

  it('carry a conversation in which everybody writes in turn', async () => {
    const ada = await newContact();
    const jid = await newGroup([owner, ada, otherOwner]);
    for (let turn = 0; turn < 3; turn++) {
      const question = await device.send(jid, `question ${turn}`);
      expect(await textOf(other, question)).toBe(`question ${turn}`);
      const answer = await write(jid, ada, `answer ${turn}`);
      expect(await textOf(device, answer)).toBe(`answer ${turn}`);
      const remark = await other.send(jid, `remark ${turn}`);
      expect(await textOf(device, remark)).toBe(`remark ${turn}`);
      await shows(ada, remark);
    }
    expect([...device.unreadable(), ...other.unreadable()]).toEqual([]);
  });

  it('give the device a copy of what the owner writes on the phone', async () => {
    const ada = await newContact();
    const jid = await newGroup([owner, ada]);
    const id = await write(jid, owner, 'from my phone');
    expect(await textOf(device, id)).toBe('from my phone');
    expect((await readBy(device, id)).key).toMatchObject({ remoteJid: jid, fromMe: true });
    await shows(ada, id);
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.queued.messages).toBe(0));
  });

  it('can be of the older sort, in which members appear under their phone numbers', async () => {
    const ada = await newContact();
    const jid = await newGroup([owner, ada], { addressing: 'pn' });
    const id = await device.send(jid, 'old school');
    await shows(ada, id);
    const answer = await write(jid, ada, 'indeed');
    expect((await readBy(device, answer)).key).toMatchObject({
      participant: `${ada.slice(1)}@s.whatsapp.net`,
      participantAlt: `${await lidOf(ada)}@lid`,
      addressingMode: 'pn',
    });
  });

  it('bring it to a second device of the account, also when the first did not know of it', async () => {
    const ada = await newContact();
    const jid = await newGroup([owner, ada]);
    await device.send(jid, 'before there was a second one');
    const second = await new TestDevice(sandbox).linkByQr(owner);
    more.push(second);
    const id = await device.send(jid, 'can you read this?');
    expect(await textOf(second, id)).toBe('can you read this?');
    expect((await readBy(second, id)).key).toMatchObject({ remoteJid: jid, fromMe: true });
    const answer = await write(jid, ada, 'we both can');
    expect([await textOf(device, answer), await textOf(second, answer)]).toEqual([
      'we both can',
      'we both can',
    ]);
    const reply = await second.send(jid, 'from the second one');
    expect(await textOf(device, reply)).toBe('from the second one');
    await shows(ada, reply);
  });

  it('let a phone ask again for what it cannot read', async () => {
    const ada = await newContact();
    const jid = await newGroup([owner, ada]);
    await device.send(jid, 'first');
    const returnToOldKeys = device.rememberKeys();
    await device.send(jid, 'uses a key');
    returnToOldKeys();
    const id = await device.send(jid, 'uses the same key');
    await shows(ada, id);
    expect(await sandbox.journal('message_unreadable')).toContainEqual(
      expect.objectContaining({ phone: ada, group: jid, id, retry: 1 }),
    );
  });

  it('let a device ask again for what it cannot read', async () => {
    const ada = await newContact();
    const jid = await newGroup([owner, ada]);
    await readBy(device, await write(jid, ada, 'with the key'));
    device.forgetSenderKeys();
    const id = await write(jid, ada, 'and now?');
    expect(await textOf(device, id)).toBe('and now?');
    const receipts = (await journalOf(id)).filter(({ kind }) => kind === 'receipt_from_device');
    expect(receipts.map(({ type }) => type)).toEqual(['retry', 'delivered']);
    expect(await textOf(device, await write(jid, ada, 'it has the key again'))).toBe('it has the key again');
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.queued.messages).toBe(0));
  });

  it('keep messages for members whose phone or device is offline', async () => {
    const ada = await newContact({ online: false });
    const jid = await newGroup([ada, owner]);
    const first = await device.send(jid, 'are you there?');
    const second = await device.send(jid, 'hello?');
    await eventually(() => device.acks.some((ack) => ack.id === second));
    expect(await sandbox.messages(ada)).toEqual([]);
    await sandbox.ask('PUT', `/contacts/${ada}`, { online: true });
    expect(await sandbox.messages(ada)).toMatchObject([{ id: first }, { id: second }]);

    const closes = device.closes.length;
    device.tearDown();
    await device.closed(closes + 1);
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.state).toBe('offline'));
    const ids = [await write(jid, ada, 'here I am'), await write(jid, ada, 'and you?')];
    await device.open();
    expect([await textOf(device, ids[0]!), await textOf(device, ids[1]!)]).toEqual(['here I am', 'and you?']);
    const arrived = device.stanzas.filter(({ tag }) => tag === 'message');
    expect(arrived.map(({ attrs }) => [attrs.id, attrs.offline])).toEqual(ids.map((id, n) => [id, `${n}`]));
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.queued.messages).toBe(0));
  });

  it('bring a message again, key and all, when the connection broke before the device confirmed it', async () => {
    const ada = await newContact();
    const jid = await newGroup([ada, owner]);
    const returnToOldKeys = device.rememberKeys();
    device.socket.ws.prependListener('CB:message', () => device.tearDown());
    const closes = device.closes.length;
    const id = await write(jid, ada, 'unconfirmed');
    await device.closed(closes + 1);
    returnToOldKeys();
    await device.open();
    expect(await textOf(device, id)).toBe('unconfirmed');
    const attempts = (await journalOf(id)).filter(({ kind }) => kind === 'message_sent');
    expect(attempts.map(({ attempt, group }) => [attempt, group])).toEqual([
      [1, jid],
      [2, jid],
    ]);
  });

  it('refuse what an account writes that is not in them, and show it to nobody', async () => {
    const ada = await newContact();
    const jid = await newGroup([ada, otherOwner]);
    await expect(device.send(jid, 'let me in')).rejects.toMatchObject({ data: 403 });
    const stranger = new TestDevice(sandbox);
    more.push(stranger);
    await stranger.linkByQr('+4915100000003');
    await stranger.stop();
    // A client that thinks it is a member does not ask.
    const participants = [{ id: `${await lidOf(ada)}@lid` }];
    const cachedGroupMetadata = (id: string) => Promise.resolve({ id, subject: '', owner: '', participants });
    stranger.connect({ cachedGroupMetadata });
    await eventually(() => stranger.state === 'open');
    const id = await stranger.send(jid, 'I am one of you');
    const unknown = await stranger.send('120363000@g.us', 'Anybody?');
    await eventually(() => expect(stranger.acks).toHaveLength(2));
    expect(stranger.acks).toMatchObject([
      { id, error: '403' },
      { id: unknown, error: '404' },
    ]);
    expect([await sandbox.messages(ada), await shownIn(jid)]).toEqual([[], []]);
    expect(await sandbox.journal('message_rejected')).toContainEqual(
      expect.objectContaining({ id, to: jid, group: jid, code: 403 }),
    );
  });

  it('are made and written to over the control API, which says what is wrong', async () => {
    const ada = await newContact();
    const nobody = await newContact({ onWhatsApp: false });
    const made = await sandbox.ask<GroupView>('POST', '/groups', {
      subject: 'Garden',
      participants: ['4915100000001', ada, '+49 152 99 999 999'],
    });
    expect(made).toEqual({
      jid: expect.stringMatching(/^120363\d{12}@g\.us$/),
      subject: 'Garden',
      addressing: 'lid',
      participants: [owner, ada, '+4915299999999'],
    });
    expect(await sandbox.ask('GET', `/groups/${made.jid}`)).toEqual(made);
    const path = `/groups/${made.jid}/messages`;
    const message = { from: ada, text: 'x', id: 'USED1' };
    expect(await sandbox.ask('POST', path, message)).toEqual({ id: 'USED1' });
    const refusals: [string, string, object | undefined, number][] = [
      ['POST', path, message, 409],
      ['POST', path, { from: otherOwner, text: 'x' }, 409],
      ['POST', path, { from: ada }, 400],
      ['POST', '/groups', { subject: '', participants: [ada] }, 400],
      ['POST', '/groups', { subject: 'x', participants: [] }, 400],
      ['POST', '/groups', { subject: 'x', participants: ['me'] }, 400],
      ['POST', '/groups', { subject: 'x', participants: [ada, ada.slice(1)] }, 400],
      ['POST', '/groups', { subject: 'x', participants: ada }, 400],
      ['POST', '/groups', { subject: 'x', participants: [nobody] }, 409],
      ['GET', '/groups/120363000@g.us', undefined, 404],
      ['GET', '/groups/120363000@g.us/messages', undefined, 404],
      ['GET', '/groups/4915100000001', undefined, 400],
    ];
    for (const [method, url, body, status] of refusals) {
      const answer = await sandbox.call<{ detail: string }>(method, url, body);
      expect([url, body, answer.status]).toEqual([url, body, status]);
      expect(answer.body.detail).not.toBe('');
    }
  });
});
