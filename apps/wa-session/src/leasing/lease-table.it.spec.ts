import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { LeaseTable } from './lease-table.js';

const TTL_MS = 60_000;

describe('leases on accounts', () => {
  let database: TestDatabase;
  let podA: LeaseTable;
  let podB: LeaseTable;

  beforeAll(async () => {
    database = await createTestDatabase();
    podA = new LeaseTable(database.pool, 'pod-a', TTL_MS);
    podB = new LeaseTable(database.pool, 'pod-b', TTL_MS);
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
    expect((await podA.claim(10, [])).map((lease) => lease.accountId).sort()).toEqual(
      [linked, pairing].sort(),
    );
  });

  it('are held by one pod until they run out, and their epoch rises with every change of hands', async () => {
    const accountId = await newAccount('connected', true);
    expect(await podA.claim(10, [])).toEqual([{ accountId, epoch: 1 }]);
    expect(await podB.claim(10, [])).toEqual([]);
    await expire(accountId);
    expect(await podB.claim(10, [])).toEqual([{ accountId, epoch: 2 }]);
    expect(await podA.renew([{ accountId, epoch: 1 }])).toEqual(new Set());
    expect(await podB.renew([{ accountId, epoch: 2 }])).toEqual(new Set([accountId]));
  });

  it('can be renewed after they ran out, as long as nobody took them', async () => {
    const accountId = await newAccount('connected', true);
    await podA.claim(10, []);
    await expire(accountId);
    expect(await podA.renew([{ accountId, epoch: 1 }])).toEqual(new Set([accountId]));
    expect(await podB.claim(10, [])).toEqual([]);
  });

  it('are free at once when they were released', async () => {
    const accountId = await newAccount('connected', true);
    const [lease] = await podA.claim(10, []);
    await podA.release(lease!);
    expect(await podB.claim(10, [])).toEqual([{ accountId, epoch: 2 }]);
  });

  it('come back under a new epoch to a pod that restarted under its name', async () => {
    const accountId = await newAccount('connected', true);
    await podA.claim(10, []);
    expect(await podA.claim(10, [accountId])).toEqual([]);
    expect(await podA.claim(10, [])).toEqual([{ accountId, epoch: 2 }]);
  });

  it('never go to two pods that ask at the same time', async () => {
    for (let i = 0; i < 20; i++) await newAccount('connected', true);
    const claims = await Promise.all([
      podA.claim(15, []),
      podB.claim(15, []),
      podA.claim(15, []),
      podB.claim(15, []),
    ]);
    const { rows } = await database.pool.query<{ account_id: string; epoch: string }>(
      'select account_id, epoch from session_lease',
    );
    const latest = new Map(rows.map((row) => [row.account_id, Number(row.epoch)]));
    const winners = claims.flat().filter((lease) => latest.get(lease.accountId) === lease.epoch);
    expect(new Set(winners.map((lease) => lease.accountId)).size).toBe(winners.length);
  });
});
