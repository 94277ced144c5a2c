import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';

describe('messages between a linked device and simulated people', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  const owner = '+4915100000001';

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    device = await new TestDevice(sandbox).linkByQr(owner);
  });

  afterAll(async () => {
    await device?.stop();
    await sandbox.stop();
  });

  it('shows a text on the phone of the contact, once, under its id', async () => {
    const contact = '+4915200000001';
    const id = await device.send(contact, 'Guten Tag', '3EB0AAAAAAAAAAAA0001');
    await eventually(async () =>
      expect(await sandbox.messages(contact)).toEqual([
        { id, from: owner, text: 'Guten Tag', receivedAt: expect.any(String), timesReceived: 1 },
      ]),
    );
  });

  it('brings a text of a contact to the device', async () => {
    const contact = '+4915200000002';
    await sandbox.ask('PUT', `/contacts/${contact}`, { name: 'Ada' });
    const { id } = await sandbox.ask<{ id: string }>('POST', `/contacts/${contact}/messages`, {
      to: owner,
      text: 'Hello there',
    });
    const message = await eventually(() => device.received.find(({ key }) => key.id === id) ?? false);
    expect(message.message?.conversation).toBe('Hello there');
    expect(message.pushName).toBe('Ada');
    expect(message.key.remoteJid).toBe('4915200000002@s.whatsapp.net');
  });
});
