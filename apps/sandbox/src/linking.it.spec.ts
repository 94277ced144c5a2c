import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually, found } from './testing/waiting.js';

interface Problem {
  status: number;
  detail: string;
}

describe('linking a device', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  const owner = '+4915100000001';

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
  });
  afterEach(() => device?.stop());
  afterAll(() => sandbox.stop());

  it('by QR: the phone accepts, the device restarts its connection and is in', async () => {
    device = new TestDevice(sandbox).connect();
    const qr = await found(() => device.qr);
    const linked = await sandbox.ask('POST', '/pairings', { qr, phone: owner, name: 'Grace' });
    expect(linked).toEqual({
      phone: owner,
      lid: expect.stringMatching(/^\d+$/),
      name: 'Grace',
      device: 1,
      jid: '4915100000001:1@s.whatsapp.net',
    });
    expect(await device.closed(1)).toBe(515);
    await device.open();
    const account = await sandbox.account(owner);
    expect(account.devices).toMatchObject([{ device: 1, state: 'active', preKeys: 811 }]);
    expect(await sandbox.ask('GET', '/accounts')).toMatchObject([{ phone: owner }]);
  });

  it('gives a device linked later its own number, and the older one stays linked', async () => {
    device = await new TestDevice(sandbox).linkByQr(owner);
    expect(device.creds.me?.id).toBe('4915100000001:2@s.whatsapp.net');
    const account = await sandbox.account(owner);
    expect(account.devices.map((each) => each.state)).toEqual(['offline', 'active']);
  });

  it('by code', async () => {
    device = new TestDevice(sandbox).connect();
    await found(() => device.qr);
    const code = await device.socket.requestPairingCode('4915100000002');
    await eventually(async () =>
      expect(await sandbox.journal('pairing_offered')).toContainEqual(
        expect.objectContaining({ via: 'code', phone: '+4915100000002' }),
      ),
    );
    const typed = `${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`;
    const linked = await sandbox.ask('POST', '/pairings', { code: typed, phone: '4915100000002' });
    expect(linked).toMatchObject({ phone: '+4915100000002', device: 1 });
    expect(await device.closed(1)).toBe(515);
    await device.open();
  });

  it('refuses a wrong code, and takes the right one afterwards', async () => {
    device = new TestDevice(sandbox).connect();
    await found(() => device.qr);
    const code = await device.socket.requestPairingCode('4915100000003');
    const wrong = code === 'AAAABBBB' ? 'BBBBAAAA' : 'AAAABBBB';
    const refused = await eventually(async () => {
      const answer = await sandbox.call<Problem>('POST', '/pairings', {
        code: wrong,
        phone: '+4915100000003',
      });
      return answer.status === 404 ? false : answer;
    });
    expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining('Wrong code') } });
    await sandbox.ask('POST', '/pairings', { code, phone: '+4915100000003' });
    expect(await device.closed(1)).toBe(515);
    await device.open();
  });

  it('refuses a QR that no device shows, and one that is none', async () => {
    const unknown = await sandbox.call<Problem>('POST', '/pairings', {
      qr: '2@none,a2V5,a2V5,a2V5,1',
      phone: owner,
    });
    expect(unknown).toMatchObject({
      status: 410,
      body: { detail: expect.stringContaining('Ask the device for a new one') },
    });
    const garbage = await sandbox.call<Problem>('POST', '/pairings', { qr: 'hello', phone: owner });
    expect(garbage).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('not a linking QR') },
    });
  });

  it('says so when the device does not agree, because the QR was altered', async () => {
    device = new TestDevice(sandbox).connect();
    const qr = await found(() => device.qr);
    const parts = qr.split(',');
    parts[3] = Buffer.alloc(32).toString('base64');
    const answer = await sandbox.call<Problem>('POST', '/pairings', {
      qr: parts.join(','),
      phone: '+4915100000004',
    });
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining('hung up') } });
    expect((await sandbox.account('+4915100000004')).devices).toEqual([]);
  });

  it('lets nobody in with keys that are not linked', async () => {
    device = new TestDevice(sandbox);
    device.creds.me = { id: '4915100000001:1@s.whatsapp.net' };
    device.connect();
    expect(await device.closed(1)).toBe(401);
  });

  it('ends when the device logs itself out', async () => {
    device = await new TestDevice(sandbox).linkByQr('+4915100000005');
    await device.socket.logout();
    await device.closed(2);
    await eventually(async () => expect((await sandbox.account('+4915100000005')).devices).toEqual([]));
    device.connect();
    expect(await device.closed(3)).toBe(401);
  });
});
