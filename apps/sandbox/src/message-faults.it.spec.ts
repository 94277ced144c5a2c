import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually, found } from './testing/waiting.js';

describe('faults of messages and receipts', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  const owner = '+4915100000001';
  const ada = '+4915200000001';
  const adaJid = '4915200000001@s.whatsapp.net';
  const adaLid = '123450000000001@lid';

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    device = await new TestDevice(sandbox).linkByQr(owner);
    await sandbox.ask('PUT', `/contacts/${ada}`, { lid: adaLid });
  });

  afterAll(async () => {
    await device?.stop();
    await sandbox.stop();
  });

  const adaWrites = async (text: string) =>
    (await sandbox.ask<{ id: string }>('POST', `/contacts/${ada}/messages`, { to: owner, text })).id;
  const stanzasOf = (id: string) =>
    device.stanzas.filter(({ tag, attrs }) => tag === 'message' && attrs.id === id);
  const journalOf = async (id: string, ...kinds: Parameters<RunningSandbox['journal']>) =>
    (await sandbox.journal(...kinds)).filter((entry) => entry.id === id);
  const reconnect = async () => {
    const closes = device.closes.length;
    await sandbox.fault(owner, { kind: 'disconnect' });
    await device.closed(closes + 1);
    await device.open();
  };

  it('drop_receipts loses receipts, so that the message comes again after a reconnect', async () => {
    await sandbox.fault(owner, { kind: 'drop_receipts', count: 1 });
    const id = await adaWrites('did you get this?');
    await eventually(async () => expect(await journalOf(id, 'receipt_dropped')).toHaveLength(1));
    expect(await journalOf(id, 'receipt_from_device')).toEqual([]);
    await reconnect();
    await eventually(async () =>
      expect(await journalOf(id, 'message_sent')).toMatchObject([{ attempt: 1 }, { attempt: 2 }]),
    );
  });

  it('readdress brings what was not confirmed again under the other address of who wrote it', async () => {
    await sandbox.fault(owner, { kind: 'drop_receipts', count: 1 });
    const id = await adaWrites('by my number');
    await eventually(async () => expect(await journalOf(id, 'receipt_dropped')).toHaveLength(1));
    expect(stanzasOf(id)[0]!.attrs).toMatchObject({ from: adaJid, sender_lid: adaLid });
    await sandbox.fault(owner, { kind: 'readdress' });
    await reconnect();
    const again = await found(() => stanzasOf(id)[0]);
    expect(again.attrs).toMatchObject({ from: adaLid, sender_pn: adaJid, addressing_mode: 'lid' });
    expect(again.attrs.sender_lid).toBeUndefined();
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.queued.messages).toBe(0));
  });

  it('duplicate_next can bring the second copy under the other address', async () => {
    await sandbox.fault(owner, { kind: 'duplicate_next', otherAddress: true });
    const id = await adaWrites('twice');
    await eventually(() => expect(stanzasOf(id).map(({ attrs }) => attrs.from)).toEqual([adaJid, adaLid]));
  });

  it('reject_late takes a message, and refuses it after all; nobody sees it', async () => {
    await sandbox.fault(owner, { kind: 'reject_late', code: 463, ms: 50 });
    const id = await device.send(ada, 'taken back');
    const acks = () => device.acks.filter((ack) => ack.id === id).map(({ error }) => error);
    await eventually(() => expect(acks()).toEqual([undefined, '463']));
    expect((await sandbox.messages(ada)).map((message) => message.id)).not.toContain(id);
    expect(await journalOf(id, 'message_rejected', 'ack_sent')).toMatchObject([
      { kind: 'message_rejected', code: 463, lateMs: 50 },
      { kind: 'ack_sent' },
      { kind: 'ack_sent', error: 463 },
    ]);
  });

  it('rate_limited refuses queries about people and groups with 429', async () => {
    await sandbox.fault(owner, { kind: 'rate_limited', count: 2 });
    const { jid } = await sandbox.ask<{ jid: string }>('POST', '/groups', {
      subject: 'Us',
      participants: [owner, ada],
    });
    await expect(device.socket.groupMetadata(jid)).rejects.toMatchObject({ data: 429 });
    await expect(device.socket.onWhatsApp('4915200000009')).rejects.toMatchObject({ data: 429 });
    expect(await device.socket.groupMetadata(jid)).toMatchObject({ subject: 'Us' });
  });

  it.each([false, true])('a person can ask for a message again (with keys: %s)', async (withKeys) => {
    const id = await device.send(ada, 'Please keep this');
    await eventually(async () =>
      expect(await sandbox.messages(ada)).toContainEqual(expect.objectContaining({ id })),
    );
    await sandbox.ask('POST', `/contacts/${ada}/retry`, { from: owner, id, withKeys });
    await eventually(async () =>
      expect(await sandbox.messages(ada)).toContainEqual(expect.objectContaining({ id, timesReceived: 2 })),
    );
    expect(
      await sandbox.call('POST', `/contacts/${ada}/retry`, { from: owner, id: 'unknown' }),
    ).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('shows no message unknown') },
    });
  });
});
