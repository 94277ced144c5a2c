import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Contact, WAMessage } from '@whiskeysockets/baileys';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually, found } from './testing/waiting.js';

describe('the history that a phone tells its linked devices', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  const owner = '+4915100000001';
  const ada = '+4915200000001';
  const bob = '+4915200000002';
  const bobLid = '123450000000002@lid';
  const messages: WAMessage[] = [];
  const contacts: Contact[] = [];

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    await sandbox.ask('PUT', `/contacts/${owner}`, { name: 'Owner' });
    await sandbox.ask('PUT', `/contacts/${ada}`, { name: 'Ada' });
    await sandbox.ask('PUT', `/contacts/${bob}`, { name: 'Bob', lid: bobLid, addressing: 'lid' });
    device = new TestDevice(sandbox);
  });

  afterAll(async () => {
    await device?.stop();
    await sandbox.stop();
  });

  const textsOf = (jid: string) =>
    messages.filter(({ key }) => key.remoteJid === jid).map(({ message }) => message?.conversation);

  it('comes with the linking: chats, names and addresses from before', async () => {
    for (const [from, text] of [
      [ada, 'one'],
      [ada, 'two'],
      [bob, 'three'],
    ] as const) {
      await sandbox.ask('POST', `/contacts/${from}/messages`, { to: owner, text });
    }
    const group = { subject: 'Garden', participants: [ada, owner] };
    const { jid } = await sandbox.ask<{ jid: string }>('POST', '/groups', group);
    await sandbox.ask('POST', `/groups/${jid}/messages`, { from: ada, text: 'to all' });
    device.connect();
    const qr = await found(() => device.qr);
    await sandbox.ask('POST', '/pairings', { qr, phone: owner });
    await device.closed(1);
    device.connect();
    device.socket.ev.on('messaging-history.set', (history) => {
      messages.push(...history.messages);
      contacts.push(...history.contacts);
    });
    await eventually(() =>
      expect(textsOf('4915200000001@s.whatsapp.net')).toEqual(expect.arrayContaining(['two', 'one'])),
    );
    expect(textsOf(bobLid)).toContain('three');
    expect(textsOf(jid)).toContain('to all');
    const called = contacts.map(({ id, name, notify }) => [id, name ?? notify]);
    expect(called).toContainEqual(['4915200000001@s.whatsapp.net', 'Ada']);
    expect(called).toContainEqual([bobLid, 'Bob']);
    expect(called).toContainEqual([jid, 'Garden']);
    const mapping = device.socket.signalRepository.lidMapping;
    expect(await mapping.getLIDForPN('4915200000002@s.whatsapp.net')).toBe(bobLid);
    expect(device.texts()).toEqual([]);
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.state).toBe('active'));
  });

  it('comes again when the device asks for older messages, or the phone tells by itself', async () => {
    const adaJid = '4915200000001@s.whatsapp.net';
    const adaWrites = async (text: string) => {
      await sandbox.ask('POST', `/contacts/${ada}/messages`, { to: owner, text });
      await eventually(() => expect(device.texts()).toContain(text));
    };
    // Baileys leaves out what an earlier history had.
    await adaWrites('four');
    await device.socket.fetchMessageHistory(50, { remoteJid: adaJid, id: 'X' }, Date.now());
    await eventually(() => expect(textsOf(adaJid)).toContain('four'));
    await adaWrites('five');
    expect(await sandbox.ask('POST', `/accounts/${owner}/history`)).toEqual({ devices: 1 });
    await eventually(() => expect(textsOf(adaJid)).toContain('five'));
  });
});
