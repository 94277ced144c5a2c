import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { LeaseTable } from './lease-table.js';

const OPTIONS = { ttlMs: 60_000, answerMs: 5_000 };

describe('leases on accounts', () => {
  let database: TestDatabase;
  let podA: LeaseTable;
  let podB: LeaseTable;

  beforeAll(async () => {
    database = await createTestDatabase();
    podA = new LeaseTable(database.pool, 'pod-a_1', OPTIONS);
    podB = new LeaseTable(database.pool, 'pod-b_1', OPTIONS);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.pool.query('truncate account, account_pairing, session_lease, wa_creds cascade'));

  async function newAccount(state: string, linked: boolean): Promise<string> {
    const [workspaceId, memberId, accountId] = [randomUUID(), randomUUID(), randomUUID()];
    await database.pool.query(`insert into workspace (id, name) values ($1, 'Shop')`, [workspaceId]);
    await database.pool.query(
      `insert into member (id, workspace_id, email, full_name, role) values ($1, $2, $3, 'Amina', 'owner')`,
      [memberId, workspaceId, `${memberId}@shop.example`],
    );
    await database.pool.query(
      `insert into account (id, workspace_id, owner_member_id, network, state) values ($1, $2, $3, 'sandbox', $4)`,
      [accountId, workspaceId, memberId, state],
    );
    if (linked) {
      await database.pool.query(
        `insert into wa_creds (account_id, sealed, format, linked) values ($1, '', 1, true)`,
        [accountId],
      );
    }
    return accountId;
  }

  const requestPairing = (accountId: string) =>
    database.pool.query(
      `insert into account_pairing (account_id, method, state) values ($1, 'qr', 'requested')`,
      [accountId],
    );

  async function expire(accountId: string): Promise<void> {
    await database.pool.query(
      `update session_lease set expires_at = now() - interval '1 s' where account_id = $1`,
      [accountId],
    );
  }

  it('go to accounts that are linked or being linked, and to no others', async () => {
    const linked = await newAccount('connected', true);
    const pairing = await newAccount('unlinked', false);
    await requestPairing(pairing);
    await newAccount('unlinked', false);
    await newAccount('logged_out', true);
    expect((await podA.claim(10, [], [])).map((lease) => lease.accountId).sort()).toEqual(
      [linked, pairing].sort(),
    );
  });

  it('go to accounts whose ban is over, and to stopped ones of which somebody wants something', async () => {
    const stopped = async (set: string) => {
      const accountId = await newAccount('stopped', true);
      await database.pool.query(`update account set ${set} where id = $1`, [accountId]);
      return accountId;
    };
    const banIsOver = await stopped(`retry_at = now() - interval '1 s'`);
    const wanted = await stopped(`wish = 'reconnect', wished_at = now()`);
    await stopped(`retry_at = now() + interval '1 h'`);
    await newAccount('stopped', true);
    expect((await podA.claim(10, [], [])).map((lease) => lease.accountId).sort()).toEqual(
      [banIsOver, wanted].sort(),
    );
    expect(await podA.wished([banIsOver, wanted])).toEqual([wanted]);
  });

  it('go to a logged-out account whose archived link is to be tried again', async () => {
    const accountId = await newAccount('logged_out', false);
    await database.pool.query(`update account set wish = 'reconnect', wished_at = now() where id = $1`, [
      accountId,
    ]);
    expect(await podA.claim(10, [], [])).toEqual([]);
    await database.pool.query(
      `insert into wa_creds_archive (account_id, reason, sealed, format) values ($1, 'the phone removed this device', '', 1)`,
      [accountId],
    );
    expect(await podA.claim(10, [], [])).toMatchObject([{ accountId }]);
  });

  it('are known to be held, or not', async () => {
    await newAccount('connected', true);
    const [lease] = await podA.claim(10, [], []);
    expect([await podA.holds(lease!), await podB.holds(lease!)]).toEqual([true, false]);
    expect(await podA.holds({ ...lease!, epoch: lease!.epoch + 1 })).toBe(false);
  });

  it('are held by one pod until they run out, and their epoch rises with every change of hands', async () => {
    const accountId = await newAccount('connected', true);
    expect(await podA.claim(10, [], [])).toEqual([{ accountId, epoch: 1 }]);
    expect(await podB.claim(10, [], [])).toEqual([]);
    await expire(accountId);
    expect(await podB.claim(10, [], [])).toEqual([{ accountId, epoch: 2 }]);
    expect(await podA.renew([{ accountId, epoch: 1 }])).toEqual(new Map());
    expect(await podB.renew([{ accountId, epoch: 2 }])).toEqual(new Map([[accountId, true]]));
  });

  it('can be renewed after they ran out, as long as nobody took them', async () => {
    const accountId = await newAccount('connected', true);
    await podA.claim(10, [], []);
    await expire(accountId);
    expect(await podA.renew([{ accountId, epoch: 1 }])).toEqual(new Map([[accountId, true]]));
    expect(await podB.claim(10, [], [])).toEqual([]);
  });

  it('are free at once when they were released', async () => {
    const accountId = await newAccount('connected', true);
    const [lease] = await podA.claim(10, [], []);
    await podA.release(lease!);
    expect(await podB.claim(10, [], [])).toEqual([{ accountId, epoch: 2 }]);
  });

  it('are not renewed once they were released, by a renewal that was under way', async () => {
    const accountId = await newAccount('connected', true);
    const [lease] = await podA.claim(10, [], []);
    await podA.release(lease!);
    expect(await podA.renew([lease!])).toEqual(new Map());
    expect(await podB.claim(10, [], [])).toEqual([{ accountId, epoch: 2 }]);
  });

  it('go to a restarted pod under a new epoch when its former process is dead, and not while it lives', async () => {
    const accountId = await newAccount('connected', true);
    const restarted = new LeaseTable(database.pool, 'pod-a_2', OPTIONS);
    await podA.claim(10, [], []);
    expect(await restarted.claim(10, [], [])).toEqual([]);
    expect(await restarted.claim(10, [], ['pod-a_1'])).toEqual([{ accountId, epoch: 2 }]);
  });

  it('stay what they are while somebody has one locked, and the others are renewed', async () => {
    const [locked, other] = [await newAccount('connected', true), await newAccount('connected', true)];
    const leases = await podA.claim(10, [], []);
    const stranger = await database.pool.connect();
    try {
      await stranger.query('begin');
      await stranger.query('select from session_lease where account_id = $1 for update', [locked]);
      expect(await podA.renew(leases)).toEqual(
        new Map([
          [locked, false],
          [other, true],
        ]),
      );
    } finally {
      await stranger.query('rollback');
      stranger.release();
    }
  });

  it('never go to two pods that ask at the same time', async () => {
    for (let i = 0; i < 20; i++) await newAccount('connected', true);
    const claims = await Promise.all([
      podA.claim(15, [], []),
      podB.claim(15, [], []),
      podA.claim(15, [], []),
      podB.claim(15, [], []),
    ]);
    const { rows } = await database.pool.query<{ account_id: string; epoch: string }>(
      'select account_id, epoch from session_lease',
    );
    const latest = new Map(rows.map((row) => [row.account_id, Number(row.epoch)]));
    const winners = claims.flat().filter((lease) => latest.get(lease.accountId) === lease.epoch);
    expect(new Set(winners.map((lease) => lease.accountId)).size).toBe(winners.length);
  });
});
