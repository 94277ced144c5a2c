import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually } from './testing/waiting.js';

describe('what a device has not confirmed', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  const owner = '+4915100000001';

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    device = await new TestDevice(sandbox).linkByQr(owner);
    // What a phone sends a device that was just linked.
    await eventually(async () => expect(await queued()).toMatchObject({ messages: 0 }));
  });

  afterAll(async () => {
    await device?.stop();
    await sandbox.stop();
  });

  const write = async (from: string, text: string): Promise<string> =>
    (await sandbox.ask<{ id: string }>('POST', `/contacts/${from}/messages`, { to: owner, text })).id;
  const queued = async () => (await sandbox.account(owner)).devices[0]!.queued;
  const goOffline = async () => {
    const count = device.closes.length;
    device.tearDown();
    await device.closed(count + 1);
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.state).toBe('offline'));
  };
  const arrivedInOrder = () =>
    device.stanzas.filter(({ tag }) => tag === 'message').map(({ attrs }) => attrs.id);

  it('waits while it is offline, and comes in order, marked as offline, once the connection is ready', async () => {
    await goOffline();
    const ids: string[] = [];
    for (let each = 1; each <= 6; each++)
      ids.push(await write(`+491520000000${1 + (each % 3)}`, `offline ${each}`));
    expect(await queued()).toMatchObject({ messages: 6 });
    await device.open();
    await eventually(() =>
      expect(device.texts().slice(-6)).toEqual(ids.map((_, each) => `offline ${each + 1}`)),
    );
    expect(arrivedInOrder()).toEqual(ids);
    const order = device.stanzas.map(({ tag, attrs, content }) => {
      const first = Array.isArray(content) ? content[0]?.tag : undefined;
      return tag === 'ib' ? first : tag === 'message' ? `message ${attrs.offline}` : tag;
    });
    const relevant = order.filter((each) => each === 'success' || /^(message|offline)/.test(each ?? ''));
    expect(relevant).toEqual([
      'success',
      'offline_preview',
      ...ids.map((_, each) => `message ${each}`),
      'offline',
    ]);
    await eventually(async () => expect(await queued()).toMatchObject({ messages: 0 }));
  });

  it('comes again after a reconnect, in order and before what is new, until the device has confirmed it', async () => {
    const returnToOldKeys = device.rememberKeys();
    // The connection breaks at the first message: the device never gets to confirm any.
    device.socket.ws.prependListener('CB:message', () => device.tearDown());
    const closes = device.closes.length;
    const first = await write('+4915200000001', 'unconfirmed 1');
    await device.closed(closes + 1);
    const second = await write('+4915200000002', 'unconfirmed 2');
    returnToOldKeys();
    await device.open();
    const third = await write('+4915200000001', 'live 3');
    await eventually(() =>
      expect(device.texts().slice(-3)).toEqual(['unconfirmed 1', 'unconfirmed 2', 'live 3']),
    );
    expect(arrivedInOrder()).toEqual([first, second, third]);
    await eventually(async () => expect(await queued()).toMatchObject({ messages: 0 }));
    const attempts = (await sandbox.journal('message_sent')).filter(({ id }) => id === first);
    expect(attempts.map(({ attempt, offline }) => [attempt, offline])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('includes the receipts of messages that the device sent', async () => {
    await sandbox.ask('PUT', '/contacts/+4915200000009', { online: false });
    const id = await device.send('+4915200000009', 'receipt me later');
    await eventually(() => device.acks.some((ack) => ack.id === id));
    await goOffline();
    await sandbox.ask('PUT', '/contacts/+4915200000009', { online: true });
    expect(await queued()).toMatchObject({ receipts: 1 });
    await device.open();
    await eventually(() =>
      expect(device.updates.some(({ key, update }) => key.id === id && update.status === 3)).toBe(true),
    );
    await eventually(async () => expect(await queued()).toMatchObject({ receipts: 0 }));
  });

  it('never leaves while the connection is not ready', async () => {
    await goOffline();
    const id = await write('+4915200000001', 'not yet');
    device.connect();
    await eventually(async () => expect((await sandbox.account(owner)).devices[0]!.state).toBe('active'));
    const journal = await sandbox.journal('login', 'active', 'message_sent');
    const sent = journal.findLastIndex((entry) => entry.kind === 'message_sent' && entry.id === id);
    const active = journal.findLastIndex(({ kind }) => kind === 'active');
    const login = journal.findLastIndex(({ kind }) => kind === 'login');
    expect([login < active, active < sent]).toEqual([true, true]);
    expect(journal[sent]!.connection).toBe(journal[login]!.connection);
    await eventually(() => device.texts().includes('not yet'));
  });
});
