import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { LeaseTable, type Lease } from '../leasing/lease-table.js';
import { AccountRecord } from './account-record.js';

describe('what is recorded of an account', () => {
  let database: TestDatabase;
  let record: AccountRecord;
  let lease: Lease;

  beforeAll(async () => {
    database = await createTestDatabase();
    record = new AccountRecord(database.pool, 'pod-a');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.pool.query('truncate account, session_lease, wa_creds, wa_key, wa_creds_archive cascade');
    const [workspaceId, memberId, accountId] = [randomUUID(), randomUUID(), randomUUID()];
    await sql(`insert into workspace (id, name) values ($1, 'Shop')`, workspaceId);
    await sql(
      `insert into member (id, workspace_id, email, full_name, role) values ($1, $2, $3, 'Amina', 'owner')`,
      memberId,
      workspaceId,
      `${memberId}@shop.example`,
    );
    await sql(
      `insert into account (id, workspace_id, owner_member_id, network, state) values ($1, $2, $3, 'sandbox', 'connected')`,
      accountId,
      workspaceId,
      memberId,
    );
    await link(accountId, 'first');
    [lease] = (await new LeaseTable(database.pool, 'pod-a', { ttlMs: 60_000, answerMs: 5_000 }).claim(
      1,
      [],
      [],
    )) as [Lease];
  });

  const sql = async (text: string, ...values: unknown[]) =>
    (await database.pool.query<Record<string, unknown>>(text, values)).rows;

  async function link(accountId: string, secret: string): Promise<void> {
    await sql(
      `insert into wa_creds (account_id, sealed, format, linked) values ($1, $2, 1, true)`,
      accountId,
      secret,
    );
    await sql(
      `insert into wa_key (account_id, type, id, sealed) select $1, 'pre-key', n::text, $2 from generate_series(1, 3) n`,
      accountId,
      secret,
    );
  }

  const inUse = async () => ({
    creds: (await sql('select sealed from wa_creds')).map(({ sealed }) => String(sealed)),
    keys: (await sql('select sealed from wa_key')).map(({ sealed }) => String(sealed)),
  });
  const archived = () =>
    sql(
      `select convert_from(a.sealed, 'utf8') as creds, a.reason, count(k.id)::integer as keys
       from wa_creds_archive a left join wa_key_archive k on k.archive_id = a.id group by a.id order by a.id`,
    );

  it('keeps the link of a logged-out account in the archive, whole, and none in use', async () => {
    await record.setStatus(lease, { state: 'logged_out', reason: 'the phone removed this device' });
    expect(await inUse()).toEqual({ creds: [], keys: [] });
    expect(await archived()).toEqual([{ creds: 'first', reason: 'the phone removed this device', keys: 3 }]);
    expect(await record.read(lease.accountId)).toMatchObject({ linked: false });
  });

  it('puts the latest link in use again, whole, and out of the archive', async () => {
    await record.forgetLink(lease);
    await link(lease.accountId, 'second');
    await record.setStatus(lease, { state: 'logged_out' });
    await record.restoreLink(lease);
    expect(await inUse()).toEqual({ creds: ['second'], keys: ['second', 'second', 'second'] });
    expect(await archived()).toMatchObject([{ creds: 'first' }]);
  });

  it('does not put an old link in the place of a new one', async () => {
    await record.forgetLink(lease);
    await link(lease.accountId, 'second');
    await record.restoreLink(lease);
    expect(await inUse()).toMatchObject({ creds: ['second'] });
    expect(await archived()).toMatchObject([{ creds: 'first', keys: 3 }]);
  });

  it('is not changed by a pod whose lease is lost', async () => {
    const lost = { ...lease, epoch: lease.epoch - 1 };
    expect(await record.setStatus(lost, { state: 'logged_out' })).toBe(false);
    expect(await record.forgetLink(lost)).toBe(false);
    expect(await record.restoreLink(lost)).toBe(false);
    expect(await inUse()).toMatchObject({ creds: ['first'] });
    expect(await archived()).toEqual([]);
  });

  it('takes off the wish that was seen to, and not one that came later', async () => {
    const wish = async (kind: string) => {
      await sql(
        'update account set wish = $2, wished_at = clock_timestamp() where id = $1',
        lease.accountId,
        kind,
      );
      return (await record.read(lease.accountId)).wish!;
    };
    const first = await wish('reconnect');
    await record.setStatus(lease, { state: 'connecting' });
    expect((await record.read(lease.accountId)).wish).toEqual(first);
    const second = await wish('log_out');
    await record.setStatus(lease, { state: 'connecting', heeded: first.madeAt });
    expect((await record.read(lease.accountId)).wish).toEqual(second);
    await record.setStatus(lease, { state: 'logged_out', heeded: second.madeAt });
    expect((await record.read(lease.accountId)).wish).toBeUndefined();
  });
});
