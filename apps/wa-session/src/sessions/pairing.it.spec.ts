import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { SessionsUnderTest } from '../testing/sessions-under-test.js';
import { Wishes } from '../testing/wishes.js';

const soon = { withinMs: 40_000, everyMs: 50 };
jest.setTimeout(120_000);

describe('linking an account', () => {
  let system: SessionsUnderTest;
  let wishes: Wishes;

  beforeAll(async () => {
    system = await SessionsUnderTest.start();
    wishes = new Wishes(system);
  });
  afterAll(() => system.stop());
  afterEach(() => system.sandbox.networkFault({ kind: 'clear' }));

  /** Nothing of an attempt is left that could pass for a link. */
  async function isUnlinked(accountId: string): Promise<void> {
    await system.reaches(accountId, 'unlinked');
    expect(await wishes.linksInUse(accountId)).toBe(0);
    await eventually(
      () =>
        system.value('select expires_at < now() as value from session_lease where account_id = $1', [
          accountId,
        ]),
      soon,
    );
  }

  it('ends with a sentence when WhatsApp asks for a passkey, by QR and by code', async () => {
    await system.sandbox.networkFault({ kind: 'passkey_required' });
    const phone = system.newPhone();
    const accountId = await system.newAccount();
    await wishes.pair(accountId, 'qr');
    await expect(system.sandbox.scan(await wishes.qrOf(accountId), phone)).rejects.toThrow('422');
    expect(await wishes.endOf(accountId)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('passkey'),
      qr: null,
    });
    await isUnlinked(accountId);

    await wishes.pair(accountId, 'code', phone);
    await expect(system.sandbox.enterCode(await wishes.codeOf(accountId), phone)).rejects.toThrow('422');
    expect(await wishes.endOf(accountId)).toMatchObject({ detail: expect.stringContaining('passkey') });
    await isUnlinked(accountId);

    await system.sandbox.networkFault({ kind: 'clear' });
    await wishes.pair(accountId, 'qr');
    await system.sandbox.scan(await wishes.qrOf(accountId), phone);
    await system.reaches(accountId, 'connected');
  });

  it('goes on with another QR when WhatsApp replaces the one that was scanned', async () => {
    await system.sandbox.networkFault({ kind: 'qr_refresh' });
    const phone = system.newPhone();
    const accountId = await system.newAccount();
    await wishes.pair(accountId, 'qr');
    const scanned = await wishes.qrOf(accountId);
    const changes = await system.changesOf(accountId);
    await expect(system.sandbox.scan(scanned, phone)).rejects.toThrow('410');
    const next = await eventually(async () => {
      const { qr, detail } = await wishes.pairing(accountId);
      return qr !== scanned && detail?.includes('Scan this one') ? qr : null;
    }, soon);
    await eventually(() => changes.told.some((change) => change.includes('accounts')), soon);
    await changes.stop();
    await system.sandbox.scan(next, phone);
    await system.reaches(accountId, 'connected');
    expect(await wishes.pairing(accountId)).toMatchObject({ state: 'linked', detail: null });
  });

  it('expires when nobody scans, and works when it is asked for again', async () => {
    const accountId = await system.newAccount();
    await wishes.pair(accountId, 'qr');
    await wishes.qrOf(accountId);
    // As Baileys ends the connection when the last QR was shown.
    await system.sandbox.networkFault({ kind: 'stream_error', code: 408 });
    expect(await wishes.endOf(accountId)).toMatchObject({
      state: 'expired',
      detail: 'Nobody linked a phone in time. Start again when the phone is at hand.',
    });
    await isUnlinked(accountId);
    await wishes.pair(accountId, 'code', system.newPhone());
    await wishes.codeOf(accountId);
  });

  it('goes on with the latest way that was asked for, however often it is asked', async () => {
    const accountId = await system.newAccount();
    const [wrongPhone, phone] = [system.newPhone(), system.newPhone()];
    await wishes.pair(accountId, 'qr');
    const oldQr = await wishes.qrOf(accountId);
    await wishes.pair(accountId, 'code', wrongPhone);
    const oldCode = await wishes.codeOf(accountId);
    await wishes.pair(accountId, 'qr');
    await wishes.qrOf(accountId);
    await wishes.pair(accountId, 'code', phone);
    const code = await wishes.codeOf(accountId);
    await expect(system.sandbox.scan(oldQr, phone)).rejects.toThrow('410');
    await expect(system.sandbox.enterCode(oldCode, wrongPhone)).rejects.toThrow('404');
    await system.sandbox.enterCode(code, phone);
    await system.reaches(accountId, 'connected');
  });

  it('survives a lost connection and a wrong code by being asked for again', async () => {
    const accountId = await system.newAccount();
    const phone = system.newPhone();
    await wishes.pair(accountId, 'qr');
    await wishes.qrOf(accountId);
    await system.sandbox.networkFault({ kind: 'disconnect' });
    expect(await wishes.endOf(accountId)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('lost'),
    });

    await wishes.pair(accountId, 'code', phone);
    const code = await wishes.codeOf(accountId);
    const wrong = `${code.startsWith('A') ? 'B' : 'A'}${code.slice(1)}`;
    await expect(system.sandbox.enterCode(wrong, phone)).rejects.toThrow('422');

    await wishes.pair(accountId, 'qr');
    await system.sandbox.scan(await wishes.qrOf(accountId), phone);
    await system.reaches(accountId, 'connected');
  });

  it('is not half done when the pod dies while the phone says yes', async () => {
    const accountId = await system.newAccount();
    const phone = system.newPhone();
    await wishes.pair(accountId, 'qr');
    const qr = await wishes.qrOf(accountId);
    const writes = await system.holdWrites('wa_creds');
    const scanned = expect(system.sandbox.scan(qr, phone)).rejects.toThrow('hung up');
    await writes.isReached();
    await system.pod().kill('SIGKILL');
    await writes.end();
    await scanned;
    expect((await system.sandbox.account(phone)).devices).toEqual([]);
    await system.pod().start();
    const next = await eventually(async () => {
      const { qr: now } = await wishes.pairing(accountId);
      return now !== qr ? now : null;
    }, soon);
    await system.sandbox.scan(next, phone);
    await system.reaches(accountId, 'connected');
  });

  it('that came to nothing costs no earlier link: that is kept, and can be used again', async () => {
    const { accountId, phone } = await system.linkedAccount();
    await system.sandbox.fault(phone, { kind: 'stream_error', code: 403 });
    await system.reaches(accountId, 'stopped');
    await wishes.pair(accountId, 'qr');
    await wishes.qrOf(accountId);
    await system.sandbox.networkFault({ kind: 'stream_error', code: 408 });
    await wishes.endOf(accountId);
    await isUnlinked(accountId);
    expect(await wishes.linksArchived(accountId)).toBe(1);
    await wishes.reconnect(accountId);
    await system.reaches(accountId, 'connected');
    expect(await system.send(accountId, system.newPhone(), 'Here again')).toMatchObject({ outcome: 'acked' });
  });

  it('is abandoned when the account is removed meanwhile', async () => {
    const accountId = await system.newAccount();
    await wishes.pair(accountId, 'qr');
    const qr = await wishes.qrOf(accountId);
    await wishes.logOut(accountId);
    await system.reaches(accountId, 'logged_out');
    await expect(system.sandbox.scan(qr, system.newPhone())).rejects.toThrow('410');
    expect(await wishes.of(accountId)).toBeNull();
    expect(await wishes.linksInUse(accountId)).toBe(0);
  });

  it('ends with a sentence when the pod is told to stop', async () => {
    const accountId = await system.newAccount();
    await wishes.pair(accountId, 'qr');
    await wishes.qrOf(accountId);
    await system.pod().kill('SIGTERM');
    expect(await wishes.pairing(accountId)).toMatchObject({
      state: 'failed',
      qr: null,
      detail: expect.stringContaining('Start again'),
    });
    await isUnlinked(accountId);
  });
});
