import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_CONNECTION_CONFIG } from '@whiskeysockets/baileys';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually, found } from './testing/waiting.js';

describe('faults of logging in', () => {
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

  /** Does something that ends connections. @returns the code with which Baileys says the next one ended */
  const closedBy = async (act: () => unknown): Promise<number> => {
    const closes = device.closes.length;
    await act();
    return device.closed(closes + 1);
  };
  const failures = () => device.stanzas.filter(({ tag }) => tag === 'failure').map(({ attrs }) => attrs);

  it.each([401, 402, 403, 405, 406, 408, 409, 411, 428, 440, 500, 503])(
    'stream_error ends the connection with %i, and the device may come back',
    async (code) => {
      expect(await closedBy(() => sandbox.fault(owner, { kind: 'stream_error', code }))).toBe(code);
      await device.open();
    },
  );

  it('refuse_login refuses so many logins with the code, or all until it is cleared', async () => {
    await sandbox.fault(owner, { kind: 'refuse_login', code: 406, count: 1 });
    await closedBy(() => sandbox.fault(owner, { kind: 'disconnect' }));
    expect(await closedBy(() => device.connect())).toBe(406);
    await device.open();
    await sandbox.ask('POST', '/network/faults', { kind: 'refuse_login', code: 409 });
    await closedBy(() => sandbox.fault(owner, { kind: 'disconnect' }));
    expect(await closedBy(() => device.connect())).toBe(409);
    expect(await closedBy(() => device.connect())).toBe(409);
    await sandbox.ask('POST', '/network/faults', { kind: 'clear' });
    await device.open();
  });

  it('temporary_ban ends the connection, and says to each login for how long it is refused', async () => {
    expect(
      await closedBy(() => sandbox.fault(owner, { kind: 'temporary_ban', seconds: 3_600, code: 103 })),
    ).toBe(402);
    expect(failures()).toMatchObject([{ reason: '402', code: '103', expire: '3600' }]);
    expect(await closedBy(() => device.connect())).toBe(402);
    const [{ code, expire } = {}] = failures();
    expect(code).toBe('103');
    expect(Number(expire)).toBeGreaterThan(3_500);
    await sandbox.fault(owner, { kind: 'temporary_ban', seconds: 0 });
    await device.open();
  });

  it('accept_versions lets in clients of these versions alone, linked or not', async () => {
    await sandbox.ask('POST', '/network/faults', { kind: 'accept_versions', versions: ['2.3000.7'] });
    await closedBy(() => sandbox.fault(owner, { kind: 'disconnect' }));
    expect(await closedBy(() => device.connect())).toBe(405);
    const stranger = new TestDevice(sandbox).connect();
    expect(await stranger.closed(1)).toBe(405);
    device.connect({ version: [2, 3000, 7] });
    await eventually(() => device.state === 'open');
    const versions = (await sandbox.journal('login', 'login_refused'))
      .slice(-3)
      .map(({ version }) => version);
    const bundled = DEFAULT_CONNECTION_CONFIG.version.join('.');
    expect(versions).toEqual([bundled, bundled, '2.3000.7']);
    await sandbox.ask('POST', '/network/faults', { kind: 'clear' });
  });

  it('passkey_required asks the device for a passkey instead of linking it, by QR and by code', async () => {
    await sandbox.ask('POST', '/network/faults', { kind: 'passkey_required' });
    const phone = '+4915100000002';
    const fresh = new TestDevice(sandbox).connect();
    const qr = await found(() => fresh.qr);
    expect(await sandbox.call('POST', '/pairings', { qr, phone })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('passkey') },
    });
    const asked = await found(() =>
      fresh.stanzas.find(({ attrs }) => attrs.type === 'passkey_prologue_request'),
    );
    expect(asked).toMatchObject({ tag: 'notification', content: [{ tag: 'passkey_request_options' }] });
    const code = await fresh.socket.requestPairingCode(phone.slice(1));
    expect((await sandbox.call('POST', '/pairings', { code, phone })).status).toBe(422);
    await sandbox.ask('POST', '/network/faults', { kind: 'clear' });
    expect(await sandbox.journal('pairing_failed')).toMatchObject([
      { phone, via: 'qr', reason: 'passkey required' },
      { phone, via: 'code', reason: 'passkey required' },
    ]);
    await fresh.stop();
  });
});
