import type { BinaryNode } from '@whiskeysockets/baileys';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually, found } from './testing/waiting.js';

interface Problem {
  status: number;
  detail: string;
}

const contentOf = ({ content }: BinaryNode) => content;

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

  it('refuses to link a client by code that calls itself by a name of its own', async () => {
    device = new TestDevice(sandbox).connect({ browser: ['Acme', 'Chrome', '1.0'] });
    await found(() => device.qr);
    const code = await device.socket.requestPairingCode('4915100000006');
    const errors = () =>
      device.stanzas.filter(({ tag, attrs }) => tag === 'iq' && attrs.type === 'error').map(contentOf);
    await eventually(() =>
      expect(errors()).toMatchObject([[{ attrs: { code: '400', text: 'bad-request' } }]]),
    );
    const answer = await sandbox.call<Problem>('POST', '/pairings', { code, phone: '+4915100000006' });
    expect(answer.status).toBe(404);
  });

  it('qr_refresh has the device show another QR at the next scan, and refuses the old one from then on', async () => {
    const phone = '+4915100000007';
    device = new TestDevice(sandbox).connect();
    // What stock Baileys leaves out.
    device.socket.ws.on('CB:notification,type:companion_reg_refresh', ({ attrs }: BinaryNode) => {
      const ack = { id: attrs.id!, to: attrs.from!, class: 'notification', type: attrs.type! };
      void device.socket.sendNode({ tag: 'ack', attrs: ack });
    });
    const qr = await found(() => device.qr);
    await sandbox.ask('POST', '/network/faults', { kind: 'qr_refresh' });
    const scan = (shown: string) => sandbox.call<Problem>('POST', '/pairings', { qr: shown, phone });
    for (const attempt of ['at the scan', 'and later']) {
      expect([attempt, await scan(qr)]).toMatchObject([
        attempt,
        { status: 410, body: { detail: expect.stringContaining('Scan the one that the device shows now') } },
      ]);
    }
    const former = device.creds.advSecretKey;
    device.creds.advSecretKey = randomBytes(32).toString('base64');
    expect((await scan(qr.replace(former, device.creds.advSecretKey))).status).toBe(201);
    expect(await device.closed(1)).toBe(515);
  });

  it('has six QRs for a device, one after the other, and then the device gives up', async () => {
    const shown = new Set<string>();
    device = new TestDevice(sandbox).connect({ qrTimeout: 50 });
    device.socket.ev.on('connection.update', ({ qr }) => void (qr && shown.add(qr)));
    expect(await device.closed(1)).toBe(408);
    expect(shown.size).toBe(6);
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
