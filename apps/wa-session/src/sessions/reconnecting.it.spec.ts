import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { SessionsUnderTest, type LinkedAccount } from '../testing/sessions-under-test.js';
import { Wishes } from '../testing/wishes.js';

const soon = { withinMs: 40_000, everyMs: 50 };
const VERSIONS = ['2.3000.1000000002', '2.3000.1000000001'];
jest.setTimeout(120_000);

let system: SessionsUnderTest;
let wishes: Wishes;

beforeAll(async () => {
  system = await SessionsUnderTest.start({ settings: { WHATSAPP_VERSIONS: VERSIONS.join(',') } });
  wishes = new Wishes(system);
});
afterAll(() => system.stop());

const fault = (account: LinkedAccount, settings: object) => system.sandbox.fault(account.phone, settings);

async function told(
  accountId: string,
): Promise<{ state: string; reason: string | null; waitMs: number | null }> {
  const { rows } = await system.database.pool.query(
    `select state, state_reason as reason, (extract(epoch from retry_at - now()) * 1000)::float8 as "waitMs"
     from account where id = $1`,
    [accountId],
  );
  return rows[0];
}

describe('an account whose connection closed', () => {
  it('is banned for a time: it stops, tells until when, and connects by itself afterwards', async () => {
    const account = await system.linkedAccount();
    const before = await system.connectedAt(account.accountId);
    await fault(account, { kind: 'temporary_ban', seconds: 4, code: 101 });
    await system.reaches(account.accountId, 'stopped');
    const { reason, waitMs } = await told(account.accountId);
    expect(reason).toBe('WhatsApp banned this account for a time');
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(4_000);
    await system.connectsAgain(account.accountId, before);
    expect(await told(account.accountId)).toMatchObject({ state: 'connected', reason: null, waitMs: null });
  });

  it.each([
    ['locked', 403],
    ['banned', 406],
    ['at odds over the protocol', 411],
  ])('is %s: it stops until somebody reconnects it', async (_name, code) => {
    const account = await system.linkedAccount();
    await fault(account, { kind: 'stream_error', code });
    await system.reaches(account.accountId, 'stopped');
    await wishes.reconnect(account.accountId);
    await system.reaches(account.accountId, 'connected');
    expect(await wishes.of(account.accountId)).toBeNull();
  });

  it('was replaced while the lease is ours: it waits half a minute, unless somebody reconnects it', async () => {
    const account = await system.linkedAccount();
    await fault(account, { kind: 'replaced' });
    await system.reaches(account.accountId, 'backing_off');
    const { reason, waitMs } = await told(account.accountId);
    expect(reason).toBe('another program took the connection over');
    expect(waitMs).toBeGreaterThan(25_000);
    expect(waitMs).toBeLessThanOrEqual(30_000);
    await wishes.reconnect(account.accountId);
    await system.reaches(account.accountId, 'connected');
  });

  it('cannot get in for a while: it backs off, says why, and comes back by itself', async () => {
    const account = await system.linkedAccount();
    await fault(account, { kind: 'refuse_login', code: 503 });
    await fault(account, { kind: 'disconnect' });
    await eventually(async () => {
      expect(await told(account.accountId)).toMatchObject({
        state: 'backing_off',
        reason: 'the connection to WhatsApp was lost (503)',
      });
    }, soon);
    await fault(account, { kind: 'clear' });
    await system.reaches(account.accountId, 'connected');
  });

  it('was logged out by mistake: its link is kept, and in use again when somebody reconnects it', async () => {
    const account = await system.linkedAccount();
    const friend = system.newPhone();
    expect(await system.send(account.accountId, friend, 'Before')).toMatchObject({ outcome: 'acked' });
    await fault(account, { kind: 'stream_error', code: 401 });
    await system.reaches(account.accountId, 'logged_out');
    expect(await wishes.linksInUse(account.accountId)).toBe(0);
    await wishes.reconnect(account.accountId);
    await system.reaches(account.accountId, 'connected');
    expect(await system.send(account.accountId, friend, 'After')).toMatchObject({ outcome: 'acked' });
    await eventually(async () =>
      expect((await system.sandbox.shown(friend)).map(({ text }) => text)).toEqual(['Before', 'After']),
    );
  });

  it('was logged out on the phone: reconnecting it tells so again, and the link stays in the archive', async () => {
    const account = await system.linkedAccount();
    await fault(account, { kind: 'logged_out' });
    await system.reaches(account.accountId, 'logged_out');
    await wishes.reconnect(account.accountId);
    await eventually(async () => expect(await wishes.of(account.accountId)).toBeNull(), soon);
    await system.reaches(account.accountId, 'logged_out');
    await eventually(async () => expect(await wishes.linksInUse(account.accountId)).toBe(0), soon);
    expect(await wishes.linksArchived(account.accountId)).toBe(1);
  });
});

describe('a log-out that somebody asks for', () => {
  it('ends the link at WhatsApp and here, however late WhatsApp hears of it', async () => {
    const account = await system.linkedAccount();
    await fault(account, { kind: 'half_open' });
    await wishes.logOut(account.accountId);
    await system.reaches(account.accountId, 'logged_out');
    expect(await told(account.accountId)).toMatchObject({ reason: 'somebody logged the account out here' });
    expect(await system.sandbox.journal()).toContainEqual(
      expect.objectContaining({ kind: 'device_removed', phone: account.phone, by: 'device' }),
    );
    expect(await wishes.of(account.accountId)).toBeNull();
    expect(await wishes.linksInUse(account.accountId)).toBe(0);
  });

  it('connects first when it must, whatever stopped the account', async () => {
    const account = await system.linkedAccount();
    await fault(account, { kind: 'stream_error', code: 403 });
    await system.reaches(account.accountId, 'stopped');
    await wishes.logOut(account.accountId);
    await system.reaches(account.accountId, 'logged_out');
    expect(await system.sandbox.journal()).toContainEqual(
      expect.objectContaining({ kind: 'device_removed', phone: account.phone, by: 'device' }),
    );
  });

  it('ends the link here when WhatsApp does not let the account in, and says so', async () => {
    const account = await system.linkedAccount();
    await fault(account, { kind: 'refuse_login', code: 403 });
    await fault(account, { kind: 'disconnect' });
    await system.reaches(account.accountId, 'stopped');
    await wishes.logOut(account.accountId);
    await system.reaches(account.accountId, 'logged_out');
    expect((await told(account.accountId)).reason).toContain('remove the device on the phone');
  });
});

describe('a version of the client that is too old', () => {
  it('is left by all accounts at once for one that is accepted, and new links use it, too', async () => {
    const accounts = [
      await system.linkedAccount(),
      await system.linkedAccount(),
      await system.linkedAccount(),
    ];
    const before = await Promise.all(accounts.map(({ accountId }) => system.connectedAt(accountId)));
    await system.sandbox.networkFault({ kind: 'accept_versions', versions: [VERSIONS[1]] });
    const sinceThen = (await system.sandbox.journal()).at(-1)!['seq'] as number;
    await Promise.all(accounts.map((account) => fault(account, { kind: 'disconnect' })));
    for (const [n, { accountId }] of accounts.entries()) await system.connectsAgain(accountId, before[n]!);
    await system.linkedAccount();
    const journal = (await system.sandbox.journal()).filter(({ seq }) => (seq as number) > sinceThen);
    const refused = journal.filter(({ kind, code }) => kind === 'login_refused' && code === 405);
    expect(refused.length).toBeLessThanOrEqual(accounts.length);
    const logins = journal.filter(({ kind }) => kind === 'login');
    expect(new Set(logins.map(({ version }) => version))).toEqual(new Set([VERSIONS[1]]));
  });

  it('leaves the accounts waiting when there is no other, until one is accepted', async () => {
    const account = await system.linkedAccount();
    await system.sandbox.networkFault({ kind: 'client_too_old' });
    await fault(account, { kind: 'disconnect' });
    await eventually(async () => {
      expect(await told(account.accountId)).toMatchObject({
        state: 'backing_off',
        reason: 'WhatsApp no longer accepts this version of the client',
      });
    }, soon);
    await eventually(async () => {
      const { rows } = await system.database.pool.query(
        'select from client_version where rejected_at is not null',
      );
      expect(rows).toHaveLength(VERSIONS.length);
    }, soon);
    const failed = await wishes.failedPairing();
    expect(failed).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('version of the client'),
    });
    await system.sandbox.networkFault({ kind: 'clear' });
    // The next try may be a quarter of an hour away, if this machine was slow.
    await system.database.pool.query(`update client_probe set begun_at = '-infinity', failures = 0`);
    await system.reaches(account.accountId, 'connected');
  });
});

it('counts sessions by state and closed connections by reason', async () => {
  const { accountId } = await system.linkedAccount();
  const metrics = async () => (await fetch(`${system.pod().url}/metrics`)).text();
  const text = await metrics();
  expect(text).toMatch(/waypost_sessions_by_state{state="connected",[^}]*} [1-9]/);
  for (const reason of ['banned_for_a_time', 'locked', 'replaced', 'logged_out', 'client_too_old', 'restart'])
    expect(text).toMatch(new RegExp(`waypost_connections_closed_total{reason="${reason}",[^}]*} [1-9]`));
  expect(text).toMatch(/waypost_accounts_without_owner{[^}]*} 0/);
  // Another pod takes the account, without asking.
  await system.database.pool.query(
    `update session_lease set owner = 'thief', epoch = epoch + 1, expires_at = now() + interval '1 hour' where account_id = $1`,
    [accountId],
  );
  await eventually(async () => {
    const held = await metrics();
    const sessions = Number(held.match(/waypost_sessions{[^}]*} (\d+)/)?.[1]);
    expect(sessions).toBe(Number(text.match(/waypost_sessions{[^}]*} (\d+)/)?.[1]) - 1);
  }, soon);
});
